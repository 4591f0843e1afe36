/// One log for audit, replication and recovery (DESIGN.md section 4, SYNC.md sections 1 to 5). The only way to write replicated tables.
///
/// Thread rule: a Journal and its Writers belong to the one thread that owns the writable connection (the writer thread, or the
/// simulation). common/journal/writer_thread.hpp is the shell that runs it beside the I/O threads.
#pragma once

#include "common/base/clock.hpp"
#include "common/base/log.hpp"
#include "common/base/problem.hpp"
#include "common/base/random.hpp"
#include "common/db/database.hpp"
#include "common/journal/entity.hpp"
#include "common/journal/replication.hpp"
#include "common/journal/store.hpp"
#include "common/journal/txn.hpp"

#include <functional>
#include <memory>
#include <span>

namespace himsog::journal {

/// Who does it and through which request. Goes into the txn of the job.
struct Context {
    Uuid actor;  // nil: the node itself
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

/// What an update did. `conflicts` is filled when the job's step has ended (a conflict's id needs the chain): read it in Job::done.
struct Updated {
    bool changed = false;
    std::vector<Uuid> conflicts;  // not resolved, on the registers of the rows this job touched
};

/// A head of a register: what it says and which version says it.
struct HeadValue {
    Label label;
    Values values;
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
    /// The row as it stands, also while it is void; nothing when it never existed.
    virtual std::optional<Values> stored(Entity const& entity, Uuid const& id) = 0;
    /// Also void rows.
    virtual bool exists(Entity const& entity, Uuid const& id) = 0;
    /// Heads of a register (or of life), the shown one first; empty when the row never existed.
    virtual std::vector<HeadValue> heads(Entity const& entity, Uuid const& id, std::uint16_t reg) = 0;
    /// The ETag text of a row.
    virtual std::string version(Entity const& entity, Uuid const& id) = 0;

    /// `row` holds every field. The id must be new (exists() tells).
    virtual void insert(Entity const& entity, Uuid const& id, Values row) = 0;
    /// Takes the shown row, with `wanted` values in place of some; registers that do not really change are left out.
    /// With a base, what moved since gets a second head instead of being replaced.
    virtual std::shared_ptr<Updated const> update(Entity const& entity, Uuid const& id, Values const& wanted,
                                                  Base const* base = nullptr) = 0;
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
    std::vector<std::uint16_t> entities;  // touched, ascending
    bool conflicts_changed = false;
    bool received = false;  // came from another node
};

/// Trusted time (SYNC.md section 2): the wall clock corrected by the offset to the hub while it is believed; else the last hub time heard plus uptime.
class TrustedClock {
public:
    TrustedClock(Clock& clock, bool is_hub) : clock_{clock}, is_hub_{is_hub} {}

    Instant now() const { return clock_.now() + offset_; }
    Micros uptime() const { return clock_.uptime(); }
    Instant trusted() const;
    ClockQuality quality() const;
    Micros offset() const { return offset_; }
    /// One measurement against the hub: our clock lags by `offset`. Round trips over 2 s say nothing.
    void heard(Instant hub_time, Micros offset, Micros round_trip);
    /// What was heard before this start.
    void remember(Instant hub_time) {
        last_hub_time_ = hub_time;
        heard_at_ = clock_.uptime();
    }
    Instant last_hub_time() const { return last_hub_time_; }

private:
    bool jumped() const;

    Clock& clock_;
    bool is_hub_;
    bool measured_ = false;
    Micros offset_{0};
    Instant last_hub_time_{};
    Micros heard_at_{0};
    Instant wall_at_heard_{};
};

/// Who this node is: goes into each writer's first txn.
struct Identity {
    std::uint16_t site = 0;
    Bytes signing_key;  // public, 32 octets
    /// Signs with the private key; 64 octets.
    std::function<Bytes(std::string_view)> sign;
};

/// What verify() found out: the chain of every txn, or the refusal. Between slices it remembers where the bodies lie.
struct Verified {
    Refusal refusal = Refusal::none;
    std::vector<Chain> chains;
    std::int64_t blob = -1;
};

class Journal {
public:
    /// `connection` is the writable one, migrated. Reads its state; writes nothing.
    Journal(db::Connection& connection, Dictionary const& dictionary, Clock& clock, Random& random, Log& log, Identity identity,
            BodyCodec const& codec);
    ~Journal();

    /// Group commit: many jobs, each with its own txn in a savepoint, one SQLite transaction, then the answers.
    void run(std::vector<Job> jobs);

    /// Checks a received bundle as a whole, before anything of it is applied. Closes the open writer when somebody else writes under its label.
    Verified verify(Received const& received);

    struct Applied {
        Refusal refusal = Refusal::none;
        std::size_t next = 0;  // index into txns: where the next slice begins; size() when all is in
    };
    /// Asked every few txns with the writer time that a slice took so far: is it to end here?
    using SliceEnds = std::function<bool(Micros spent)>;
    /// One slice (whole txns) of a verified bundle in one SQLite transaction: txns held already are skipped whole;
    /// on a refusal nothing of the failing txn and what follows is applied. `peer` moves with the last slice. Call again from `next`.
    Applied apply(Received const& received, Verified& verified, PeerState const& peer, std::size_t from, SliceEnds const& ends);
    /// Finishes bundles that a crash left half applied: their last txns carry the signatures that prove the rest. Once after each start.
    void resume();
    /// Moves cursor and flag where there are no txns to apply.
    void set_peer(PeerState const& peer);
    /// A signature over this node's own newest txn, kept; nothing before the first write.
    std::optional<Signature> sign_tip();
    /// The same over any own txn that is held; std::logic_error for another's.
    Signature sign(Label const& label);
    /// Replaces the row-wise bodies of [position, position + count) by one sealed body.
    void seal(std::uint64_t position, std::uint64_t count, std::string_view sealed);
    /// Something that an operator should see; also logged.
    void event(std::string_view kind, std::string_view detail);
    /// From now on signatures of site 0 made with this key are accepted (the key the hub showed over mTLS).
    void trust_hub_key(Bytes const& key);

    LogReader log();
    TrustedClock& clock();
    /// TrustedClock::heard, and every now and then kept for the next start: a clinic's server without a battery wakes up in another year.
    void hear_hub(Instant hub_time, Micros offset, Micros round_trip);
    std::uint16_t site() const;
    Dictionary const& dictionary() const;
    db::Connection& database();
    /// Called after each commit with what it changed. On the writer thread.
    void on_commit(std::function<void(Committed const&)> listener);

    struct State;  // state.hpp, for common/journal alone

private:
    bool take(Txn const& txn, Chain const& chain, Refusal& refusal);
    void keep_signatures(Received const& received);

    std::unique_ptr<State> state_;
};

/// Keys that a site's writers may be signed with: entity `site_key` (append-only: site_no integer, signing_key blob as hex text) and the hub's.
inline constexpr std::string_view site_key_entity = "site_key";

}  // namespace himsog::journal
