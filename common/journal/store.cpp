#include "common/journal/store.hpp"

#include "common/journal/authorship.hpp"
#include "common/journal/row.hpp"

#include <algorithm>

namespace himsog::journal {
namespace {

Values read_values(std::string_view bytes) {
    ByteReader in{bytes};
    Values values;
    auto const count = in.varint();
    for (std::uint64_t i = 0; i < count; ++i) values.push_back(Value::read(in));
    return values;
}

std::string where(ConflictFilter const& filter) {
    std::string sql = " WHERE status >= 0";
    if (filter.status) sql += " AND status = ?";
    if (filter.patient) sql += " AND patient = ?";
    if (filter.entity) sql += " AND entity = ?";
    return sql;
}

void bind_filter(db::Statement& statement, ConflictFilter const& filter) {
    if (filter.status) statement.bind(static_cast<std::int64_t>(*filter.status));
    if (filter.patient) statement.bind(*filter.patient);
    if (filter.entity) statement.bind(std::int64_t{*filter.entity});
}

constexpr std::string_view conflict_columns =
    "SELECT id, entity, record, patient, reg, kind, status, kept_writer, kept_seq, kept_reg, other_writer, other_seq, by_writer, by_seq FROM sync_conflict";

/// A version's values wherever it lies now: shown in the row, waiting in sync_head, or replaced.
class VersionReader {
public:
    VersionReader(db::Connection& connection, Entity const& entity, Uuid const& id) : connection_{connection}, entity_{entity}, id_{id} {}

    Values values(std::uint16_t reg, std::int64_t writer, std::int64_t seq) {
        for (auto const* const table : {"sync_head", "sync_past"}) {
            auto row = connection_.prepare(std::string{"SELECT value FROM "} + table +
                                           " WHERE entity = ? AND id = ? AND reg = ? AND writer = ? AND seq = ?");
            row.bind(std::int64_t{entity_.number()}).bind(id_).bind(std::int64_t{reg}).bind(writer).bind(seq);
            if (row.step()) return read_values(row.blob(0));
        }
        return shown(reg);
    }

private:
    Values shown(std::uint16_t reg) {
        std::string names;
        auto const* const one = entity_.register_numbered(reg);
        if (one == nullptr) return {life()};
        for (auto const index : one->fields) names += (names.empty() ? "" : ", ") + entity_.fields()[index].name;
        auto row = connection_.prepare("SELECT " + names + " FROM " + entity_.name() + " WHERE id = ?");
        Values values;
        if (!row.bind(id_).step()) return values;
        for (std::size_t i = 0; i < one->fields.size(); ++i) values.push_back(Value::column(row, static_cast<int>(i)));
        return values;
    }

    /// The shown life version lies in v_more when it is not the base's.
    Value life() {
        auto row = connection_.prepare("SELECT v_more FROM " + entity_.name() + " WHERE id = ?");
        if (!row.bind(id_).step() || row.is_null(0)) return Value{1};
        return Value{life_in_more(row.blob(0))};
    }

    db::Connection& connection_;
    Entity const& entity_;
    Uuid id_;
};

Conflict read_conflict(db::Connection& connection, Dictionary const& dictionary, db::Statement const& row) {
    Conflict conflict;
    conflict.id = row.uuid(0);
    conflict.entity = static_cast<std::uint16_t>(row.integer(1));
    conflict.record = row.uuid(2);
    conflict.patient = row.uuid(3);
    conflict.reg = static_cast<std::uint16_t>(row.integer(4));
    conflict.kind = static_cast<ConflictKind>(row.integer(5));
    conflict.status = static_cast<ConflictStatus>(row.integer(6));
    conflict.kept.by = authorship(connection, row.integer(7), row.integer(8));
    conflict.other.by = authorship(connection, row.integer(10), row.integer(11));

    VersionReader versions{connection, *dictionary.numbered(conflict.entity), conflict.record};
    bool const edit_against_void = row.integer(9) != conflict.reg;  // the kept side is an edit that the void had not seen
    conflict.kept.values = edit_against_void ? Values{Value{1}} : versions.values(conflict.reg, row.integer(7), row.integer(8));
    conflict.other.values = versions.values(conflict.reg, row.integer(10), row.integer(11));
    if (!row.is_null(12)) {
        conflict.resolved_by = authorship(connection, row.integer(12), row.integer(13));
        conflict.note = note_of(connection, row.integer(12), row.integer(13));
    }
    Bytes version;
    put_label(version, conflict.kept.by.label);
    put_label(version, conflict.other.by.label);
    version += static_cast<char>(conflict.status);
    conflict.version = to_base64url(version);
    return conflict;
}

}  // namespace

std::vector<Conflict> conflicts(db::Connection& connection, Dictionary const& dictionary, ConflictFilter const& filter, std::int64_t limit,
                                std::int64_t offset) {
    auto row = connection.prepare(std::string{conflict_columns} + where(filter) + " ORDER BY at DESC, id LIMIT ? OFFSET ?");
    bind_filter(row, filter);
    row.bind(limit).bind(offset);
    std::vector<Conflict> found;
    while (row.step()) found.push_back(read_conflict(connection, dictionary, row));
    return found;
}

std::int64_t count_conflicts(db::Connection& connection, ConflictFilter const& filter) {
    auto row = connection.prepare("SELECT count(*) FROM sync_conflict" + where(filter));
    bind_filter(row, filter);
    row.step();
    return row.integer(0);
}

std::optional<Conflict> conflict(db::Connection& connection, Dictionary const& dictionary, Uuid const& id) {
    auto row = connection.prepare(std::string{conflict_columns} + " WHERE id = ?");
    if (!row.bind(id).step()) return std::nullopt;
    return read_conflict(connection, dictionary, row);
}

}  // namespace himsog::journal
