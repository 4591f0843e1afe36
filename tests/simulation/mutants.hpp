/// The rules that can be broken on purpose, each alone or with the rules that would hide it. Empty in Release. One thread.
#pragma once

#include "common/journal/mutants.hpp"

#include <cstdint>
#include <vector>

namespace himsog::simulation {

#ifdef HIMSOG_TEST_SWITCHES

struct BrokenRule {
    char const* name;
    journal::Mutant rule;
    journal::Mutant belt;
    std::uint32_t session;  // bits of sync::Mutant
    /// Where it is caught when the seeds do not: another rule hides it, or chance is too rare. Empty: the seeds must.
    char const* elsewhere = "";
};
std::vector<BrokenRule> const& broken_rules();
/// For the whole process, before anything runs.
void break_rule(BrokenRule const& rule);

#endif

}  // namespace himsog::simulation
