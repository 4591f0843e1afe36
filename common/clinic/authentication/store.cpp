#include "common/clinic/authentication/store.hpp"

#include "common/clinic/authentication/entities.hpp"
#include "common/journal/row.hpp"

namespace himsog::clinic::authentication {
namespace {

constexpr std::size_t key_size = 32;

Bytes password_version(std::int64_t writer, std::int64_t seq, std::string_view more) {
    auto number = static_cast<std::uint64_t>(seq);
    for (auto const& changed : journal::more_entries(more)) {
        if (changed.reg != password_register) continue;
        writer = changed.writer;
        number = changed.seq;
    }
    Bytes version;
    put_signed(version, writer);
    put_varint(version, number);
    return version;
}

Account read_account(db::Statement const& row) {
    Account account;
    account.id = row.uuid(0);
    account.email = row.text(1);
    account.password = row.text(2);
    account.password_is_one_time = row.integer(3) != 0;
    if (!row.is_null(4)) account.password_expires_at = Instant{row.integer(4)};
    account.role = row.text(5);
    account.is_verified = row.integer(6) != 0;
    account.is_active = row.integer(7) != 0;
    account.has_completed_setup = row.integer(8) != 0;
    account.first_name = row.text(9);
    account.last_name = row.text(10);
    account.password_version = password_version(row.integer(11), row.integer(12), row.blob(13));
    return account;
}

}  // namespace

void migrate(db::Connection& connection, Random& random) {
    db::Transaction transaction{connection};
    connection.create_clustered_table(
        "authentication_session",
        "token_hash BLOB NOT NULL, user_id BLOB NOT NULL, kind INTEGER NOT NULL, device TEXT NOT NULL, created_at INTEGER NOT NULL, "
        "used_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, password_version BLOB NOT NULL",
        "token_hash");
    connection.create_clustered_table("authentication_login", "user_id BLOB NOT NULL, at INTEGER NOT NULL", "user_id");
    connection.create_clustered_table("authentication_key", "no INTEGER NOT NULL, value BLOB NOT NULL", "no");
    connection.execute("CREATE TABLE IF NOT EXISTS authentication_failure (account BLOB, address BLOB NOT NULL, at INTEGER NOT NULL);"
                       "CREATE INDEX IF NOT EXISTS authentication_failure_account ON authentication_failure (account, at);"
                       "CREATE INDEX IF NOT EXISTS authentication_failure_address ON authentication_failure (address, at);"
                       "CREATE INDEX IF NOT EXISTS authentication_failure_at ON authentication_failure (at);"
                       "CREATE INDEX IF NOT EXISTS authentication_session_user ON authentication_session (user_id);"
                       "CREATE INDEX IF NOT EXISTS authentication_session_expires ON authentication_session (expires_at)");
    auto const key = random.bytes(key_size);
    connection.prepare("INSERT INTO authentication_key (no, value) VALUES (1, ?) ON CONFLICT (no) DO NOTHING").bind_blob(key).run();
    transaction.commit();
}

std::vector<Account> accounts_with(db::Connection& connection, std::string_view email) {
    auto row = connection.prepare(
        "SELECT id, email, password, password_is_one_time, password_expires_at, role, is_verified, is_active, completeSetup, first_name, last_name, "
        "v_writer, v_seq, v_more FROM \"user\" WHERE email = ? AND v_void = 0 ORDER BY created_at, id");
    row.bind(email);
    std::vector<Account> found;
    while (row.step()) found.push_back(read_account(row));
    return found;
}

std::optional<Account> account(db::Connection& connection, Uuid const& id) {
    auto row = connection.prepare(
        "SELECT id, email, password, password_is_one_time, password_expires_at, role, is_verified, is_active, completeSetup, first_name, last_name, "
        "v_writer, v_seq, v_more FROM \"user\" WHERE id = ? AND v_void = 0");
    if (!row.bind(id).step()) return std::nullopt;
    return read_account(row);
}

std::optional<Chart> chart_of(db::Connection& connection, journal::Dictionary const& dictionary, Uuid const& user) {
    auto const* const patient = dictionary.named("patient");
    if (patient == nullptr || !patient->find("user")) return std::nullopt;
    auto row = connection.prepare(
        "SELECT id, first_name, last_name FROM patient WHERE \"user\" = ? AND v_void = 0 ORDER BY created_at, id LIMIT 1");
    if (!row.bind(user).step()) return std::nullopt;
    return Chart{row.uuid(0), std::string{row.text(1)}, std::string{row.text(2)}};
}

std::optional<Session> session(db::Connection& connection, std::string_view token_hash) {
    auto row = connection.prepare("SELECT token_hash, user_id, kind, device, created_at, used_at, expires_at, password_version "
                                  "FROM authentication_session WHERE token_hash = ?");
    if (!row.bind_blob(token_hash).step()) return std::nullopt;
    Session found;
    found.token_hash = row.blob(0);
    found.user = row.uuid(1);
    found.kind = row.integer(2) == 0 ? SessionKind::token : SessionKind::cookie;
    found.device = row.text(3);
    found.created_at = Instant{row.integer(4)};
    found.used_at = Instant{row.integer(5)};
    found.expires_at = Instant{row.integer(6)};
    found.password_version = row.blob(7);
    return found;
}

void add_session(db::Connection& connection, Session const& session) {
    connection.prepare("DELETE FROM authentication_session WHERE expires_at <= ?").bind(session.created_at.us).run();
    connection
        .prepare(
            "INSERT INTO authentication_session (token_hash, user_id, kind, device, created_at, used_at, expires_at, password_version) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .bind_blob(session.token_hash)
        .bind(session.user)
        .bind(static_cast<std::int64_t>(session.kind))
        .bind(session.device)
        .bind(session.created_at.us)
        .bind(session.used_at.us)
        .bind(session.expires_at.us)
        .bind_blob(session.password_version)
        .run();
}

void touch_session(db::Connection& connection, std::string_view token_hash, Instant used_at) {
    connection.prepare("UPDATE authentication_session SET used_at = ? WHERE token_hash = ? AND used_at < ?")
        .bind(used_at.us)
        .bind_blob(token_hash)
        .bind(used_at.us)
        .run();
}

void end_session(db::Connection& connection, std::string_view token_hash) {
    connection.prepare("DELETE FROM authentication_session WHERE token_hash = ?").bind_blob(token_hash).run();
}

void end_sessions_of(db::Connection& connection, Uuid const& user) {
    connection.prepare("DELETE FROM authentication_session WHERE user_id = ?").bind(user).run();
}

void note_login(db::Connection& connection, Uuid const& user, Instant at) {
    connection.prepare("INSERT INTO authentication_login (user_id, at) VALUES (?, ?) ON CONFLICT (user_id) DO UPDATE SET at = excluded.at")
        .bind(user)
        .bind(at.us)
        .run();
}

std::optional<Instant> last_login(db::Connection& connection, Uuid const& user) {
    auto row = connection.prepare("SELECT at FROM authentication_login WHERE user_id = ?");
    if (!row.bind(user).step()) return std::nullopt;
    return Instant{row.integer(0)};
}

Bytes failure_key(db::Connection& connection) {
    auto row = connection.prepare("SELECT value FROM authentication_key WHERE no = 1");
    if (!row.step()) throw std::logic_error{"authentication::migrate did not run"};
    return Bytes{row.blob(0)};
}

}  // namespace himsog::clinic::authentication
