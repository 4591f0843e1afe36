/// SHA-256 (FIPS 180-4), HMAC-SHA256 (RFC 2104) and comparison in constant time.
#pragma once

#include "common/base/bytes.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

namespace himsog::crypto {

inline constexpr std::size_t sha256_size = 32;

/// Incremental SHA-256. One object hashes any number of messages, one after the other, without allocating: keep it where hashing is
/// frequent. Thread rule: one thread at a time.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    Sha256& update(std::string_view bytes);
    /// The digest of everything since construction or the last finish; the object is then ready for the next message.
    std::array<std::uint8_t, sha256_size> finish();

private:
    struct Context;
    std::unique_ptr<Context> context_;
};

/// The 32 octets of the digest. Any thread.
Bytes sha256(std::string_view bytes);

/// The 32 octets of HMAC-SHA256. Any thread.
Bytes hmac_sha256(std::string_view key, std::string_view bytes);

/// Equal length and content; the time depends on the length alone.
bool constant_time_equal(std::string_view a, std::string_view b);

}  // namespace himsog::crypto
