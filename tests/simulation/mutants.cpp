// Rules broken on purpose, one at a time, and how many seeds pass before somebody notices (SYNC.md section 12).
#include "tests/simulation/mutants.hpp"

#include "common/journal/mutants.hpp"
#include "sync/session/mutants.hpp"
#include "tests/simulation/process.hpp"
#include "tests/simulation/runner.hpp"

#include <algorithm>
#include <cstdio>

namespace himsog::simulation {

#ifdef HIMSOG_TEST_SWITCHES

using Rule = journal::Mutant;

namespace {

constexpr std::uint64_t seeds_at_once = 20;
constexpr std::uint64_t most_seeds_for_the_hidden = 100;

std::uint32_t bits(std::initializer_list<sync::Mutant> rules) {
    std::uint32_t all = 0;
    for (auto const rule : rules) all |= sync::bit_of(rule);
    return all;
}

}  // namespace

std::vector<BrokenRule> const& broken_rules() {
    using Sync = sync::Mutant;
    static std::vector<BrokenRule> const all{
        {"no new writer at start", Rule::no_new_writer_at_start, Rule::none, 0},
        {"feed leaves out the whole site", Rule::none, Rule::none, bits({Sync::feed_leaves_out_the_whole_site})},
        {"feed leaves out the whole site; have hash ignored", Rule::none, Rule::none,
         bits({Sync::feed_leaves_out_the_whole_site, Sync::have_hash_ignored})},
        {"cursor without hash", Rule::none, Rule::none, bits({Sync::cursor_without_hash}), "hidden by the have hash: next line"},
        {"cursor without hash; have hash ignored", Rule::none, Rule::none, bits({Sync::cursor_without_hash, Sync::have_hash_ignored})},
        {"cursor left behind while comparing", Rule::none, Rule::none, bits({Sync::cursor_left_behind}),
         "hidden by the have hash: next line"},
        {"cursor left behind; have hash ignored", Rule::none, Rule::none, bits({Sync::cursor_left_behind, Sync::have_hash_ignored}),
         "scripted in tests/sync/session_mutants_test.cpp, have hash off"},
        {"cut compare forgotten", Rule::none, Rule::none, bits({Sync::cut_compare_forgotten}), "hidden by the have hash: next line"},
        {"cut compare forgotten; have hash ignored", Rule::none, Rule::none, bits({Sync::cut_compare_forgotten, Sync::have_hash_ignored}),
         "scripted in tests/sync/session_mutants_test.cpp, have hash off"},
        {"compare without others' work", Rule::none, Rule::none, bits({Sync::compare_without_others_work})},
        {"compare without others' work; push not checked", Rule::none, Rule::none,
         bits({Sync::compare_without_others_work, Sync::push_not_checked})},
        {"held by label without chain", Rule::held_by_label_without_chain, Rule::none, bits({Sync::held_by_label_without_chain})},
        {"clinical edit replaces all heads", Rule::clinical_edit_replaces_all_heads, Rule::none, 0},
        {"rank without parents", Rule::rank_without_parents, Rule::none, 0},
        {"void without what it saw", Rule::void_without_what_it_saw, Rule::none, 0},
        {"held txn applied again", Rule::held_txn_applied_again, Rule::none, 0,
         R"(hidden by "a known version is no head again": next line)"},
        {"held txn applied again; known version made a head again", Rule::held_txn_applied_again, Rule::known_version_made_a_head_again, 0},
        {"stale edit written as if fresh", Rule::stale_edit_written_as_fresh, Rule::none, 0},
        {"acknowledge before commit", Rule::acknowledge_before_commit, Rule::none, 0},
    };
    return all;
}

void break_rule(BrokenRule const& rule) {
    journal::active_mutant = rule.rule;
    journal::hidden_belt = rule.belt;
    sync::broken_rules = rule.session;
}

int try_mutants(std::uint64_t most_seeds, unsigned jobs) {
    int missed = 0;
    for (auto const& rule : broken_rules()) {
        std::optional<std::pair<std::uint64_t, std::string>> caught;
        bool const must = *rule.elsewhere == '\0';
        auto const most = must ? most_seeds : std::min(most_seeds, most_seeds_for_the_hidden);
        for (std::uint64_t first = 1; first <= most && !caught; first += seeds_at_once) {
            auto const play = [&rule](std::uint64_t seed, Counters& counters) {
                break_rule(rule);
                return failure_of(seed, counters);
            };
            auto const played = play_in_processes(first, std::min(seeds_at_once, most - first + 1), jobs, play, true);
            if (!played.failures.empty()) caught = *played.failures.begin();
        }
        if (caught)
            std::printf("%-60s caught by seed %llu: %s\n", rule.name, static_cast<unsigned long long>(caught->first),
                        caught->second.c_str());
        else
            std::printf("%-60s %s in %llu seeds%s%s\n", rule.name, must ? "NOT caught" : "not noticed",
                        static_cast<unsigned long long>(most), must ? "" : "; ", rule.elsewhere);
        std::fflush(stdout);
        if (!caught && must) ++missed;
    }
    return missed;
}

#else

int try_mutants(std::uint64_t, unsigned) {
    std::printf("This build has no rules that could be broken.\n");
    return 1;
}

#endif

}  // namespace himsog::simulation
