#include "common/clinic/authentication/lockout.hpp"

#include "common/clinic/authentication/store.hpp"
#include "common/crypto/hash.hpp"

#include <algorithm>

namespace himsog::clinic::authentication {
namespace {

/// When the failure that fills the limit leaves the window; nothing when the limit is not reached. The statement lists moments, newest first.
std::optional<Instant> opens_at(db::Statement& row, std::int64_t limit, Instant now, Micros window) {
    for (std::int64_t count = 0; row.step();) {
        auto const at = Instant{row.integer(0)};
        if (at > now) continue;  // the clock was ahead when it was filed; it must not lock anybody until then
        if (at + window <= now) return std::nullopt;
        if (++count == limit) return at + window;
    }
    return std::nullopt;
}

}  // namespace

Attempt::Attempt(db::Connection& connection, std::string_view account, std::string_view address) : connection_{connection} {
    auto const key = failure_key(connection);
    if (!account.empty()) account_ = crypto::hmac_sha256(key, "account " + std::string{account});
    address_ = crypto::hmac_sha256(key, "address " + std::string{address});
}

std::optional<std::chrono::seconds> Attempt::locked_for(Instant now, LockoutLimits const& limits) const {
    std::optional<Instant> opens;
    auto consider = [&](db::Statement& row, std::int64_t limit) {
        if (auto const at = opens_at(row, limit, now, limits.window)) opens = std::max(opens.value_or(*at), *at);
    };
    if (!account_.empty()) {
        auto here = connection_.prepare("SELECT at FROM authentication_failure WHERE account = ? AND address = ? ORDER BY at DESC");
        here.bind_blob(account_).bind_blob(address_);
        consider(here, limits.account_at_address);
        auto anywhere = connection_.prepare("SELECT at FROM authentication_failure WHERE account = ? ORDER BY at DESC");
        anywhere.bind_blob(account_);
        consider(anywhere, limits.account);
    }
    auto anyone = connection_.prepare("SELECT at FROM authentication_failure WHERE address = ? ORDER BY at DESC");
    anyone.bind_blob(address_);
    consider(anyone, limits.address);
    if (!opens) return std::nullopt;
    return std::chrono::ceil<std::chrono::seconds>(*opens - now);
}

void Attempt::fail(Instant now, LockoutLimits const& limits) const {
    connection_.prepare("DELETE FROM authentication_failure WHERE at <= ? OR at > ?")
        .bind((now - limits.window).us)
        .bind((now + limits.window).us)
        .run();
    auto row = connection_.prepare("INSERT INTO authentication_failure (account, address, at) VALUES (?, ?, ?)");
    if (account_.empty()) row.bind(db::Null{});
    else row.bind_blob(account_);
    row.bind_blob(address_).bind(now.us).run();
}

void Attempt::forgive() const {
    connection_.prepare("DELETE FROM authentication_failure WHERE account = ? AND address = ?")
        .bind_blob(account_)
        .bind_blob(address_)
        .run();
}

}  // namespace himsog::clinic::authentication
