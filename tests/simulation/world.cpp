#include "tests/simulation/world.hpp"

#include "common/journal/store.hpp"
#include "tests/simulation/dictionary.hpp"

#include <algorithm>

namespace himsog::simulation {

namespace {

constexpr std::size_t least_steps = 400;
constexpr std::size_t least_faults = 20;
constexpr std::uint64_t least_entities = 2;
constexpr std::uint64_t most_entities = 4;
constexpr int rounds_until_equal = 2;  // SYNC.md I9

}  // namespace

World::World(std::uint64_t seed, Counters& counters, Trace trace)
    : seed_{seed},
      chance_{seed},
      counters_{counters},
      trace_{std::move(trace)},
      dictionary_{dictionary()},
      oracle_{dictionary_},
      check_{oracle_} {
    length_ = least_steps + chance_.below(50);
    has_live_images_ = seed % 3 == 0;
    draw_entities();
    enrol();
}

/// A few of the dictionary in each seed, so that people meet on a row; what they point to comes along.
void World::draw_entities() {
    auto const& all = writable_entities();
    auto const add = [&](Entity const* entity) {
        if (std::find(entities_.begin(), entities_.end(), entity) == entities_.end()) entities_.push_back(entity);
    };
    auto const count = least_entities + chance_.below(most_entities - least_entities + 1);
    while (entities_.size() < count) add(all[chance_.below(all.size())]);
    for (std::size_t i = 0; i < entities_.size(); ++i)
        for (auto const& field : entities_[i]->fields())
            if (field.type == journal::Type::reference) add(dictionary_.named(field.target));
    focus_ = chance_.below(64);
}

World::Site& World::add_edge(std::uint16_t number) {
    auto& site = sites_.emplace_back();
    auto const name = "edge " + std::to_string(number) + std::string(1, static_cast<char>('a' + named_++ % 26));
    site.node = std::make_unique<Node>(name, number, chance_.next(), dictionary_, true_time_, oracle_, counters_);
    site.node->journal->trust_hub_key(hub().key.public_key());
    site.link = std::make_unique<Link>(*site.node, hub(), counters_);
    return site;
}

void World::enrol() {
    sites_.reserve(16);
    sites_.emplace_back().node = std::make_unique<Node>("hub", sync::hub_site, chance_.next(), dictionary_, true_time_, oracle_, counters_);
    auto const edges = 2 + chance_.below(5);
    for (std::uint64_t i = 1; i <= edges; ++i) {
        auto& edge = *add_edge(static_cast<std::uint16_t>(i)).node;
        auto const& keys = *dictionary_.named(journal::site_key_entity);
        auto row = keys.blank();
        row[keys.index("site_no")] = journal::Value{edge.site};
        row[keys.index("signing_key")] = journal::Value{to_hex(edge.key.public_key())};
        std::vector<Deed> deeds(1);
        deeds[0].work = [&](journal::Writer& writer, Deed& self) {
            auto const id = writer.new_id();
            writer.insert(keys, id, row);
            oracle_.insert(self.txn, keys, id, row);
        };
        hub().run(deeds, Fate::saved);
    }
    check(hub());
}

void World::check(Node& node) {
    node.observe();
    if (!node.held.includes(node.owed)) throw Violation{"I6: something left the log of " + node.name};
    node.owed = node.held;
    check_.touched(node);
}

void World::step() {
    ++steps_;
    true_time_ = true_time_ + std::chrono::seconds{1 + chance_.below(chance(5) ? 20'000 : 20)};
    auto const draw = chance_.below(100);
    if (draw < 58) {
        auto& node = *any_site().node;
        say("step " + std::to_string(steps_) + ": " + node.name + " works");
        work(node);
        check(node);
    } else if (draw < 88) {
        network();
    } else {
        disaster();
    }
}

void World::play() {
    while (steps_ < length_ || faults_ < least_faults) step();
    finish();
}

/// Quiet: whole sessions only. I9 and I5; after a fork each node is compared with the oracle alone.
void World::finish() {
    say("quiet");
    for (int round = 0; round < rounds_until_equal; ++round)
        for (std::size_t i = 1; i < sites_.size(); ++i) session(sites_[i]);
    for (auto& site : sites_) {
        check_.everything(*site.node);
        check_.log(*site.node);
    }
    if (!is_forked_) compare_all();
    for (auto const& one : journal::conflicts(*hub().disk, dictionary_, {}, 10'000, 0)) {
        counters_.add(one.status == journal::ConflictStatus::open        ? "conflicts open"
                      : one.status == journal::ConflictStatus::automatic ? "conflicts auto"
                                                                         : "conflicts resolved");
        counters_.add("conflicts on " + dictionary_.numbered(one.entity)->name());
    }
    counters_.add("steps", steps_);
    counters_.add("faults", faults_);
    counters_.add("seeds");
    counters_.add("nodes", sites_.size());
}

void World::compare_all() {
    auto const truth = Check::state(hub());
    for (auto& site : sites_) {
        if (!(site.node->held == hub().held))
            throw Violation{"I9: after two quiet rounds the hub and " + site.node->name + " hold different txns"};
        if (auto const state = Check::state(*site.node); state != truth)
            throw Violation{"I5: " + site.node->name + " has " + state + ", the hub " + truth};
        if (site.link && site.link->last_outcome() != sync::Outcome::done)
            throw Violation{"I9: a quiet session of " + site.node->name + " failed"};
    }
}

}  // namespace himsog::simulation
