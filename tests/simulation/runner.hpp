/// Seeds in parallel processes (a broken rule is process-wide), counters, mutants. Returns exit statuses.
#pragma once

#include <cstdint>

namespace himsog::simulation {

struct Plan {
    std::uint64_t first = 1;
    std::uint64_t seeds = 500;
    unsigned jobs = 2;
};

int play(Plan const& plan);
int replay(std::uint64_t seed);
int try_mutants(unsigned jobs);

}  // namespace himsog::simulation
