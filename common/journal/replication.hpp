/// What sync/ needs of the journal: the log in order, proofs about it, and apply (SYNC.md sections 1 to 5). The engine sees nothing else.
#pragma once

#include "common/base/bytes.hpp"
#include "common/db/database.hpp"
#include "common/journal/entity.hpp"
#include "common/journal/txn.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace himsog::journal {

/// "I hold this log up to here": index and hash over the chains before it (16 octets; position 0 has 16 zeros).
struct Cursor {
    std::uint64_t position = 0;
    Chain hash{};
    auto operator<=>(Cursor const&) const = default;
};

/// How far a writer is held, and what stands there.
struct Tip {
    Label label;
    Chain chain{};
    auto operator<=>(Tip const&) const = default;
};

/// Consecutive log positions of one writer.
struct Run {
    std::uint64_t position = 0;
    std::uint64_t count = 0;
    Label first;
    std::uint16_t site = 0;
};

/// The origin's Ed25519 over signed_text(label, chain): covers everything before it in that writer.
struct Signature {
    Label label;
    Chain chain{};
    Bytes bytes;  // 64
};
Bytes signed_text(Label const& label, Chain const& chain);

/// Turns sealed bodies back into txns; sync/bundle implements it, the journal only keeps the bytes.
class BodyCodec {
public:
    virtual ~BodyCodec() = default;
    virtual std::vector<Txn> open(std::string_view sealed) const = 0;
};

/// The log through any connection (a reader's snapshot, or the writable one between two groups).
class LogReader {
public:
    /// std::logic_error inside a group: runs, haves and bodies of what it wrote are written at its end, so the log would be told wrong.
    LogReader(db::Connection& connection, BodyCodec const& codec);

    std::uint64_t end();
    /// The cursor of somebody who holds everything before `position`; nothing beyond the end.
    std::optional<Cursor> cursor_at(std::uint64_t position);
    /// Runs that touch [from, to), cut to it, in log order.
    std::vector<Run> runs(std::uint64_t from, std::uint64_t to);
    /// The txns at [position, position + count), bodies and all.
    std::vector<Txn> txns(std::uint64_t position, std::uint64_t count);
    /// A sealed body that covers exactly [position, position + count); nothing when bodies lie otherwise.
    std::optional<Bytes> sealed(std::uint64_t position, std::uint64_t count);

    /// Every writer that is held, ascending by id. With `below`: only what stands at positions before it (chains not filled in).
    std::vector<Tip> have();
    std::map<std::uint64_t, std::uint64_t> have_below(std::uint64_t position);
    /// Own writers, newest first: where this database file has been.
    std::vector<Tip> lineage();
    std::optional<Chain> chain_of(Label const& label);
    std::optional<std::uint64_t> position_of(Label const& label);
    std::optional<WriterOrigin> origin_of(std::uint64_t writer);
    /// The signature of `writer` with the lowest seq ≥ `seq` that is kept here; nothing when none reaches so far.
    std::optional<Signature> signature_from(Label const& label);

    /// Keeps for the other side: cursor into its log and the comparing flag (SYNC.md section 5).
    Cursor cursor(std::uint16_t peer);
    bool is_comparing(std::uint16_t peer);

private:
    db::Connection& connection_;
    BodyCodec const& codec_;
};

/// Received txns, verified in form; chains and signatures are checked by apply.
struct Received {
    std::vector<Txn> txns;              // in the sender's log order
    std::vector<Signature> signatures;  // for every writer in txns one at its last txn
    Bytes sealed;                       // the bytes they came in, kept as their body
};

/// Where the other side stands after the txns: moved in the same SQLite transaction.
struct PeerState {
    std::uint16_t peer = 0;         // site number of the sender
    std::optional<Cursor> cursor;   // pull: new cursor with the last txn; push: none
    std::optional<bool> comparing;  // set with the last txn
};

/// Why a bundle was not applied. Logged as an event; nothing of it (or nothing from the failing txn on) is applied.
enum class Refusal { none, gap, parent_not_held, fork, bad_chain, bad_signature, unknown_signer, malformed };
char const* name_of(Refusal refusal);

}  // namespace himsog::journal
