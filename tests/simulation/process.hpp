/// Plays seeds in child processes and gathers what they say. POSIX; the parent has one thread.
#pragma once

#include "tests/simulation/counters.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace himsog::simulation {

using PlaySeed = std::function<std::optional<std::string>(std::uint64_t seed, Counters& counters)>;

struct PlayedSeeds {
    Counters counters;
    std::map<std::uint64_t, std::string> failures;
};

/// `jobs` processes take the seeds in turn; each stops at its first failure if `stops_at_failure`.
PlayedSeeds play_in_processes(std::uint64_t first, std::uint64_t seeds, unsigned jobs, PlaySeed const& play, bool stops_at_failure = false);

}  // namespace himsog::simulation
