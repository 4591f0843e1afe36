/// Cuts a stretch of a log into bundles: leaves out what the other side holds, ends each bundle where every writer in it has a signature at its
/// last txn (its own key signs anywhere; of others only kept signatures count), and keeps it near a size that travels well.
#pragma once

#include "sync/session/have.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

namespace himsog::sync {

/// A bundle ends soon after this; SYNC.md section 6: "1 MiB in a backlog". Octets as sync::weight counts them, before compression.
inline constexpr std::uint64_t good_weight = 2U << 20U;
inline constexpr std::uint64_t good_count = 5'000;

/// What a bundle must not hold because the other side does.
struct LeftOut {
    Reach held;                         // of these writers up to there
    bool only_named = false;            // of all other writers everything
    std::optional<std::uint16_t> site;  // everything of this site: a broken rule's, never set otherwise
};

struct Cut {
    Bytes bundle;            // "" when everything was left out
    std::uint64_t next = 0;  // position after everything that is in it or left out
    bool is_last = false;    // nothing more can be had before the end of the stretch
};

class Cutter {
public:
    /// What happens at a txn without any signature at or after it here (its bundle is still arriving, or broke off): `stop` goes no further, so
    /// that a cursor never passes it; `skip` leaves the rest of its writer out and says so in has_withheld().
    enum class Unproven : std::uint8_t { stop, skip };

    Cutter(Replica& replica, LeftOut left_out, std::uint64_t end, Unproven unproven)
        : replica_{replica}, left_out_{std::move(left_out)}, end_{end}, unproven_{unproven} {}

    /// The next bundle from `from` on. Throws std::length_error when no bundle can hold what must stay together.
    Cut next(std::uint64_t from);
    bool has_withheld() const { return !withheld_.empty(); }

private:
    struct Plan;

    std::uint64_t held_of(journal::Run const& run) const;
    void plan(std::uint64_t from, Plan& plan);
    bool plan_run(journal::Run run, Plan& plan);
    Bytes load(Plan& plan, std::uint64_t from);
    bool halve(Plan& plan, std::size_t index);
    bool fits(std::string_view sealed, std::uint64_t count);
    std::vector<journal::Signature> signatures(std::vector<journal::Txn> const& txns);

    Replica& replica_;
    LeftOut left_out_;
    std::uint64_t end_;
    Unproven unproven_;
    std::set<std::uint64_t> withheld_;
};

}  // namespace himsog::sync
