#include "common/journal/log_writer.hpp"

#include <algorithm>
#include <stdexcept>

namespace himsog::journal {

void LogWriter::load() {
    moved_.clear();
    run_writer_ = -1;
    run_count_ = 0;
    end_ = 0;
    hash_ = {};
    {
        auto last = connection_.prepare("SELECT pos, writer, n FROM sync_run ORDER BY pos DESC LIMIT 1");
        if (!last.step()) return;
        run_position_ = static_cast<std::uint64_t>(last.integer(0));
        run_writer_ = last.integer(1);
        run_count_ = static_cast<std::uint64_t>(last.integer(2));
        run_is_new_ = false;
        end_ = run_position_ + run_count_;
    }
    std::uint64_t from = 0;
    {
        auto mark = connection_.prepare("SELECT pos, hash FROM sync_mark WHERE pos <= ? ORDER BY pos DESC LIMIT 1");
        if (mark.bind(static_cast<std::int64_t>(end_)).step()) {
            from = static_cast<std::uint64_t>(mark.integer(0));
            hash_ = chain_from(mark.blob(1));
        }
    }
    auto chains = connection_.prepare("SELECT chain FROM sync_log WHERE pos >= ? ORDER BY pos");
    chains.bind(static_cast<std::int64_t>(from));
    while (chains.step()) hash_ = chainer_.log_hash(hash_, chain_from(chains.blob(0)));
}

std::optional<LogWriter::Place> LogWriter::find(Label const& label) {
    auto const* const writer = writers_.find(label.writer);
    if (writer == nullptr || label.seq == 0 || label.seq > writer->have) return std::nullopt;
    // The open run is written at flush(); until then its place is known here.
    std::int64_t position = -1;
    if (writer->number == run_writer_) {
        auto const first = writer->have - run_count_ + 1;
        if (label.seq >= first) position = static_cast<std::int64_t>(run_position_ + (label.seq - first));
    }
    if (position < 0) {
        auto run = connection_.prepare("SELECT pos, seq FROM sync_run WHERE writer = ? AND seq <= ? ORDER BY seq DESC LIMIT 1");
        if (!run.bind(writer->number).bind(static_cast<std::int64_t>(label.seq)).step()) return std::nullopt;
        position = run.integer(0) + static_cast<std::int64_t>(label.seq) - run.integer(1);
    }
    auto row = connection_.prepare("SELECT chain, time FROM sync_log WHERE pos = ?");
    if (!row.bind(position).step()) return std::nullopt;
    return Place{chain_from(row.blob(0)), row.integer(1)};
}

std::optional<Chain> LogWriter::chain_of(Label const& label) {
    auto const* const writer = writers_.find(label.writer);
    if (writer != nullptr && writer->have == label.seq && label.seq > 0) return writer->tip;
    auto const place = find(label);
    return place ? std::optional{place->chain} : std::nullopt;
}

std::int64_t LogWriter::time_of(Label const& label) {
    auto const place = find(label);
    if (!place) throw std::logic_error{"a version without its txn in the log"};
    return place->time;
}

std::optional<Chain> LogWriter::chain(WriterTable::Entry const& writer, Txn const& txn) {
    auto const lookup = [this](Label const& label) { return chain_of(label); };
    return chainer_.chain(writer.tip, txn, lookup);
}

void LogWriter::append(WriterTable::Entry& writer, Txn const& txn, Chain const& chain, std::optional<Instant> received) {
    if (end_ % mark_distance == 0)
        connection_.prepare("INSERT INTO sync_mark (pos, hash) VALUES (?, ?)")
            .bind(static_cast<std::int64_t>(end_))
            .bind_blob(bytes_of(hash_))
            .run();
    auto row = connection_.prepare(
        "INSERT INTO sync_log (pos, writer, seq, chain, time, skew, actor, clock, received) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    row.bind(static_cast<std::int64_t>(end_)).bind(writer.number).bind(static_cast<std::int64_t>(txn.label.seq)).bind_blob(bytes_of(chain));
    row.bind(txn.time).bind(txn.trusted - txn.time);
    if (txn.actor.is_nil()) row.bind(db::Null{});
    else row.bind(txn.actor);
    row.bind(static_cast<std::int64_t>(txn.clock));
    if (received) row.bind(received->us);
    else row.bind(db::Null{});
    row.run();
    if (!txn.reason.empty())
        connection_.prepare("INSERT INTO sync_note (writer, seq, note) VALUES (?, ?, ?)")
            .bind(writer.number)
            .bind(static_cast<std::int64_t>(txn.label.seq))
            .bind(txn.reason)
            .run();

    if (run_writer_ != writer.number) {
        flush();
        run_writer_ = writer.number;
        run_position_ = end_;
        run_count_ = 0;
        run_is_new_ = true;
    }
    ++run_count_;
    ++end_;
    hash_ = chainer_.log_hash(hash_, chain);
    writer.have = txn.label.seq;
    writer.tip = chain;
    if (std::find(moved_.begin(), moved_.end(), &writer) == moved_.end()) moved_.push_back(&writer);
}

void LogWriter::flush() {
    for (auto const* const writer : moved_) writers_.save(*writer);
    bool const changed = !moved_.empty();
    moved_.clear();
    if (!changed || run_count_ == 0) return;
    auto const first = writers_.numbered(run_writer_).have - run_count_ + 1;
    if (run_is_new_)
        connection_.prepare("INSERT INTO sync_run (pos, writer, seq, n) VALUES (?, ?, ?, ?)")
            .bind(static_cast<std::int64_t>(run_position_))
            .bind(run_writer_)
            .bind(static_cast<std::int64_t>(first))
            .bind(static_cast<std::int64_t>(run_count_))
            .run();
    else
        connection_.prepare("UPDATE sync_run SET n = ? WHERE pos = ?")
            .bind(static_cast<std::int64_t>(run_count_))
            .bind(static_cast<std::int64_t>(run_position_))
            .run();
    run_is_new_ = false;
}

void LogWriter::put_bodies(std::uint64_t position, std::uint64_t count, std::string_view rows) {
    auto blob = connection_.prepare("INSERT INTO sync_blob (sealed, bytes) VALUES (0, ?) RETURNING no");
    blob.bind_blob(rows).step();
    auto const number = blob.integer(0);
    blob.run();
    put_body_range(position, count, number, 0);
}

std::int64_t LogWriter::put_sealed(std::string_view bytes) {
    auto blob = connection_.prepare("INSERT INTO sync_blob (sealed, bytes) VALUES (1, ?) RETURNING no");
    blob.bind_blob(bytes).step();
    auto const number = blob.integer(0);
    blob.run();
    return number;
}

void LogWriter::put_body_range(std::uint64_t position, std::uint64_t count, std::int64_t blob, std::uint64_t first) {
    connection_.prepare("INSERT INTO sync_body (pos, n, blob, first) VALUES (?, ?, ?, ?)")
        .bind(static_cast<std::int64_t>(position))
        .bind(static_cast<std::int64_t>(count))
        .bind(blob)
        .bind(static_cast<std::int64_t>(first))
        .run();
}

}  // namespace himsog::journal
