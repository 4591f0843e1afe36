/// Bundles: immutable runs of a log as they travel and as they lie sealed (SYNC.md section 6). Columnar, zstd-9, self-describing: the
/// dictionary only says which schema is spoken, so a sealed body stays readable after the schema has grown.
/// What is accepted here has the promised form and nothing more: chains and signatures are checked by apply. Any thread.
#pragma once

#include "common/journal/entity.hpp"
#include "common/journal/replication.hpp"
#include "common/journal/txn.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace himsog::sync {

inline constexpr std::uint8_t bundle_format = 1;

/// Bounds of one bundle, checked before anything is allocated by what it says. Writer and reader keep the same ones.
inline constexpr std::uint64_t most_raw_bytes = 16U << 20U;       // the body before compression
inline constexpr std::uint64_t most_decoded_bytes = 160U << 20U;  // what its txns may take in memory
inline constexpr std::uint64_t most_txns = 100'000;
inline constexpr std::uint64_t most_operations = 200'000;
inline constexpr std::uint64_t most_writers = 65'536;
inline constexpr std::int64_t most_moment = std::int64_t{1} << 56;  // µs, either way (SYNC.md section 11)

/// A format that this program does not know: the sender is newer, or these bytes are no bundle's.
class UnknownFormat : public MalformedBytes {
public:
    using MalformedBytes::MalformedBytes;
};

/// Well formed, but written with another dictionary.
class OtherSchema : public MalformedBytes {
public:
    using MalformedBytes::MalformedBytes;
};

/// Who made the bundle, and where its first txn stood in the maker's log. For people and tools; no rule depends on it,
/// because whoever passes a bundle on may pass on the same bytes.
struct Header {
    std::uint16_t sender = 0;
    std::uint64_t position = 0;
};

struct Decoded {
    Header header;
    std::uint64_t schema = 0;
    std::vector<journal::Txn> txns;
    std::vector<journal::Signature> signatures;
};

/// Throws std::length_error when the txns do not fit into one bundle. Times beyond most_moment are written, but nobody reads them.
Bytes encode(journal::Dictionary const& dictionary, std::span<journal::Txn const> txns, std::span<journal::Signature const> signatures,
             Header const& header);

/// Every field of every txn as it was given to encode(). Throws MalformedBytes (UnknownFormat, OtherSchema) and nothing else.
Decoded decode(journal::Dictionary const& dictionary, std::string_view bundle);
/// The same for whatever schema it was written with: bodies that lie here since before an upgrade.
Decoded decode_any_schema(std::string_view bundle);

/// What the outside of a bundle says, without unpacking it. Throws MalformedBytes.
struct Outline {
    Header header;
    std::uint64_t schema = 0;
    std::uint64_t count = 0;
};
Outline outline_of(std::string_view bundle);

/// About the octets that a txn adds to a body before compression: where to end a bundle.
std::uint64_t weight(journal::Txn const& txn);

/// Sealed bodies are bundles.
class BundleCodec : public journal::BodyCodec {
public:
    std::vector<journal::Txn> open(std::string_view sealed) const override { return decode_any_schema(sealed).txns; }
};

}  // namespace himsog::sync
