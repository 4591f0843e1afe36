// Sessions, message by message, and what a network does to them.
#include "tests/simulation/world.hpp"

namespace himsog::simulation {

/// The process of this node is gone: so are its halves of all sessions.
void World::forget_sessions(Site& site) {
    if (site.link) return site.link->cut();
    for (auto& other : sites_)
        if (other.link) other.link->cut();
}

/// One message; a process may end right after a commit that it causes.
void World::deliver(Site& site) {
    auto& edge = *site.node;
    if (chance(2)) (chance(50) ? edge : hub()).crash_at_commit = true;
    try {
        site.link->deliver();
    } catch (Crash const& crash_of) {
        say("  crash of " + crash_of.node->name + " after a commit");
        crash(site_of(*crash_of.node));
    }
    edge.crash_at_commit = hub().crash_at_commit = false;
    check(edge);
    check(hub());
}

void World::network() {
    auto& site = any_edge();
    auto& link = *site.link;
    auto const draw = chance_.below(100);
    auto const fault = [&](char const* counter) {
        counters_.add(counter);
        say(std::string{"  "} + counter);
        ++faults_;
    };
    say(site.node->name + " talks");
    if (draw < 6 && link.has_late()) {
        link.deliver_late();
        say("  a late message arrives");
    }
    if (link.is_idle()) link.open();
    auto const messages = chance(40) ? 40 : 1 + chance_.below(9);
    for (std::uint64_t i = 0; i < messages && !link.is_idle(); ++i) {
        deliver(site);
        if (link.is_idle()) break;
        auto const what = chance_.below(100);
        if (what < 2) {
            fault("cuts");
            link.cut();
        } else if (what < 4) {
            fault("duplicates");
            link.duplicate(chance(50));
        } else if (what < 5) {
            fault("delays");
            link.delay();
        }
    }
    check(*site.node);
    check(hub());
}

void World::session(Site& site) {
    site.link->run();
    check(*site.node);
    check(hub());
}

}  // namespace himsog::simulation
