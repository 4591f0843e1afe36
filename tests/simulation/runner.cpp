#include "tests/simulation/runner.hpp"

#include "tests/simulation/process.hpp"
#include "tests/simulation/world.hpp"

#include <chrono>
#include <cstdio>

namespace himsog::simulation {

std::optional<std::string> failure_of(std::uint64_t seed, Counters& counters) {
    try {
        World{seed, counters}.play();
        return std::nullopt;
    } catch (Crash const&) {
        return "a process ended where none should";
    } catch (std::exception const& error) {
        return error.what();
    }
}

int play(Plan const& plan) {
    auto const outcome = play_in_processes(plan.first, plan.seeds, plan.jobs,
                                           [](std::uint64_t seed, Counters& counters) { return failure_of(seed, counters); });
    for (auto const& [name, count] : outcome.counters.all())
        std::printf("%10llu  %s\n", static_cast<unsigned long long>(count), name.c_str());
    for (auto const& [seed, words] : outcome.failures) std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), words.c_str());
    auto const lacking = outcome.failures.empty() ? outcome.counters.lacking(plan.seeds) : std::vector<std::string>{};
    for (auto const& name : lacking) std::printf("too little of: %s\n", name.c_str());
    std::printf("%llu seeds, %zu failed\n", static_cast<unsigned long long>(plan.seeds), outcome.failures.size());
    return outcome.failures.empty() && lacking.empty() ? 0 : 1;
}

int replay(std::uint64_t seed) {
    Counters counters;
    try {
        World{seed, counters, [](std::string const& words) { std::printf("%s\n", words.c_str()); }}.play();
        std::printf("clean\n");
        return 0;
    } catch (std::exception const& error) {
        std::printf("VIOLATION %s\n", error.what());
    } catch (Crash const&) {
        std::printf("VIOLATION a process ended where none should\n");
    }
    return 1;
}

}  // namespace himsog::simulation
