#include "common/journal/authorship.hpp"

#include <stdexcept>
#include <string_view>

namespace himsog::journal {
namespace {

/// Of a txn whose group is still being written: its place in the log is not in sync_run before the group's end.
constexpr std::string_view authorship_in_group =
    "SELECT w.id, w.site, l.actor, l.time, l.clock FROM sync_log l JOIN sync_writer w ON w.no = l.writer "
    "WHERE l.pos >= coalesce((SELECT r.pos + r.n FROM sync_run r ORDER BY r.pos DESC LIMIT 1), 0) AND l.writer = ? AND l.seq = ?";
constexpr std::string_view authorship_in_log =
    "SELECT w.id, w.site, l.actor, l.time, l.clock FROM sync_writer w JOIN sync_run r ON r.writer = w.no AND r.seq <= ? AND r.seq + r.n > ? "
    "JOIN sync_log l ON l.pos = r.pos + ? - r.seq WHERE w.no = ?";

Authorship authorship_from(db::Statement const& row, std::int64_t seq) {
    Authorship by;
    by.label = {static_cast<std::uint64_t>(row.integer(0)), static_cast<std::uint64_t>(seq)};
    by.site = static_cast<std::uint16_t>(row.integer(1));
    by.actor = row.uuid(2);
    by.time = row.integer(3);
    by.clock = static_cast<ClockQuality>(row.integer(4));
    return by;
}

}  // namespace

Authorship authorship(db::Connection& connection, std::int64_t writer, std::int64_t seq) {
    auto row = connection.prepare(authorship_in_log);
    if (row.bind(seq).bind(seq).bind(seq).bind(writer).step()) return authorship_from(row, seq);
    auto fresh = connection.prepare(authorship_in_group);
    if (fresh.bind(writer).bind(seq).step()) return authorship_from(fresh, seq);
    throw std::logic_error{"a version without its txn in the log"};
}

std::string note_of(db::Connection& connection, std::int64_t writer, std::int64_t seq) {
    auto row = connection.prepare("SELECT note FROM sync_note WHERE writer = ? AND seq = ?");
    return row.bind(writer).bind(seq).step() ? std::string{row.text(0)} : std::string{};
}

}  // namespace himsog::journal
