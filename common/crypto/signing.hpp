/// Ed25519 signatures (RFC 8032): what a site signs its log with.
#pragma once

#include "common/base/bytes.hpp"
#include "common/crypto/secret.hpp"

#include <string_view>

namespace himsog::crypto {

inline constexpr std::size_t signing_seed_size = 32;
inline constexpr std::size_t signing_public_key_size = 32;
inline constexpr std::size_t signature_size = 64;

/// A private key with its public key. Wiped at the end. Thread rule: const methods from any thread.
class SigningKey {
public:
    /// From the kernel's generator, whatever randomness is injected elsewhere: it is a key.
    static SigningKey generate();
    /// The same seed gives the same key; throws std::invalid_argument unless it has 32 octets.
    static SigningKey from_seed(std::string_view seed);

    /// 32 octets; all that needs to be stored to have the key again.
    std::string_view seed() const { return secret_.view().substr(0, signing_seed_size); }
    /// 32 octets.
    Bytes const& public_key() const { return public_key_; }
    /// 64 octets; deterministic.
    Bytes sign(std::string_view message) const;

private:
    SigningKey(Secret secret, Bytes public_key) : secret_{std::move(secret)}, public_key_{std::move(public_key)} {}

    Secret secret_;  // seed, then public key: libsodium's form
    Bytes public_key_;
};

/// False for a wrong signature and for keys and signatures of a wrong length. Any thread.
bool verify(std::string_view public_key, std::string_view message, std::string_view signature);

}  // namespace himsog::crypto
