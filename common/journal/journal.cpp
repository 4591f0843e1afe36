#include "common/journal/journal.hpp"

#include "common/journal/mutants.hpp"
#include "common/journal/state.hpp"

#include <algorithm>
#include <stdexcept>

namespace himsog::journal {
namespace {

constexpr std::string_view tip_name = "tip";
constexpr std::string_view hub_time_name = "hub_time";
constexpr Micros keep_hub_time_every = std::chrono::minutes{10};
constexpr int wal_bound_pages = 32 * 1024 * 1024 / 8192;

Problem lost(db::Error const& error) {
    if (error.storage_full()) return {ProblemKind::storage_full, "The clinic's disk is full. Nothing was saved."};
    return {ProblemKind::unavailable, "The clinic's database could not save just now. Nothing was saved; it can be tried again."};
}

/// A bug in one job costs that job alone; a broken database costs the group.
std::optional<Problem> work(Job const& job, Writer& writer, Log& log) {
    try {
        return job.work(writer);
    } catch (db::Error const&) {
        throw;
    } catch (std::exception const& error) {
        log.error("journal.job_failed", {{"reason", error.what()}, {"request", job.context.request}});
        return Problem{ProblemKind::internal, "Something went wrong on our side. Nothing was saved."};
    }
}

}  // namespace

void Journal::State::reload() {
    writers.load();
    log_writer.load();
    tip = {};
    if (auto const stored = meta(tip_name); !stored.empty()) {
        ByteReader in{stored};
        tip.writer = in.fixed64();
        tip.seq = in.varint();
    }
    open.reset();
    entities.clear();
    conflicts_changed = false;
    if (broken(Mutant::no_new_writer_at_start) && tip.seq != 0) open = tip.writer;
}

Bytes Journal::State::meta(std::string_view name) {
    auto row = connection.prepare("SELECT value FROM sync_meta WHERE name = ?");
    return row.bind(name).step() ? Bytes{row.blob(0)} : Bytes{};
}

void Journal::State::save_meta(std::string_view name, std::string_view value) {
    connection.prepare("INSERT INTO sync_meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
        .bind(name)
        .bind_blob(value)
        .run();
}

WriterTable::Entry& Journal::State::open_writer(bool& is_new) {
    is_new = false;
    if (open) return *writers.find(*open);
    is_new = true;
    WriterOrigin origin;
    origin.site = identity.site;
    origin.signing_key = identity.signing_key;
    origin.parent = tip;
    if (tip.seq != 0) origin.parent_chain = log_writer.chain_of(tip).value();
    // Kernel random mixed with time and uptime: a virtual machine resumed twice may draw the same random numbers.
    Bytes seed = random.bytes(16);
    put_signed(seed, clock.now().us);
    auto const digest = crypto::sha256(seed);
    auto const id = ByteReader{digest}.fixed64();
    open = id;
    return writers.add(id, origin);
}

std::vector<Uuid> Journal::State::finish(Txn& txn, std::vector<Touched> const& touched, WriterTable::Entry& writer) {
    auto const chain = log_writer.chain(writer, txn);
    log_writer.append(writer, txn, chain.value(), std::nullopt);
    tip = txn.label;
    if (touched.empty()) return {};
    conflicts_changed = true;
    return conflicts.refresh(touched);
}

void Journal::State::committed(bool received) {
    Committed what;
    what.log_end = log_writer.end();
    what.entities.assign(entities.begin(), entities.end());
    what.conflicts_changed = std::exchange(conflicts_changed, false);
    what.received = received;
    entities.clear();
    if (listener) listener(what);
    if (connection.wal_pages() > wal_bound_pages) connection.checkpoint();
}

Journal::Journal(db::Connection& connection, Dictionary const& dictionary, Clock& clock, Random& random, Log& log, Identity identity,
                 BodyCodec const& codec)
    : state_{std::make_unique<State>(connection, dictionary, clock, random, log, std::move(identity), codec)} {
    state_->reload();
    if (auto const stored = state_->meta(hub_time_name); !stored.empty()) {
        state_->kept_hub_time = Instant{ByteReader{stored}.signed_varint()};
        state_->clock.remember(state_->kept_hub_time);
    }
    if (auto const key = state_->meta("hub_key"); !key.empty()) state_->hub_keys.insert(key);
}

Journal::~Journal() = default;

void Journal::run(std::vector<Job> jobs) {
    auto& state = *state_;
    std::vector<std::optional<Problem>> answers(jobs.size());
    std::optional<Problem> lost_group;
    try {
        db::Transaction transaction{state.connection};
        Bytes bodies;
        std::uint64_t count = 0;
        auto const position = state.log_writer.end();
        std::vector<std::unique_ptr<JobWriter>> writers;  // keep what update() handed out
        for (std::size_t i = 0; i < jobs.size(); ++i) {
            auto const open = state.open;
            auto const tip = state.tip;
            writers.push_back(std::make_unique<JobWriter>(state, jobs[i].context));
            db::Savepoint savepoint{state.connection};
            answers[i] = work(jobs[i], *writers.back(), state.log);
            if (answers[i]) {
                // What the job wrote is taken back; a writer that it would have opened was never there.
                if (!open && state.open) state.writers.load();
                state.open = open;
                state.tip = tip;
                continue;
            }
            writers.back()->finish(bodies, count);
            savepoint.release();
            if (broken(Mutant::acknowledge_before_commit)) jobs[i].done(nullptr);
        }
        if (count > 0) {
            db::Connection::Grant const writes{state.connection};
            state.log_writer.flush();
            state.log_writer.put_bodies(position, count, bodies);
            Bytes tip;
            put_fixed64(tip, state.tip.writer);
            put_varint(tip, state.tip.seq);
            state.save_meta(tip_name, tip);
        }
        transaction.commit();
    } catch (db::Error const& error) {
        state.log.error("journal.group_lost", {{"code", error.code()}, {"reason", error.what()}, {"jobs", jobs.size()}});
        lost_group = lost(error);
    }
    if (lost_group) state.reload();
    else state.committed(false);
    if (broken(Mutant::acknowledge_before_commit)) return;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (lost_group) jobs[i].done(&*lost_group);
        else jobs[i].done(answers[i] ? &*answers[i] : nullptr);
    }
}

std::optional<Signature> Journal::sign_tip() {
    if (state_->tip.seq == 0) return std::nullopt;
    return sign(state_->tip);
}

Signature Journal::sign(Label const& label) {
    auto& state = *state_;
    auto const* const writer = state.writers.find(label.writer);
    auto const chain = state.log_writer.chain_of(label);
    if (writer == nullptr || !chain || writer->signing_key != state.identity.signing_key) throw std::logic_error{"signed what is not ours"};
    Signature signature;
    signature.label = label;
    signature.chain = *chain;
    signature.bytes = state.identity.sign(signed_text(signature.label, signature.chain));
    db::Connection::Grant const grant{state.connection};
    state.connection
        .prepare("INSERT INTO sync_signature (writer, seq, chain, bytes) VALUES (?, ?, ?, ?) ON CONFLICT (writer, seq) DO NOTHING")
        .bind(writer->number)
        .bind(static_cast<std::int64_t>(label.seq))
        .bind_blob(bytes_of(signature.chain))
        .bind_blob(signature.bytes)
        .run();
    return signature;
}

void Journal::seal(std::uint64_t position, std::uint64_t count, std::string_view sealed) {
    auto& state = *state_;
    auto const from = static_cast<std::int64_t>(position);
    auto const to = static_cast<std::int64_t>(position + count);
    db::Transaction transaction{state.connection};
    db::Connection::Grant const grant{state.connection};
    // Only whole unsealed runs: what is sealed already, or only half inside, stays as it is.
    auto whole = state.connection.prepare("SELECT coalesce(sum(b.n), 0) FROM sync_body b JOIN sync_blob x ON x.no = b.blob "
                                          "WHERE b.pos >= ? AND b.pos + b.n <= ? AND x.sealed = 0");
    whole.bind(from).bind(to).step();
    bool const fits = whole.integer(0) == static_cast<std::int64_t>(count);
    whole.run();
    if (!fits) return;
    state.connection.prepare("DELETE FROM sync_blob WHERE no IN (SELECT blob FROM sync_body WHERE pos >= ? AND pos < ?)")
        .bind(from)
        .bind(to)
        .run();
    state.connection.prepare("DELETE FROM sync_body WHERE pos >= ? AND pos < ?").bind(from).bind(to).run();
    auto const blob = state.log_writer.put_sealed(sealed);
    state.log_writer.put_body_range(position, count, blob, 0);
    transaction.commit();
}

void Journal::event(std::string_view kind, std::string_view detail) {
    auto& state = *state_;
    state.log.warning("journal.event", {{"kind", kind}, {"detail", detail}});
    state.connection.prepare("INSERT INTO sync_event (at, kind, detail) VALUES (?, ?, ?)")
        .bind(state.clock.now().us)
        .bind(kind)
        .bind(detail)
        .run();
}

void Journal::trust_hub_key(Bytes const& key) {
    auto& state = *state_;
    if (!state.hub_keys.insert(key).second) return;
    state.save_meta("hub_key", key);
}

void Journal::hear_hub(Instant hub_time, Micros offset, Micros round_trip) {
    auto& state = *state_;
    state.clock.heard(hub_time, offset, round_trip);
    auto const heard = state.clock.last_hub_time();
    if (heard - state.kept_hub_time < keep_hub_time_every) return;
    state.kept_hub_time = heard;
    Bytes text;
    put_signed(text, heard.us);
    state.save_meta(hub_time_name, text);
}

LogReader Journal::log() { return {state_->connection, state_->codec}; }
TrustedClock& Journal::clock() { return state_->clock; }
std::uint16_t Journal::site() const { return state_->identity.site; }
Dictionary const& Journal::dictionary() const { return state_->dictionary; }
db::Connection& Journal::database() { return state_->connection; }
void Journal::on_commit(std::function<void(Committed const&)> listener) { state_->listener = std::move(listener); }

}  // namespace himsog::journal
