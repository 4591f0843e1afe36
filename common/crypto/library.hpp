/// What every file of common/crypto needs of the libraries below it. Not for use outside this folder.
#pragma once

#include "common/base/bytes.hpp"

#include <string_view>

namespace himsog::crypto {

/// Starts libsodium once per process; throws std::runtime_error when it cannot (no kernel randomness). Any thread.
void start_libsodium();

inline unsigned char const* octets(std::string_view bytes) { return reinterpret_cast<unsigned char const*>(bytes.data()); }
inline unsigned char* mutable_octets(Bytes& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

}  // namespace himsog::crypto
