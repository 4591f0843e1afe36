/// Seeds in parallel processes (a broken rule is process-wide), counters, mutants. Returns exit statuses.
#pragma once

#include "tests/simulation/counters.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace himsog::simulation {

struct Plan {
    std::uint64_t first = 1;
    std::uint64_t seeds = 500;
    unsigned jobs = 2;
};

int play(Plan const& plan);
int replay(std::uint64_t seed);
/// For each rule the first of at most so many seeds that notices; returns how many rules nobody missed.
int try_mutants(std::uint64_t most_seeds, unsigned jobs);

/// Plays one seed; what went wrong, if anything.
std::optional<std::string> failure_of(std::uint64_t seed, Counters& counters);

}  // namespace himsog::simulation
