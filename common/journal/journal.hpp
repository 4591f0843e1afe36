/// One log for audit, replication and recovery (DESIGN.md section 4, SYNC.md sections 1 to 5). The only way to write replicated tables.
///
/// Thread rule: a Journal and its Writers belong to the one thread that owns the writable connection (the writer thread, or the
/// simulation). common/journal/writer_thread.hpp is the shell that runs it beside the I/O threads.
#pragma once

#include "common/base/clock.hpp"
#include "common/base/log.hpp"
#include "common/base/problem.hpp"
#include "common/base/random.hpp"
#include "common/crypto/signing.hpp"
#include "common/db/database.hpp"
#include "common/journal/entity.hpp"
#include "common/journal/store.hpp"
#include "common/journal/txn.hpp"

#include <functional>
#include <memory>
#include <span>

namespace himsog::journal {

/// Who does it and through which request. Goes into the txn of the job.
struct Context {
    Uuid actor;          // nil: the node itself
    std::string request;
    std::string reason;
};

/// The version a client read (X-Himsog-Base, contract/sync.md "Versions"): the row's base, then registers changed since.
struct Base {
    Label base;
    std::vector<Seen> changed;
};
/// base64url text of an ETag; nothing when it is not one of ours.
std::optional<Base> parse_version(std::string_view text);

/// What an update did.
struct Updated {
    bool changed = false;
    std::vector<Uuid> conflicts;   // opened or left by this write on the registers it touched
};

/// What a job sees: reads through the writable connection, and writes of the txn being made. Lives as long as the job's step.
class Writer {
public:
    virtual ~Writer() = default;

    /// UUIDv7 whose random part is H(writer, seq, operation): SYNC.md section 6.
    virtual Uuid new_id() = 0;
    /// The request's moment: what goes into the txn as `time`.
    virtual Instant now() = 0;
    virtual Instant trusted_now() = 0;
    virtual ClockQuality clock_quality() const = 0;
    virtual Context const& context() const = 0;
    virtual db::Connection& database() = 0;
    virtual Dictionary const& dictionary() const = 0;

    /// The row as shown; nothing when it does not exist or is void.
    virtual std::optional<Values> find(Entity const& entity, Uuid const& id) = 0;
    /// Also void rows.
    virtual bool exists(Entity const& entity, Uuid const& id) = 0;
    /// The ETag text of a row.
    virtual std::string version(Entity const& entity, Uuid const& id) = 0;

    /// `row` holds every field. The id must be new (exists() tells).
    virtual void insert(Entity const& entity, Uuid const& id, Values row) = 0;
    /// Takes the shown row, with `wanted` values in place of some; registers that do not really change are left out.
    /// With a base, what moved since gets a second head instead of being replaced.
    virtual Updated update(Entity const& entity, Uuid const& id, Values const& wanted, Base const* base = nullptr) = 0;
    /// Deleting is always this; nothing is removed.
    virtual void void_row(Entity const& entity, Uuid const& id) = 0;
    virtual void restore(Entity const& entity, Uuid const& id) = 0;
    /// Replaces exactly the heads that hold one of the two values the person was shown. `reg` may be life_register (values: 1 or 0).
    virtual void settle(Entity const& entity, Uuid const& id, std::uint16_t reg, Values values, std::vector<Label> const& parents) = 0;
    /// Goes with the txn and replicates as its reason (a conflict's note).
    virtual void set_reason(std::string reason) = 0;
};

/// A request's second step. `work` throws nothing but db::Error; a Problem takes everything the job wrote back. `done` runs after the
/// commit on the writer thread (send the answer there); its argument is null when the job's answer stands, else why the group was lost.
struct Job {
    Context context;
    std::function<std::optional<Problem>(Writer&)> work;
    std::function<void(Problem const*)> done;
};

/// What a group of commits or an applied slice changed, for event streams, the sync agent and caches. Called after the commit.
struct Committed {
    std::uint64_t log_end = 0;
    std::vector<std::uint16_t> entities;   // touched, ascending
    bool conflicts_changed = false;
    bool received = false;                 // came from another node
};

class Journal;

}  // namespace himsog::journal
