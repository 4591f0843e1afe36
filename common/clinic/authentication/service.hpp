/// Signing in and out, and changing the password, in the two steps of a write (DESIGN.md section 2): `check_` on the worker pool, where
/// hashing may take its time, then the step on the writer thread, which decides. No HTTP, no JSON.
///
/// `now` is always the node's own clock, uncorrected: sessions and failures are compared with it and never leave the node.
///
/// What the writer decides is serial: of many tries at once, no more wrong ones are looked at than the lock-out allows.
#pragma once

#include "common/base/problem.hpp"
#include "common/clinic/authentication/accounts.hpp"
#include "common/clinic/authentication/hasher.hpp"
#include "common/clinic/authentication/store.hpp"

#include <string>

namespace himsog::clinic::authentication {

struct Credentials {
    std::string email;     // normal
    std::string password;  // as typed, never trimmed
    std::string address;   // the client's
    std::string device;
    SessionKind kind = SessionKind::token;
};

/// What hashing found: the account that the password opens, if any, and the version of the password that was looked at.
struct CheckedCredentials {
    Credentials credentials;
    std::optional<Account> account;
};

struct PasswordChange {
    Uuid user;
    std::string old_password;
    std::string new_password;
    std::string address;
    std::string device;
    SessionKind kind = SessionKind::token;
};

struct CheckedChange {
    PasswordChange change;
    std::string email;
    bool old_is_right = false;
    Bytes password_version;  // of the old one
    NewPassword password;
};

struct SignedIn {
    std::string token;
    Account account;
};

class Service {
public:
    Service(Hasher& hasher, Random& random) : hasher_{hasher}, random_{random} {}

    /// 429 while locked. An unknown account costs one hash like a known one.
    Result<CheckedCredentials> check_credentials(db::Connection& reader, Instant now, Credentials credentials);
    /// The problem is the answer, and what was written with it (the failure) stays: commit all the same.
    Result<SignedIn> sign_in(journal::Writer& writer, Instant now, CheckedCredentials const& checked);
    /// A try without e-mail or password counts for the address.
    void count_failure(journal::Writer& writer, Instant now, std::string_view address);

    Result<CheckedChange> check_change(db::Connection& reader, Instant now, PasswordChange change);
    /// Ends every session of the user and starts the one answered. Commit with a problem too, as above.
    Result<SignedIn> change_password(journal::Writer& writer, Instant now, CheckedChange const& checked);

private:
    SignedIn open_session(journal::Writer& writer, Instant now, Uuid const& user, SessionKind kind, std::string const& device);

    Hasher& hasher_;
    Random& random_;
};

}  // namespace himsog::clinic::authentication
