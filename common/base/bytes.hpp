/// Octets as std::string: views, hex, base64 (RFC 4648), little varint readers and writers. Plain functions, any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace himsog {

/// Raw octets. std::string because SQLite, zstd, OpenSSL and Beast all take pointer and length.
using Bytes = std::string;

std::string to_hex(std::string_view bytes);
/// Lower or upper case digits; nothing when the text is not hex or its length is odd.
std::optional<Bytes> from_hex(std::string_view text);

std::string to_base64(std::string_view bytes);            // with padding
std::optional<Bytes> from_base64(std::string_view text);  // padding required
std::string to_base64url(std::string_view bytes);         // RFC 4648 section 5, no padding
std::optional<Bytes> from_base64url(std::string_view text);

/// Bytes that came from outside did not have the promised form. Whoever reads outside bytes catches it at the door.
class MalformedBytes : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Appends the little-endian base-128 form of `value` (1 to 10 bytes).
void put_varint(Bytes& out, std::uint64_t value);
/// Zig-zag, so that small negative numbers stay short.
void put_signed(Bytes& out, std::int64_t value);
/// Varint length, then the bytes.
void put_sized(Bytes& out, std::string_view bytes);
/// 8 bytes, big-endian.
void put_fixed64(Bytes& out, std::uint64_t value);

/// Reads what the put_ functions wrote. Every read throws MalformedBytes when the bytes end early.
class ByteReader {
public:
    explicit ByteReader(std::string_view bytes) : rest_{bytes} {}

    std::uint64_t varint();
    std::int64_t signed_varint();
    std::string_view sized();
    std::string_view take(std::size_t count);
    std::uint8_t byte();
    std::uint64_t fixed64();
    /// A varint that must not exceed `limit`: for counts, before anything is reserved.
    std::uint64_t varint_at_most(std::uint64_t limit);

    bool at_end() const { return rest_.empty(); }
    std::size_t left() const { return rest_.size(); }

private:
    std::string_view rest_;
};

/// True for well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms) without NUL.
bool is_utf8(std::string_view text);
/// Code points of well-formed UTF-8.
std::size_t utf8_length(std::string_view text);
/// Without ASCII blanks (space, tab, CR, LF, VT, FF) and U+00A0, U+3000 at both ends.
std::string_view trimmed(std::string_view text);

}  // namespace himsog
