#include "common/clinic/authentication/service.hpp"

#include "common/clinic/authentication/lockout.hpp"
#include "common/clinic/authentication/sessions.hpp"

#include <algorithm>

namespace himsog::clinic::authentication {
namespace {

using Verdict = crypto::PasswordVerdict;

constexpr std::size_t device_most = 100;

Problem locked_out(std::chrono::seconds wait) {
    return Problem{ProblemKind::too_many_requests, "Too many failed attempts. Try again later."}
        .with("retry_after", std::to_string(wait.count()))
        .with("locked_out", "true");
}

Problem busy() { return {ProblemKind::unavailable, "Many people are signing in. Try again in a moment."}; }

Problem not_you() { return {ProblemKind::unauthenticated, "The e-mail or the password is wrong."}; }

/// A label of the client's own choosing, cut at a whole character.
std::string label(std::string text) {
    if (!is_utf8(text)) return {};
    if (text.size() <= device_most) return text;
    auto end = device_most;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    text.resize(end);
    return text;
}

}  // namespace

Result<CheckedCredentials> Service::check_credentials(db::Connection& reader, Instant now, Credentials credentials) {
    if (auto const wait = Attempt{reader, credentials.email, credentials.address}.locked_for(now)) return locked_out(*wait);

    auto const accounts = accounts_with(reader, credentials.email);
    CheckedCredentials checked{std::move(credentials), std::nullopt};
    if (accounts.empty() && hasher_.verify_dummy(checked.credentials.password) == Verdict::busy) return busy();
    for (auto const& account : accounts) {
        auto const verdict = hasher_.verify(account.password, checked.credentials.password);
        if (verdict == Verdict::busy) return busy();
        if (verdict == Verdict::wrong) continue;
        checked.account = account;
        break;
    }
    return checked;
}

Result<SignedIn> Service::sign_in(journal::Writer& writer, Instant now, CheckedCredentials const& checked) {
    auto const& credentials = checked.credentials;
    auto const attempt = Attempt{writer.database(), credentials.email, credentials.address};
    if (auto const wait = attempt.locked_for(now)) return locked_out(*wait);

    auto const account = checked.account ? authentication::account(writer.database(), checked.account->id) : std::nullopt;
    if (!account || account->password_version != checked.account->password_version) {
        attempt.fail(now);
        return not_you();
    }
    if (!account->is_active) return Problem{ProblemKind::unauthenticated, "This account is disabled. Ask the clinic's administrator."};
    if (account->password_expires_at && writer.trusted_now() >= *account->password_expires_at)
        return Problem{ProblemKind::unauthenticated, "The one-time password is no longer valid. Ask for a new one."};

    attempt.forgive();
    if (account->is_verified) note_login(writer.database(), account->id, now);
    return open_session(writer, now, account->id, credentials.kind, credentials.device);
}

void Service::count_failure(journal::Writer& writer, Instant now, std::string_view address) {
    Attempt{writer.database(), {}, address}.fail(now);
}

Result<CheckedChange> Service::check_change(db::Connection& reader, Instant now, PasswordChange change) {
    auto const account = authentication::account(reader, change.user);
    if (!account) return not_you();
    if (auto const wait = Attempt{reader, account->email, change.address}.locked_for(now)) return locked_out(*wait);

    CheckedChange checked;
    auto const verdict = hasher_.verify(account->password, change.old_password);
    if (verdict == Verdict::busy) return busy();
    checked.old_is_right = verdict == Verdict::right;
    if (checked.old_is_right) {
        auto hash = hasher_.hash(change.new_password);
        if (!hash) return hash.error();
        checked.password.hash = std::move(*hash);
    }
    checked.email = account->email;
    checked.password_version = account->password_version;
    checked.change = std::move(change);
    return checked;
}

Result<SignedIn> Service::change_password(journal::Writer& writer, Instant now, CheckedChange const& checked) {
    auto const attempt = Attempt{writer.database(), checked.email, checked.change.address};
    if (auto const wait = attempt.locked_for(now)) return locked_out(*wait);

    auto const account = authentication::account(writer.database(), checked.change.user);
    if (!checked.old_is_right || !account || account->password_version != checked.password_version) {
        attempt.fail(now);
        return Problem{ProblemKind::bad_request, "The old password is wrong."};
    }
    set_password(writer, account->id, checked.password);
    end_sessions_of(writer.database(), account->id);
    return open_session(writer, now, account->id, checked.change.kind, checked.change.device);
}

SignedIn Service::open_session(journal::Writer& writer, Instant now, Uuid const& user, SessionKind kind, std::string const& device) {
    auto const account = *authentication::account(writer.database(), user);
    auto const token = new_token(random_);

    Session session;
    session.token_hash = hash_of(token);
    session.user = user;
    session.kind = kind;
    session.device = label(device);
    session.created_at = now;
    session.used_at = now;
    session.expires_at = now + lifetime_of(kind).absolute;
    if (account.password_expires_at)
        session.expires_at = std::min(session.expires_at, now + (*account.password_expires_at - writer.trusted_now()));
    session.password_version = account.password_version;
    add_session(writer.database(), session);
    return {token, account};
}

}  // namespace himsog::clinic::authentication
