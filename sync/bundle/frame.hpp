/// The outside of a bundle: compressed body and check value. Any thread.
#pragma once

#include "common/base/bytes.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace himsog::sync {

/// A body being written. Columns of different nature compress badly under one table of symbols; a cut starts a new zstd block.
struct RawBody {
    Bytes bytes;
    std::vector<std::size_t> cuts;

    void cut() { cuts.push_back(bytes.size()); }
};

Bytes compress(RawBody const& body);
/// Exactly `raw_length` octets, which the caller has checked against its bounds; throws MalformedBytes.
Bytes decompress(std::string_view compressed, std::size_t raw_length);

/// 8 octets of SHA-256: tells damage on the way, also where the chain does not look. No protection against a forger; signatures are.
inline constexpr std::size_t check_size = 8;
void put_check(Bytes& bundle);
/// The bundle without its check value; throws MalformedBytes when they differ.
std::string_view checked(std::string_view bundle);

}  // namespace himsog::sync
