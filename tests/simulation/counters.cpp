#include "tests/simulation/counters.hpp"

#include "tests/simulation/dictionary.hpp"

namespace himsog::simulation {

std::vector<std::string> const& required_counters() {
    static std::vector<std::string> const all = [] {
        std::vector<std::string> names{"creates",
                                       "edits",
                                       "stale edits",
                                       "edits from nowhere",
                                       "voids",
                                       "restores of rows",
                                       "settles",
                                       "same id at two nodes",
                                       "groups of several jobs",
                                       "refused jobs",
                                       "conflicts open",
                                       "conflicts auto",
                                       "conflicts resolved",
                                       "sessions",
                                       "compares",
                                       "cuts",
                                       "duplicates",
                                       "delays",
                                       "crashes",
                                       "crashes before the answers",
                                       "groups lost",
                                       "restarts",
                                       "clock steps",
                                       "edge rewinds",
                                       "hub restores",
                                       "clones",
                                       "images resumed",
                                       "forks refused"};
        for (auto const* const entity : writable_entities()) {
            names.push_back("creates of " + entity->name());
            if (entity->is_append_only()) continue;
            names.push_back("edits of " + entity->name());
            names.push_back("conflicts on " + entity->name());
        }
        return names;
    }();
    return all;
}

std::uint64_t Counters::of(std::string const& name) const {
    auto const found = counts_.find(name);
    return found == counts_.end() ? 0 : found->second;
}

void Counters::add(Counters const& others) {
    for (auto const& [name, count] : others.counts_) counts_[name] += count;
}

std::vector<std::string> Counters::lacking(std::uint64_t seeds) const {
    std::vector<std::string> names;
    for (auto const& name : required_counters())
        if (of(name) * 2 < seeds) names.push_back(name);
    return names;
}

}  // namespace himsog::simulation
