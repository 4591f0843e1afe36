/// Rules of the session that the simulation breaks on purpose, to see that it notices (SYNC.md section 12). Absent from Release.
#pragma once

#include <cstdint>

namespace himsog::sync {

enum class Mutant : std::uint8_t {
    feed_leaves_out_the_whole_site,  // instead of the announced lineage
    cursor_without_hash,             // a position that exists is believed
    cursor_left_behind,              // while comparing, the edge's cursor stays where it was
    cut_compare_forgotten,           // the flag is not kept: a compare that was cut is followed by an ordinary session
    compare_without_others_work,     // the edge brings back only what its own lineage wrote
    held_by_label_without_chain,     // same (writer, seq), same txn
    // Belts that hide the ones above: switched off together with them in scripted histories.
    have_hash_ignored,  // the hub does not compare what the edge holds with what it expects
    push_not_checked,   // the hub feeds although it holds less than the edge
    proof_ignored,      // a compare feeds from a cursor whose hash fits, whatever the edge holds below it
};

#ifdef HIMSOG_TEST_SWITCHES
/// One bit for each broken rule. Set by the simulation only, before anything runs; the same for all nodes of the process.
inline std::uint32_t broken_rules = 0;
constexpr std::uint32_t bit_of(Mutant rule) { return std::uint32_t{1} << static_cast<unsigned>(rule); }
inline bool broken(Mutant rule) { return (broken_rules & bit_of(rule)) != 0; }
#else
constexpr bool broken(Mutant) { return false; }
#endif

}  // namespace himsog::sync
