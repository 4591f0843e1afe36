/// This slice's SQL: accounts as sign-in sees them, and the tables that only this node has (kind F): sessions, failures, last sign-ins.
/// At rest there is no token and no typed e-mail, only their hashes. Thread rule: that of the connection.
#pragma once

#include "common/base/clock.hpp"
#include "common/base/random.hpp"
#include "common/db/database.hpp"
#include "common/journal/entity.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace himsog::clinic::authentication {

/// Makes the local tables; once at start on the writable connection, after journal::migrate.
void migrate(db::Connection& connection, Random& random);

/// What sign-in must know of a user.
struct Account {
    Uuid id;
    std::string email;
    std::string password;  // PHC string
    bool password_is_one_time = false;
    std::optional<Instant> password_expires_at;
    Bytes password_version;  // names the shown version of the password's register on this node
    std::string role;
    std::string first_name;
    std::string last_name;
    bool is_verified = false;
    bool is_active = false;
    bool has_completed_setup = false;
};

/// Accounts with this address, oldest first: usually one; two sites may make the same while apart.
std::vector<Account> accounts_with(db::Connection& connection, std::string_view email);
std::optional<Account> account(db::Connection& connection, Uuid const& id);

/// The patient's row of an account, where the dictionary has patients: with one, it is the truth about the person.
struct Chart {
    Uuid id;
    std::string first_name;
    std::string last_name;
};
std::optional<Chart> chart_of(db::Connection& connection, journal::Dictionary const& dictionary, Uuid const& user);

enum class SessionKind : std::uint8_t { token = 0, cookie = 1 };

struct Session {
    Bytes token_hash;  // SHA-256 of the token's text
    Uuid user;
    SessionKind kind = SessionKind::token;
    std::string device;
    Instant created_at;
    Instant used_at;
    Instant expires_at;      // absolute
    Bytes password_version;  // of the account when it was made; another one ends the session
};

std::optional<Session> session(db::Connection& connection, std::string_view token_hash);
/// Also forgets the sessions that are over.
void add_session(db::Connection& connection, Session const& session);
void touch_session(db::Connection& connection, std::string_view token_hash, Instant used_at);
void end_session(db::Connection& connection, std::string_view token_hash);
void end_sessions_of(db::Connection& connection, Uuid const& user);

void note_login(db::Connection& connection, Uuid const& user, Instant at);
std::optional<Instant> last_login(db::Connection& connection, Uuid const& user);

/// Secret of this node under which failures are filed.
Bytes failure_key(db::Connection& connection);

}  // namespace himsog::clinic::authentication
