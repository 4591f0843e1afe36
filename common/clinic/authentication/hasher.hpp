/// Password hashing behind a door, so that tests can count and need no Argon2id.
#pragma once

#include "common/crypto/password.hpp"

namespace himsog::clinic::authentication {

/// Thread rule: any thread; a call takes tens of milliseconds, so never on an I/O thread or the writer's.
class Hasher {
public:
    virtual ~Hasher() = default;
    virtual Result<std::string> hash(std::string_view password) = 0;
    virtual crypto::PasswordVerdict verify(std::string_view stored, std::string_view password) = 0;
    /// As long as verify, never right: for an account that does not exist.
    virtual crypto::PasswordVerdict verify_dummy(std::string_view password) = 0;
};

/// Argon2id, at most two at once.
class Argon2Hasher : public Hasher {
public:
    Result<std::string> hash(std::string_view password) override { return hasher_.hash(password); }
    crypto::PasswordVerdict verify(std::string_view stored, std::string_view password) override { return hasher_.verify(stored, password); }
    crypto::PasswordVerdict verify_dummy(std::string_view password) override { return hasher_.verify_dummy(password); }

private:
    crypto::PasswordHasher hasher_;
};

}  // namespace himsog::clinic::authentication
