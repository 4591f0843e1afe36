/// Rules of the journal that the simulation breaks on purpose, to see that it notices (SYNC.md section 12). Absent from Release.
#pragma once

#include <cstdint>

namespace himsog::journal {

enum class Mutant : std::uint8_t {
    none,
    no_new_writer_at_start,
    clinical_edit_replaces_all_heads,
    rank_without_parents,
    void_without_what_it_saw,
    held_txn_applied_again,
    stale_edit_written_as_fresh,
    acknowledge_before_commit,
    held_by_label_without_chain,
    parent_not_held_accepted,
    chain_not_recomputed,
    known_version_made_a_head_again,
};

#ifdef HIMSOG_TEST_SWITCHES
/// Set by the simulation only, before anything runs; the same for all nodes of the process.
inline Mutant active_mutant = Mutant::none;
inline Mutant hidden_belt = Mutant::none;  // a second rule switched off, where one hides the other
inline bool broken(Mutant rule) { return rule == active_mutant || rule == hidden_belt; }
#else
constexpr bool broken(Mutant) { return false; }
#endif

}  // namespace himsog::journal
