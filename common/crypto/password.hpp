/// Passwords: Argon2id (RFC 9106, by libsodium), the rule for new ones, and secrets that people or programs carry.
#pragma once

#include "common/base/problem.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace himsog::crypto {

/// What one hash costs. The default is OWASP's minimum: 15 ms here.
struct PasswordCost {
    std::size_t memory = 19 * 1024 * 1024;  // bytes
    unsigned passes = 2;
};

/// `busy`: too many people wait already; try again in a moment.
enum class PasswordVerdict { right, wrong, busy };

/// Hashes and checks passwords, at most two at once, so that a storm of logins starves neither cores nor memory. Thread rule: any thread;
/// a call blocks for its hash and for those before it, so it belongs on the pool, not on an I/O thread.
class PasswordHasher {
public:
    static constexpr unsigned at_once = 2;
    static constexpr unsigned default_waiting = 32;  // calls that wait for one of the two; 32 wait a quarter of a second
    /// A stored hash that asks for more is not tried: it came from another site, and could be made to exhaust this one.
    static constexpr std::size_t highest_memory = 128 * 1024 * 1024;  // bytes
    static constexpr unsigned highest_passes = 10;

    /// Throws std::invalid_argument for a cost that is over these limits or under libsodium's.
    explicit PasswordHasher(PasswordCost cost = {}, unsigned most_waiting = default_waiting);
    ~PasswordHasher();

    /// PHC string ($argon2id$v=19$m=...), or `unavailable` when busy. The password is taken as it is, never trimmed.
    Result<std::string> hash(std::string_view password);
    /// Text that is not a hash of ours is `wrong`, after the time of a real check.
    PasswordVerdict verify(std::string_view stored, std::string_view password);
    /// For an account that does not exist: takes as long as a check, and is never `right`.
    PasswordVerdict verify_dummy(std::string_view password);
    /// The hash was made at another cost than this one's, or is not a hash of ours: hash again at the next login.
    bool needs_rehash(std::string_view stored) const;

private:
    struct Gate;
    PasswordCost cost_;
    std::string dummy_;
    std::unique_ptr<Gate> gate_;
};

inline constexpr std::size_t shortest_password = 8;   // characters
inline constexpr std::size_t longest_password = 128;  // characters

/// The broken rules for a new password, in order (contract/authentication.md rule 3: length, lower case, upper case, digit, no character
/// three times in a row; at most 128 characters). Empty when it may be used. Blanks count as any character: nothing is trimmed.
std::vector<std::string> password_problems(std::string_view password);

/// Three groups of five characters that are not mistaken for one another, such as "kR7mP-w4HtN-x9Ddy": about 75 bits from the kernel's
/// generator. Meets password_problems.
std::string one_time_password();

/// 256 bits from the kernel's generator as 64 hex digits.
std::string random_token();

}  // namespace himsog::crypto
