/// One seed: a hub and its edges, the people who write, the network, the disasters. Everything is drawn from the seed, so that a seed can be
/// replayed exactly. One thread.
#pragma once

#include "tests/simulation/check.hpp"
#include "tests/simulation/link.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace himsog::simulation {

class World {
public:
    /// Lines of the trace; empty: none.
    using Trace = std::function<void(std::string const&)>;

    World(std::uint64_t seed, Counters& counters, Trace trace = {});

    /// Plays the whole history. Throws Violation.
    void play();

private:
    struct Site {
        std::unique_ptr<Node> node;
        std::unique_ptr<Link> link;  // none: the hub
    };

    // world.cpp
    void draw_entities();
    void enrol();
    void step();
    void finish();
    void compare_all();
    Node& hub() { return *sites_.front().node; }
    Site& any_site() { return sites_[chance_.below(sites_.size())]; }
    Site& any_edge() { return sites_[1 + chance_.below(sites_.size() - 1)]; }
    bool chance(unsigned percent) { return chance_.below(100) < percent; }
    Site& add_edge(std::uint16_t number);
    void check(Node& node);
    void say(std::string const& words) {
        if (trace_) trace_(words);
    }

    // work.cpp: what people do
    void work(Node& node);
    Deed some_deed();
    Deed create(bool with_known_id);
    Deed edit();
    Deed stale_edit();
    Deed edit_from_nowhere();
    Deed change_life();
    Deed settle();
    Deed read();
    journal::Value some_value(journal::Field const& field);
    Values some_row(Entity const& entity);
    void change_some(Entity const& entity, Values& row);
    std::optional<RowKey> row_of(NumberSet const& held);
    std::vector<Uuid> newest(std::string const& entity) const;

    // network.cpp
    void network();
    void deliver(Site& site);
    void session(Site& site);  // whole, without faults

    // disasters.cpp
    void disaster();
    void crash(Site& site);
    void step_clock(Node& node);
    void photograph(Node const& node);
    void rewind_edge();
    void restore_hub();
    void clone_disk();
    void resume_live_image();
    void retire_a_clone();
    Site& site_of(Node const& node);
    void forget_sessions(Site& site);

    std::uint64_t seed_;
    SeededRandom chance_;
    Counters& counters_;
    Trace trace_;
    journal::Dictionary const& dictionary_;
    Instant true_time_{1'760'000'000'000'000};
    std::vector<Entity const*> entities_;  // that people of this seed work with
    std::uint64_t focus_ = 0;              // where the fields begin that they mostly edit
    Oracle oracle_;
    Check check_;
    std::vector<Site> sites_;
    std::map<std::uint16_t, std::vector<std::unique_ptr<Image>>> images_;  // by site
    std::vector<RowKey> known_;                                            // ids that anybody ever made
    std::vector<std::shared_ptr<Reading>> readings_;
    std::size_t steps_ = 0;
    std::size_t length_ = 0;
    std::size_t faults_ = 0;
    std::size_t named_ = 0;
    bool has_live_images_ = false;
    bool is_forked_ = false;
};

}  // namespace himsog::simulation
