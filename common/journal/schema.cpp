#include "common/journal/store.hpp"

#include <algorithm>

namespace himsog::journal {
namespace {

std::string column_type(Field const& field) {
    if (field.is_text()) return "TEXT";
    return field.type == Type::reference ? "BLOB" : "INTEGER";
}

void make_entity_table(db::Connection& connection, Entity const& entity) {
    std::string columns = "id BLOB NOT NULL";
    for (auto const& field : entity.fields()) columns += ", " + field.name + " " + column_type(field);
    columns += ", v_writer INTEGER NOT NULL, v_seq INTEGER NOT NULL, v_rank INTEGER NOT NULL, v_more BLOB, v_void INTEGER NOT NULL"
               ", created_at INTEGER NOT NULL, created_by BLOB, updated_at INTEGER";
    auto const key = entity.cluster().empty() ? std::string{"id"} : entity.cluster() + ", id";
    connection.create_clustered_table(entity.name(), columns, key);

    auto const present = connection.columns(entity.name());
    for (auto const& field : entity.fields())
        if (std::find(present.begin(), present.end(), field.name) == present.end())
            connection.execute("ALTER TABLE " + entity.name() + " ADD COLUMN " + field.name + " " + column_type(field));

    if (!entity.cluster().empty())
        connection.execute("CREATE UNIQUE INDEX IF NOT EXISTS " + entity.name() + "_id ON " + entity.name() + " (id)");
    for (auto const& field : entity.fields())
        if (field.is_indexed || field.is_unique)
            connection.execute("CREATE INDEX IF NOT EXISTS " + entity.name() + "_" + field.name + " ON " + entity.name() + " (" +
                               field.name + ")");
}

void make_journal_tables(db::Connection& connection) {
    connection.create_clustered_table("sync_meta", "name TEXT NOT NULL, value BLOB NOT NULL", "name");
    connection.execute(R"(
        CREATE TABLE IF NOT EXISTS sync_writer (no INTEGER PRIMARY KEY, id INTEGER NOT NULL UNIQUE, site INTEGER NOT NULL, signing_key BLOB NOT NULL,
            parent_id INTEGER NOT NULL, parent_seq INTEGER NOT NULL, parent_chain BLOB NOT NULL, have INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS sync_log (pos INTEGER PRIMARY KEY, writer INTEGER NOT NULL, seq INTEGER NOT NULL, chain BLOB NOT NULL,
            time INTEGER NOT NULL, skew INTEGER NOT NULL, actor BLOB, clock INTEGER NOT NULL, received INTEGER);
        CREATE TABLE IF NOT EXISTS sync_run (pos INTEGER PRIMARY KEY, writer INTEGER NOT NULL, seq INTEGER NOT NULL, n INTEGER NOT NULL);
        CREATE INDEX IF NOT EXISTS sync_run_writer ON sync_run (writer, seq);
        CREATE TABLE IF NOT EXISTS sync_mark (pos INTEGER PRIMARY KEY, hash BLOB NOT NULL);
        CREATE TABLE IF NOT EXISTS sync_body (pos INTEGER PRIMARY KEY, n INTEGER NOT NULL, blob INTEGER NOT NULL, first INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS sync_blob (no INTEGER PRIMARY KEY, sealed INTEGER NOT NULL, bytes BLOB NOT NULL);
        CREATE TABLE IF NOT EXISTS sync_peer (site INTEGER PRIMARY KEY, position INTEGER NOT NULL, hash BLOB NOT NULL, comparing INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS sync_pending (blob INTEGER PRIMARY KEY, next INTEGER NOT NULL, signatures BLOB NOT NULL, peer INTEGER NOT NULL,
            position INTEGER, hash BLOB, comparing INTEGER);
        CREATE TABLE IF NOT EXISTS sync_event (no INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, detail TEXT NOT NULL);
    )");
    connection.create_clustered_table(
        "sync_signature", "writer INTEGER NOT NULL, seq INTEGER NOT NULL, chain BLOB NOT NULL, bytes BLOB NOT NULL", "writer, seq");
    connection.create_clustered_table("sync_note", "writer INTEGER NOT NULL, seq INTEGER NOT NULL, note TEXT NOT NULL", "writer, seq");
    for (auto const* const table : {"sync_head", "sync_past"})
        connection.create_clustered_table(
            table,
            "entity INTEGER NOT NULL, id BLOB NOT NULL, reg INTEGER NOT NULL, writer INTEGER NOT NULL, seq INTEGER NOT NULL, "
            "rank INTEGER NOT NULL, parents BLOB NOT NULL, value BLOB NOT NULL",
            "entity, id, reg, writer, seq");
    connection.create_clustered_table(
        "sync_conflict",
        "id BLOB NOT NULL, entity INTEGER NOT NULL, record BLOB NOT NULL, reg INTEGER NOT NULL, kind INTEGER NOT NULL, status INTEGER NOT NULL, "
        "patient BLOB, at INTEGER NOT NULL, kept_writer INTEGER NOT NULL, kept_seq INTEGER NOT NULL, kept_reg INTEGER NOT NULL, "
        "other_writer INTEGER NOT NULL, other_seq INTEGER NOT NULL, by_writer INTEGER, by_seq INTEGER",
        "id");
    connection.execute("CREATE INDEX IF NOT EXISTS sync_conflict_record ON sync_conflict (entity, record);"
                       "CREATE INDEX IF NOT EXISTS sync_conflict_status ON sync_conflict (status, at)");
}

}  // namespace

void migrate(db::Connection& connection, Dictionary const& dictionary) {
    db::Transaction transaction{connection};
    make_journal_tables(connection);
    for (auto const& entity : dictionary.entities()) make_entity_table(connection, entity);
    transaction.commit();
    for (auto const& entity : dictionary.entities()) connection.protect(entity.name());
    for (auto const* const table : {"sync_writer", "sync_log", "sync_run", "sync_mark", "sync_body", "sync_blob", "sync_signature",
                                    "sync_note", "sync_head", "sync_past", "sync_conflict"})
        connection.protect(table);
}

}  // namespace himsog::journal
