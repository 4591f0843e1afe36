#include "sync/routes/status.hpp"

#include "common/journal/store.hpp"

#include <nlohmann/json.hpp>

namespace himsog::sync {
namespace {

using nlohmann::ordered_json;

ordered_json moment(std::optional<Instant> const& at, Zone zone) { return at ? ordered_json(to_text(*at, zone)) : ordered_json(nullptr); }

char const* name_of(journal::ClockQuality quality) {
    switch (quality) {
        case journal::ClockQuality::ok: return "ok";
        case journal::ClockQuality::unsure: return "unsure";
        case journal::ClockQuality::wrong: return "wrong";
    }
    return "unsure";
}

std::string state_of(NodeFacts const& node, LinkFacts const& link, Pending const& pending) {
    if (!link.last_error.empty()) return "needs_attention";
    if (node.is_hub) return "current";
    if (!link.hub_reachable) return "waiting";
    if (pending.txns > 0 || link.sending) return "sending";
    return link.receiving ? "receiving" : "current";
}

Pending pending_of_sites(db::Connection& connection) {
    Pending pending;
    auto row = connection.prepare("SELECT coalesce(sum(pending_txns), 0), min(oldest_pending_at) FROM hub_site WHERE state = 'active'");
    row.step();
    pending.txns = row.integer(0);
    if (!row.is_null(1)) pending.oldest_at = Instant{row.integer(1)};
    return pending;
}

}  // namespace

void Acknowledged::migrate(db::Connection& connection) {
    connection.execute("CREATE TABLE IF NOT EXISTS sync_acknowledged (writer INTEGER PRIMARY KEY, seq INTEGER NOT NULL)");
}

void Acknowledged::note(db::Connection& connection, std::uint64_t writer, std::uint64_t seq) {
    connection
        .prepare(
            "INSERT INTO sync_acknowledged (writer, seq) SELECT no, ? FROM sync_writer WHERE id = ? ON CONFLICT (writer) DO UPDATE SET seq = excluded.seq")
        .bind(static_cast<std::int64_t>(seq))
        .bind(static_cast<std::int64_t>(writer))
        .run();
}

Pending Acknowledged::pending(db::Connection& connection, std::uint16_t site) {
    Pending pending;
    auto row = connection.prepare(
        "SELECT w.no, w.have, coalesce(a.seq, 0) FROM sync_writer w LEFT JOIN sync_acknowledged a ON a.writer = w.no WHERE w.site = ? AND w.have > coalesce(a.seq, 0)");
    row.bind(std::int64_t{site});
    while (row.step()) {
        auto const first = row.integer(2) + 1;
        pending.txns += row.integer(1) - row.integer(2);
        auto at = connection.prepare(
            "SELECT l.time FROM sync_run r JOIN sync_log l ON l.pos = r.pos + ? - r.seq WHERE r.writer = ? AND r.seq <= ? AND r.seq + r.n > ?");
        if (at.bind(first).bind(row.integer(0)).bind(first).bind(first).step())
            if (Instant const time{at.integer(0)}; !pending.oldest_at || time < *pending.oldest_at) pending.oldest_at = time;
    }
    if (pending.txns > 0) {
        auto bytes = connection.prepare(
            "SELECT coalesce(sum(length(x.bytes)), 0) FROM sync_body b JOIN sync_blob x ON x.no = b.blob WHERE b.pos >= "
            "(SELECT coalesce(min(r.pos), 0) FROM sync_run r JOIN sync_writer w ON w.no = r.writer LEFT JOIN sync_acknowledged a ON a.writer = w.no "
            "WHERE w.site = ? AND r.seq + r.n - 1 > coalesce(a.seq, 0))");
        bytes.bind(std::int64_t{site}).step();
        pending.bytes = bytes.integer(0);
    }
    return pending;
}

std::string status_json(db::Connection& connection, NodeFacts const& node, StatusBoard const& board) {
    auto const link = board.facts();
    auto const [quality, offset] = board.clock();
    auto const pending = node.is_hub ? pending_of_sites(connection) : Acknowledged::pending(connection, node.site);
    journal::ConflictFilter open;
    open.status = journal::ConflictStatus::open;
    ordered_json body;
    body["state"] = state_of(node, link, pending);
    body["hub_reachable"] = node.is_hub || link.hub_reachable;
    body["pending_txns"] = pending.txns;
    body["pending_bytes"] = pending.bytes;
    body["pending_blobs"] = 0;
    body["oldest_pending_at"] = moment(pending.oldest_at, node.zone);
    body["last_push_at"] = moment(link.last_push_at, node.zone);
    body["last_pull_at"] = moment(link.last_pull_at, node.zone);
    body["last_error"] = link.last_error.empty() ? ordered_json(nullptr) : ordered_json(link.last_error);
    body["clock"] = {{"state", node.is_hub ? "ok" : name_of(quality)}, {"offset_ms", offset.count() / 1000}};
    body["conflicts_open"] = journal::count_conflicts(connection, open);
    body["duplicates_open"] = 0;
    body["digest"] = {{"state", "unknown"}, {"checked_at", nullptr}};
    return body.dump();
}

}  // namespace himsog::sync
