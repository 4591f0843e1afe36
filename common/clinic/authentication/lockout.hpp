/// Slows guessing down without locking a clinic out (contract/README.md decision 10). Failures outlive restarts; they are filed under
/// HMACs of account and address. Thread rule: that of the connection; fail and forgive on the writable one.
#pragma once

#include "common/base/clock.hpp"
#include "common/db/database.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace himsog::clinic::authentication {

struct LockoutLimits {
    std::int64_t account_at_address = 5;
    std::int64_t account = 20;
    std::int64_t address = 50;
    std::chrono::minutes window{15};
};

/// Who tries, and from where. `account` is the normal e-mail as typed, whether or not there is such an account; "" = none was given.
class Attempt {
public:
    Attempt(db::Connection& connection, std::string_view account, std::string_view address);

    /// How long until the next try is looked at; nothing = now.
    std::optional<std::chrono::seconds> locked_for(Instant now, LockoutLimits const& limits = {}) const;
    void fail(Instant now, LockoutLimits const& limits = {}) const;
    /// After a success: what this account failed at this address is forgotten.
    void forgive() const;

private:
    db::Connection& connection_;
    Bytes account_;  // "" = none
    Bytes address_;
};

}  // namespace himsog::clinic::authentication
