#include "common/journal/chain.hpp"
#include "common/journal/log_writer.hpp"
#include "common/journal/replication.hpp"

#include <algorithm>
#include <stdexcept>

namespace himsog::journal {
namespace {

std::int64_t number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

constexpr std::string_view chain_query =
    "SELECT l.chain FROM sync_writer w JOIN sync_run r ON r.writer = w.no AND r.seq <= ? AND r.seq + r.n > ? JOIN sync_log l ON l.pos = r.pos + ? - r.seq WHERE w.id = ?";

}  // namespace

LogReader::LogReader(db::Connection& connection, BodyCodec const& codec) : connection_{connection}, codec_{codec} {
    if (connection.access() == db::Access::writer && connection.in_transaction())
        throw std::logic_error{"the log is read between groups, not inside one"};
}

std::uint64_t LogReader::end() {
    auto row = connection_.prepare("SELECT pos + n FROM sync_run ORDER BY pos DESC LIMIT 1");
    return row.step() ? static_cast<std::uint64_t>(row.integer(0)) : 0;
}

std::optional<Cursor> LogReader::cursor_at(std::uint64_t position) {
    Cursor cursor{position, {}};
    if (position == 0) return cursor;
    if (position > end()) return std::nullopt;
    std::int64_t from = 0;
    {
        auto mark = connection_.prepare("SELECT pos, hash FROM sync_mark WHERE pos <= ? ORDER BY pos DESC LIMIT 1");
        if (mark.bind(number(position)).step()) {
            from = mark.integer(0);
            cursor.hash = chain_from(mark.blob(1));
        }
    }
    Chainer chainer;
    auto chains = connection_.prepare("SELECT chain FROM sync_log WHERE pos >= ? AND pos < ? ORDER BY pos");
    chains.bind(from).bind(number(position));
    while (chains.step()) cursor.hash = chainer.log_hash(cursor.hash, chain_from(chains.blob(0)));
    return cursor;
}

std::vector<Run> LogReader::runs(std::uint64_t from, std::uint64_t to) {
    std::vector<Run> runs;
    if (from >= to) return runs;
    auto row = connection_.prepare(
        "SELECT r.pos, r.n, w.id, r.seq, w.site FROM sync_run r JOIN sync_writer w ON w.no = r.writer "
        "WHERE r.pos >= coalesce((SELECT max(x.pos) FROM sync_run x WHERE x.pos <= ?), 0) AND r.pos < ? ORDER BY r.pos");
    row.bind(number(from)).bind(number(to));
    while (row.step()) {
        Run run;
        run.position = static_cast<std::uint64_t>(row.integer(0));
        run.count = static_cast<std::uint64_t>(row.integer(1));
        run.first = {static_cast<std::uint64_t>(row.integer(2)), static_cast<std::uint64_t>(row.integer(3))};
        run.site = static_cast<std::uint16_t>(row.integer(4));
        auto const last = std::min(run.position + run.count, to);
        auto const first = std::max(run.position, from);
        if (first >= last) continue;
        run.first.seq += first - run.position;
        run.position = first;
        run.count = last - first;
        runs.push_back(run);
    }
    return runs;
}

std::vector<Txn> LogReader::txns(std::uint64_t position, std::uint64_t count) {
    std::vector<Txn> found;
    found.reserve(count);
    auto row = connection_.prepare(
        "SELECT b.pos, b.n, b.first, x.sealed, x.bytes FROM sync_body b JOIN sync_blob x ON x.no = b.blob "
        "WHERE b.pos >= coalesce((SELECT max(y.pos) FROM sync_body y WHERE y.pos <= ?), 0) AND b.pos < ? ORDER BY b.pos");
    row.bind(number(position)).bind(number(position + count));
    while (row.step()) {
        auto const at = static_cast<std::uint64_t>(row.integer(0));
        auto const held = static_cast<std::uint64_t>(row.integer(1));
        auto const begin = static_cast<std::uint64_t>(row.integer(2));
        std::vector<Txn> body;
        if (row.integer(3) != 0) {
            body = codec_.open(row.blob(4));
        } else {
            ByteReader in{row.blob(4)};
            while (!in.at_end()) body.push_back(read_txn(in));
        }
        for (std::uint64_t i = 0; i < held; ++i)
            if (at + i >= position && at + i < position + count) found.push_back(std::move(body.at(begin + i)));
    }
    return found;
}

std::optional<Bytes> LogReader::sealed(std::uint64_t position, std::uint64_t count) {
    auto row = connection_.prepare(
        "SELECT x.bytes FROM sync_body b JOIN sync_blob x ON x.no = b.blob WHERE b.pos = ? AND b.n = ? AND b.first = 0 AND x.sealed = 1");
    if (!row.bind(number(position)).bind(number(count)).step()) return std::nullopt;
    return Bytes{row.blob(0)};
}

std::vector<Tip> LogReader::have() {
    std::vector<Tip> tips;
    auto row = connection_.prepare(
        "SELECT w.id, w.have, l.chain FROM sync_writer w JOIN sync_run r ON r.pos = (SELECT max(x.pos) FROM sync_run x WHERE x.writer = w.no) "
        "JOIN sync_log l ON l.pos = r.pos + r.n - 1 WHERE w.have > 0");
    while (row.step())
        tips.push_back({{static_cast<std::uint64_t>(row.integer(0)), static_cast<std::uint64_t>(row.integer(1))}, chain_from(row.blob(2))});
    std::sort(tips.begin(), tips.end());
    return tips;
}

std::map<std::uint64_t, std::uint64_t> LogReader::have_below(std::uint64_t position) {
    std::map<std::uint64_t, std::uint64_t> have;
    for (auto const& run : runs(0, position)) have[run.first.writer] = std::max(have[run.first.writer], run.first.seq + run.count - 1);
    return have;
}

std::vector<Tip> LogReader::lineage() {
    std::vector<Tip> tips;
    Label at;
    {
        auto row = connection_.prepare("SELECT value FROM sync_meta WHERE name = 'tip'");
        if (!row.step()) return tips;
        ByteReader in{row.blob(0)};
        at.writer = in.fixed64();
        at.seq = in.varint();
    }
    while (at.seq != 0) {
        auto const chain = chain_of(at);
        if (!chain) return tips;
        tips.push_back({at, *chain});
        auto row = connection_.prepare("SELECT parent_id, parent_seq FROM sync_writer WHERE id = ?");
        if (!row.bind(number(at.writer)).step()) return tips;
        at = {static_cast<std::uint64_t>(row.integer(0)), static_cast<std::uint64_t>(row.integer(1))};
    }
    return tips;
}

std::optional<Chain> LogReader::chain_of(Label const& label) {
    if (label.seq == 0) return std::nullopt;
    auto row = connection_.prepare(chain_query);
    row.bind(number(label.seq)).bind(number(label.seq)).bind(number(label.seq)).bind(number(label.writer));
    return row.step() ? std::optional{chain_from(row.blob(0))} : std::nullopt;
}

std::optional<std::uint64_t> LogReader::position_of(Label const& label) {
    auto row = connection_.prepare(
        "SELECT r.pos + ? - r.seq FROM sync_writer w JOIN sync_run r ON r.writer = w.no AND r.seq <= ? AND r.seq + r.n > ? WHERE w.id = ?");
    row.bind(number(label.seq)).bind(number(label.seq)).bind(number(label.seq)).bind(number(label.writer));
    return row.step() ? std::optional{static_cast<std::uint64_t>(row.integer(0))} : std::nullopt;
}

std::optional<WriterOrigin> LogReader::origin_of(std::uint64_t writer) {
    auto row = connection_.prepare("SELECT site, signing_key, parent_id, parent_seq, parent_chain FROM sync_writer WHERE id = ?");
    if (!row.bind(number(writer)).step()) return std::nullopt;
    WriterOrigin origin;
    origin.site = static_cast<std::uint16_t>(row.integer(0));
    origin.signing_key = Bytes{row.blob(1)};
    origin.parent = {static_cast<std::uint64_t>(row.integer(2)), static_cast<std::uint64_t>(row.integer(3))};
    origin.parent_chain = chain_from(row.blob(4));
    return origin;
}

std::optional<Signature> LogReader::signature_from(Label const& label) {
    auto row = connection_.prepare("SELECT s.seq, s.chain, s.bytes FROM sync_signature s JOIN sync_writer w ON w.no = s.writer "
                                   "WHERE w.id = ? AND s.seq >= ? ORDER BY s.seq LIMIT 1");
    if (!row.bind(number(label.writer)).bind(number(label.seq)).step()) return std::nullopt;
    Signature signature;
    signature.label = {label.writer, static_cast<std::uint64_t>(row.integer(0))};
    signature.chain = chain_from(row.blob(1));
    signature.bytes = Bytes{row.blob(2)};
    return signature;
}

Cursor LogReader::cursor(std::uint16_t peer) {
    auto row = connection_.prepare("SELECT position, hash FROM sync_peer WHERE site = ?");
    if (!row.bind(std::int64_t{peer}).step()) return {};
    return {static_cast<std::uint64_t>(row.integer(0)), chain_from(row.blob(1))};
}

bool LogReader::is_comparing(std::uint16_t peer) {
    auto row = connection_.prepare("SELECT comparing FROM sync_peer WHERE site = ?");
    return row.bind(std::int64_t{peer}).step() && row.integer(0) != 0;
}

}  // namespace himsog::journal
