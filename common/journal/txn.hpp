/// A committed request as it lies in the log and travels (SYNC.md sections 1, 2). Plain data, any thread.
#pragma once

#include "common/base/clock.hpp"
#include "common/journal/value.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace himsog::journal {

/// 16 octets of SHA-256 over everything before and the txn itself: its true name.
using Chain = std::array<std::uint8_t, 16>;
inline std::string_view bytes_of(Chain const& chain) { return {reinterpret_cast<char const*>(chain.data()), chain.size()}; }
Chain chain_from(std::string_view bytes);  // 16 octets, else std::invalid_argument

/// (writer, seq): a short label of a txn. `writer` is the 64-bit id, the same on every node.
struct Label {
    std::uint64_t writer = 0;
    std::uint64_t seq = 0;
    auto operator<=>(Label const&) const = default;
};

/// How far the author's clock could be believed.
enum class ClockQuality : std::uint8_t { ok, unsure, wrong };

enum class Action : std::uint8_t { insert = 1, update = 2, life = 3 };

/// A head that the author of a life change saw. `reg` 0..: the register; all registers not listed stand at the row's base.
struct Seen {
    std::uint16_t reg = 0;
    Label label;
    auto operator<=>(Seen const&) const = default;
};

/// A new version of one register.
struct Write {
    std::uint16_t reg = 0;
    std::vector<Label> parents;
    /// Made against an older version: its rank comes from its parents alone, so it may rank below what is shown.
    bool is_stale = false;
    Values values;  // the register's fields; for life one integer: 1 live, 0 void
};

struct Operation {
    Action action = Action::insert;
    std::uint16_t entity = 0;
    Uuid id;
    Values row;                 // insert: every field in the entity's order; a version of every register, without parents
    std::vector<Write> writes;  // update: registers in ascending order; life: one, register 0
    std::vector<Seen> saw;      // life: the heads of the row that the author saw, (register, label) ascending; register 0xffff = the base
};
constexpr std::uint16_t seen_base = 0xffff;

/// What the first txn of a writer says of it.
struct WriterOrigin {
    std::uint16_t site = 0;
    Bytes signing_key;  // 32 octets, Ed25519
    Label parent;       // where the database file stood; seq 0 = nothing before
    Chain parent_chain{};
};

struct Txn {
    Label label;
    std::optional<WriterOrigin> origin;  // with seq 1, and only then
    std::int64_t time = 0;               // wall clock of the site, µs
    std::int64_t trusted = 0;            // trusted time (SYNC.md section 2): ranks start here
    ClockQuality clock = ClockQuality::ok;
    Uuid actor;     // nil: the node itself
    Bytes request;  // request id and device; not chained
    std::string reason;
    std::vector<Operation> operations;
};

/// 8 octets of the writer, then the seq as a varint.
void put_label(Bytes& out, Label const& label);

/// Row-wise form, for bodies that wait to be sealed. Labels travel in full.
void write_txn(Bytes& out, Txn const& txn);
/// Throws MalformedBytes.
Txn read_txn(ByteReader& in);

}  // namespace himsog::journal
