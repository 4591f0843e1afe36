/// Ed25519 (RFC 8032) by libsodium. Thread rule: a key is constant; any thread.
#pragma once

#include "common/base/bytes.hpp"

#include <string_view>

namespace himsog::crypto {

class SigningKey {
public:
    /// From the kernel's randomness.
    static SigningKey generate();
    /// From the 32 octets that seed() gave; std::invalid_argument for any other length.
    static SigningKey from_seed(std::string_view seed);
    ~SigningKey();
    SigningKey(SigningKey const&) = default;
    SigningKey& operator=(SigningKey const&) = default;
    SigningKey(SigningKey&&) = default;
    SigningKey& operator=(SigningKey&&) = default;

    Bytes seed() const;                      // 32 octets, secret
    Bytes const& public_key() const { return public_; }   // 32 octets
    Bytes sign(std::string_view message) const;            // 64 octets

private:
    SigningKey(Bytes secret, Bytes open) : secret_{std::move(secret)}, public_{std::move(open)} {}
    Bytes secret_;   // 64 octets: seed and public key, as libsodium keeps it
    Bytes public_;
};

/// False for a wrong signature and for keys or signatures of another length.
bool verify(std::string_view public_key, std::string_view message, std::string_view signature);

}  // namespace himsog::crypto
