// himsog-sim: plays seeds, replays one, shows that broken rules are noticed (docs: SYNC.md section 12).
#include "tests/simulation/runner.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>

namespace {

constexpr std::uint64_t most_seeds_for_a_mutant = 1'000;

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Plays random histories of a hub and its edges against an oracle."};
    himsog::simulation::Plan plan;
    std::uint64_t one = 0;
    bool mutants = false;
    auto* const seeds = app.add_option("--seeds", plan.seeds, "How many seeds");
    app.add_option("--first", plan.first, "The first seed");
    app.add_option("--jobs", plan.jobs, "Processes");
    auto* const seed = app.add_option("--seed", one, "Replay this one, with its trace");
    app.add_flag("--mutants", mutants, "Break each rule and see after how many seeds it is noticed");
    CLI11_PARSE(app, argc, argv);
    if (seed->count() > 0) return himsog::simulation::replay(one);
    if (mutants) return himsog::simulation::try_mutants(seeds->count() > 0 ? plan.seeds : most_seeds_for_a_mutant, plan.jobs);
    return himsog::simulation::play(plan);
}
