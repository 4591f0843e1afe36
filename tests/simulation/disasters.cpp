// Crashes, clocks, restored and copied disks, memory images that go on twice.
#include "tests/simulation/world.hpp"

namespace himsog::simulation {

namespace {

constexpr std::size_t most_images = 3;
constexpr std::size_t most_nodes = 9;
constexpr unsigned live_image_percent = 12;  // of the disasters in the last third of a history that has any
constexpr std::int64_t day = std::int64_t{86'400} * 1'000'000;

}  // namespace

World::Site& World::site_of(Node const& node) {
    for (auto& site : sites_)
        if (site.node.get() == &node) return site;
    throw std::logic_error{"a node that is nowhere"};
}

void World::crash(Site& site) {
    counters_.add("crashes");
    ++faults_;
    site.node->stop();
    forget_sessions(site);
    site.node->start();
    check(*site.node);
}

void World::step_clock(Node& node) {
    auto const years = static_cast<std::int64_t>(chance_.below(21)) - 10;
    auto const error = chance(30)   ? 0
                       : chance(50) ? years * 365 * day
                                    : static_cast<std::int64_t>(chance_.below(600)) * 1'000'000 - 300'000'000;
    say(node.name + ": the clock is off by " + std::to_string(error / 1'000'000) + " s");
    node.clock.error = Micros{error};
    counters_.add("clock steps");
    ++faults_;
}

void World::photograph(Node const& node) {
    auto& images = images_[node.site];
    say("copy of " + node.name);
    if (images.size() < most_images) images.push_back(node.photograph());
    else images[chance_.below(images.size())] = node.photograph();
}

void World::rewind_edge() {
    auto& site = any_edge();
    auto const& images = images_[site.node->site];
    if (images.empty()) return;
    say(site.node->name + " is restored from a copy");
    forget_sessions(site);
    site.node->restore(*images[chance_.below(images.size())]);
    check(*site.node);
    counters_.add("edge rewinds");
    ++faults_;
}

void World::restore_hub() {
    auto const& images = images_[sync::hub_site];
    if (images.empty()) return;
    say("the hub is restored from a backup");
    forget_sessions(sites_.front());
    hub().restore(*images[chance_.below(images.size())]);
    check(hub());
    counters_.add("hub restores");
    ++faults_;
}

/// A clone's disk is thrown away, with whatever only it had.
void World::retire_a_clone() {
    for (std::size_t i = sites_.size(); i-- > 1;)
        for (std::size_t other = 1; other < i; ++other)
            if (sites_[i].node->site == sites_[other].node->site) {
                say(sites_[i].node->name + " is thrown away");
                sites_.erase(sites_.begin() + static_cast<std::ptrdiff_t>(i));
                return;
            }
}

void World::clone_disk() {
    if (sites_.size() >= most_nodes) retire_a_clone();
    auto const& original = *any_edge().node;
    auto const image = original.photograph();
    auto& clone = add_edge(original.site);
    say(clone.node->name + " runs on a copy of the disk of " + original.name);
    clone.node->restore(*image);
    check(*clone.node);
    counters_.add("clones");
    ++faults_;
}

/// Two processes that stand at the same point of the same writer: same disk, same chance, same clock, same first job; then each goes its way.
void World::resume_live_image() {
    if (sites_.size() >= most_nodes) retire_a_clone();
    auto& original = *any_edge().node;
    auto& twin = add_edge(original.site);
    say(original.name + " goes on twice, the second time as " + twin.node->name);
    forget_sessions(site_of(original));
    auto const image = original.photograph();
    auto const moment = true_time_;
    auto const luck = chance_.next();
    auto const id = Uuid::v7(true_time_.us / 1000, chance_.bytes(10));
    auto const& entity = *entities_.front();
    auto const row = some_row(entity);

    original.random = SeededRandom{luck};
    original.restore(*image);
    std::vector<Deed> first(1);
    first[0].work = [&](journal::Writer& writer, Deed& self) {
        writer.insert(entity, id, row);
        oracle_.insert(self.txn, entity, id, row);
    };
    original.run(first, Fate::saved);
    auto const later = true_time_;
    known_.push_back({entity.number(), id});

    true_time_ = moment;
    twin.node->random = SeededRandom{luck};
    twin.node->clock.error = original.clock.error;
    twin.node->restore(*image);
    twin.node->replay(first[0].txn, [&](journal::Writer& writer) { writer.insert(entity, id, row); });
    true_time_ = later;
    is_forked_ = true;
    check(original);
    check(*twin.node);
    counters_.add("images resumed");
    ++faults_;
    for (auto* node : {&original, twin.node.get()}) {
        std::vector<Deed> next{create(false)};
        node->run(next, Fate::saved);
        check(*node);
    }
}

void World::disaster() {
    if (has_live_images_ && steps_ * 3 > length_ * 2 && chance(live_image_percent)) return resume_live_image();
    auto const draw = chance_.below(100);
    if (draw < 20) {
        auto& site = any_site();
        say(site.node->name + " crashes");
        crash(site);
    } else if (draw < 40) {
        auto& site = any_site();
        say(site.node->name + " is restarted");
        crash(site);
        counters_.add("restarts");
    } else if (draw < 55) {
        step_clock(*any_site().node);
    } else if (draw < 75) {
        photograph(chance(40) ? hub() : *any_edge().node);
    } else if (draw < 85) {
        rewind_edge();
    } else if (draw < 92) {
        restore_hub();
    } else {
        clone_disk();
    }
}

}  // namespace himsog::simulation
