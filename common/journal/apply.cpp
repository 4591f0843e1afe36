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

}  // namespace

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

Journal::Applied Journal::apply(Received const& received, Verified& verified, PeerState const& peer, std::size_t from, Micros budget) {
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
            if (applied.next % look_at_clock_every == 0 && state.clock.uptime() - started >= budget) break;
        }
        bodies.close();
        state.log_writer.flush();
        keep_signatures(received);
        if (applied.next == received.txns.size() && applied.refusal == Refusal::none) write_peer(state, peer);
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
