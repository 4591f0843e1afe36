// Receiving: the same code as writing, without the numbering (SYNC.md sections 1 and 4).
#include "common/journal/mutants.hpp"
#include "common/journal/verifier.hpp"

namespace himsog::journal {
namespace {

constexpr std::size_t look_at_clock_every = 16;

void write_peer(Journal::State& state, PeerState const& peer) {
    auto& connection = state.connection;
    connection.prepare("INSERT INTO sync_peer (site, position, hash, comparing) VALUES (?, 0, ?, 0) ON CONFLICT (site) DO NOTHING")
        .bind(std::int64_t{peer.peer})
        .bind_blob(bytes_of(Chain{}))
        .run();
    if (peer.cursor)
        connection.prepare("UPDATE sync_peer SET position = ?, hash = ? WHERE site = ?")
            .bind(static_cast<std::int64_t>(peer.cursor->position))
            .bind_blob(bytes_of(peer.cursor->hash))
            .bind(std::int64_t{peer.peer})
            .run();
    if (peer.comparing)
        connection.prepare("UPDATE sync_peer SET comparing = ? WHERE site = ?")
            .bind(*peer.comparing ? 1 : 0)
            .bind(std::int64_t{peer.peer})
            .run();
}

/// The bodies of what one slice took: ranges of the blob that they came in.
class Bodies {
public:
    Bodies(LogWriter& log, Received const& received, std::int64_t& blob) : log_{log}, received_{received}, blob_{blob} {}

    void took(std::size_t index) {
        if (count_ == 0) {
            first_ = index;
            position_ = log_.end() - 1;
        }
        ++count_;
    }
    void close() {
        if (count_ == 0) return;
        if (blob_ < 0) blob_ = log_.put_sealed(received_.sealed);
        log_.put_body_range(position_, count_, blob_, first_);
        count_ = 0;
    }

private:
    LogWriter& log_;
    Received const& received_;
    std::int64_t& blob_;
    std::size_t first_ = 0;
    std::uint64_t position_ = 0;
    std::uint64_t count_ = 0;
};

/// What is left of a bundle of which a slice is committed: enough to go on after a crash.
class Pending {
public:
    static void write(db::Connection& connection, std::int64_t blob, std::size_t next, Received const& received, PeerState const& peer) {
        Bytes signatures;
        put_varint(signatures, received.signatures.size());
        for (auto const& signature : received.signatures) {
            put_fixed64(signatures, signature.label.writer);
            put_varint(signatures, signature.label.seq);
            signatures += bytes_of(signature.chain);
            put_sized(signatures, signature.bytes);
        }
        auto row = connection.prepare(
            "INSERT INTO sync_pending (blob, next, signatures, peer, position, hash, comparing) VALUES (?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (blob) DO UPDATE SET next = excluded.next");
        row.bind(blob).bind(static_cast<std::int64_t>(next)).bind_blob(signatures).bind(std::int64_t{peer.peer});
        if (peer.cursor) row.bind(static_cast<std::int64_t>(peer.cursor->position)).bind_blob(bytes_of(peer.cursor->hash));
        else row.bind(db::Null{}).bind(db::Null{});
        if (peer.comparing) row.bind(*peer.comparing ? 1 : 0);
        else row.bind(db::Null{});
        row.run();
    }

    static void remove(db::Connection& connection, std::int64_t blob) {
        connection.prepare("DELETE FROM sync_pending WHERE blob = ?").bind(blob).run();
    }

    static std::vector<Pending> all(db::Connection& connection, BodyCodec const& codec) {
        std::vector<Pending> found;
        auto row = connection.prepare("SELECT p.blob, p.next, p.signatures, p.peer, p.position, p.hash, p.comparing, x.bytes "
                                      "FROM sync_pending p JOIN sync_blob x ON x.no = p.blob ORDER BY p.blob");
        while (row.step()) {
            Pending one;
            one.blob = row.integer(0);
            one.next = static_cast<std::size_t>(row.integer(1));
            ByteReader in{row.blob(2)};
            for (auto count = in.varint(); count > 0; --count) {
                Signature signature;
                signature.label.writer = in.fixed64();
                signature.label.seq = in.varint();
                signature.chain = chain_from(in.take(16));
                signature.bytes = Bytes{in.sized()};
                one.received.signatures.push_back(std::move(signature));
            }
            one.peer.peer = static_cast<std::uint16_t>(row.integer(3));
            if (!row.is_null(4)) one.peer.cursor = Cursor{static_cast<std::uint64_t>(row.integer(4)), chain_from(row.blob(5))};
            if (!row.is_null(6)) one.peer.comparing = row.integer(6) != 0;
            one.received.txns = codec.open(row.blob(7));
            found.push_back(std::move(one));
        }
        return found;
    }

    std::int64_t blob = -1;
    std::size_t next = 0;
    Received received;
    PeerState peer;
};

}  // namespace

void Journal::resume() {
    auto const ends = [](Micros spent) { return spent >= std::chrono::milliseconds{100}; };
    for (auto& pending : Pending::all(state_->connection, state_->codec)) {
        auto verified = verify(pending.received);
        verified.blob = pending.blob;
        Applied applied{verified.refusal, pending.next};
        while (applied.refusal == Refusal::none && applied.next < pending.received.txns.size())
            applied = apply(pending.received, verified, pending.peer, applied.next, ends);
        if (applied.refusal == Refusal::none) continue;
        Pending::remove(state_->connection, pending.blob);
        event("refused", std::string{"a bundle could not be finished after a crash: "} + name_of(applied.refusal));
    }
}

Verified Journal::verify(Received const& received) {
    auto verified = Verifier{*state_, received}.run();
    if (verified.refusal != Refusal::none) return verified;
    for (auto const& txn : received.txns)  // somebody else writes under our label: a copy of this database lives
        if (state_->open == txn.label.writer && txn.label.seq > state_->writers.find(txn.label.writer)->have) state_->open.reset();
    return verified;
}

/// Appends one txn and does its operations. Held already: false, nothing happens.
bool Journal::take(Txn const& txn, Chain const& chain, Refusal& refusal) {
    auto& state = *state_;
    auto* writer = state.writers.find(txn.label.writer);
    bool const is_held = writer != nullptr && txn.label.seq <= writer->have;
    if (is_held && !broken(Mutant::held_txn_applied_again)) return false;
    if (!is_held) {
        if (writer == nullptr) writer = &state.writers.add(txn.label.writer, *txn.origin);
        if (txn.label.seq != writer->have + 1) {
            refusal = Refusal::gap;
            return false;
        }
    }
    TxnFacts const facts{txn.label, txn.time, txn.trusted, txn.actor};
    std::vector<Touched> touched;
    for (auto const& operation : txn.operations) {
        auto const* const entity = state.dictionary.numbered(operation.entity);
        if (entity == nullptr || !state.registers.apply(facts, *entity, operation, touched)) {
            refusal = entity == nullptr ? Refusal::malformed : Refusal::parent_not_held;
            return false;
        }
        state.note_touched(operation);
    }
    if (is_held) return false;
    state.log_writer.append(*writer, txn, chain, state.clock.now());
    if (!touched.empty()) {
        state.conflicts.refresh(touched);
        state.conflicts_changed = true;
    }
    return true;
}

void Journal::keep_signatures(Received const& received) {
    for (auto const& signature : received.signatures) {
        auto const* const writer = state_->writers.find(signature.label.writer);
        if (writer == nullptr || signature.label.seq > writer->have) continue;
        state_->connection
            .prepare("INSERT INTO sync_signature (writer, seq, chain, bytes) VALUES (?, ?, ?, ?) ON CONFLICT (writer, seq) DO NOTHING")
            .bind(writer->number)
            .bind(static_cast<std::int64_t>(signature.label.seq))
            .bind_blob(bytes_of(signature.chain))
            .bind_blob(signature.bytes)
            .run();
    }
}

Journal::Applied Journal::apply(Received const& received, Verified& verified, PeerState const& peer, std::size_t from,
                                SliceEnds const& ends) {
    auto& state = *state_;
    auto const started = state.clock.uptime();
    Applied applied{verified.refusal, from};
    if (verified.refusal != Refusal::none) return applied;
    auto blob = verified.blob;
    bool must_reload = false;
    try {
        db::Transaction transaction{state.connection};
        db::Connection::Grant const grant{state.connection};
        Bodies bodies{state.log_writer, received, blob};
        while (applied.next < received.txns.size()) {
            db::Savepoint savepoint{state.connection};
            if (take(received.txns[applied.next], verified.chains[applied.next], applied.refusal)) bodies.took(applied.next);
            else bodies.close();
            if (applied.refusal != Refusal::none) {
                must_reload = true;  // the savepoint takes back what this txn did, memory forgets it
                break;
            }
            savepoint.release();
            ++applied.next;
            if (applied.next % look_at_clock_every == 0 && ends(state.clock.uptime() - started)) break;
        }
        bodies.close();
        state.log_writer.flush();
        keep_signatures(received);
        bool const is_finished = applied.next == received.txns.size() || applied.refusal != Refusal::none;
        if (!is_finished && blob >= 0) Pending::write(state.connection, blob, applied.next, received, peer);
        if (is_finished && verified.blob >= 0) Pending::remove(state.connection, blob);
        if (is_finished && applied.refusal == Refusal::none) write_peer(state, peer);
        transaction.commit();
    } catch (db::Error const&) {
        state.reload();
        throw;
    }
    verified.blob = blob;
    if (must_reload) state.reload();
    state.committed(true);
    return applied;
}

void Journal::set_peer(PeerState const& peer) {
    db::Transaction transaction{state_->connection};
    write_peer(*state_, peer);
    transaction.commit();
}

}  // namespace himsog::journal
