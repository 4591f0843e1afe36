#include "common/base/bytes.hpp"

namespace himsog {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";
constexpr char plain_alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr char url_alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::uint8_t octet(char c) { return static_cast<std::uint8_t>(c); }

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string encode64(std::string_view bytes, char const* alphabet, bool padded) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    std::size_t i = 0;
    for (; i + 2 < bytes.size(); i += 3) {
        auto const word = (octet(bytes[i]) << 16) | (octet(bytes[i + 1]) << 8) | octet(bytes[i + 2]);
        for (int shift = 18; shift >= 0; shift -= 6) out += alphabet[(word >> shift) & 63];
    }
    auto const left = bytes.size() - i;
    if (left == 0) return out;
    auto const word = (octet(bytes[i]) << 16) | (left == 2 ? octet(bytes[i + 1]) << 8 : 0);
    out += alphabet[(word >> 18) & 63];
    out += alphabet[(word >> 12) & 63];
    if (left == 2) out += alphabet[(word >> 6) & 63];
    if (padded) out.append(3 - left, '=');
    return out;
}

std::optional<Bytes> decode64(std::string_view text, char const* alphabet) {
    std::array<std::int8_t, 256> value;
    value.fill(-1);
    for (std::int8_t i = 0; i < 64; ++i) value[octet(alphabet[i])] = i;

    if (text.size() % 4 == 1) return std::nullopt;
    Bytes out;
    out.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t word = 0;
    int bits = 0;
    for (char const c : text) {
        auto const v = value[octet(c)];
        if (v < 0) return std::nullopt;
        word = (word << 6) | static_cast<std::uint32_t>(v);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out += static_cast<char>((word >> bits) & 0xff);
        }
    }
    if ((word & ((1U << bits) - 1)) != 0) return std::nullopt;  // stray bits: two texts must not mean one value
    return out;
}

}  // namespace

std::string to_hex(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() * 2);
    for (char const c : bytes) {
        out += hex_digits[octet(c) >> 4];
        out += hex_digits[octet(c) & 15];
    }
    return out;
}

std::optional<Bytes> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    Bytes out;
    out.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        auto const high = hex_value(text[i]);
        auto const low = hex_value(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        out += static_cast<char>(high * 16 + low);
    }
    return out;
}

std::string to_base64(std::string_view bytes) { return encode64(bytes, plain_alphabet, true); }

std::optional<Bytes> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    for (int i = 0; i < 2 && !text.empty() && text.back() == '='; ++i) text.remove_suffix(1);
    return decode64(text, plain_alphabet);
}

std::string to_base64url(std::string_view bytes) { return encode64(bytes, url_alphabet, false); }

std::optional<Bytes> from_base64url(std::string_view text) { return decode64(text, url_alphabet); }

void put_varint(Bytes& out, std::uint64_t value) {
    while (value >= 0x80) {
        out += static_cast<char>(value | 0x80);
        value >>= 7;
    }
    out += static_cast<char>(value);
}

void put_signed(Bytes& out, std::int64_t value) {
    auto const bits = static_cast<std::uint64_t>(value);
    put_varint(out, (bits << 1) ^ (value < 0 ? ~std::uint64_t{0} : 0));
}

void put_sized(Bytes& out, std::string_view bytes) {
    put_varint(out, bytes.size());
    out += bytes;
}

void put_fixed64(Bytes& out, std::uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>((value >> shift) & 0xff);
}

std::uint64_t ByteReader::varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        auto const next = byte();
        if (shift == 63 && next > 1) throw MalformedBytes{"number too large"};
        value |= static_cast<std::uint64_t>(next & 0x7f) << shift;
        if ((next & 0x80) == 0) {
            if (next == 0 && shift > 0) throw MalformedBytes{"number not in its shortest form"};
            return value;
        }
    }
    throw MalformedBytes{"number too long"};
}

std::int64_t ByteReader::signed_varint() {
    auto const bits = varint();
    return static_cast<std::int64_t>((bits >> 1) ^ (~(bits & 1) + 1));
}

std::string_view ByteReader::sized() { return take(varint_at_most(rest_.size())); }

std::string_view ByteReader::take(std::size_t count) {
    if (count > rest_.size()) throw MalformedBytes{"bytes end early"};
    auto const taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
}

std::uint8_t ByteReader::byte() { return octet(take(1).front()); }

std::uint64_t ByteReader::fixed64() {
    std::uint64_t value = 0;
    for (char const c : take(8)) value = (value << 8) | octet(c);
    return value;
}

std::uint64_t ByteReader::varint_at_most(std::uint64_t limit) {
    auto const value = varint();
    if (value > limit) throw MalformedBytes{"count over its limit"};
    return value;
}

bool is_utf8(std::string_view text) {
    std::size_t i = 0;
    while (i < text.size()) {
        auto const first = octet(text[i]);
        if (first == 0) return false;
        if (first < 0x80) {
            ++i;
            continue;
        }
        int const extra = first >= 0xc2 && first <= 0xdf ? 1 : first >= 0xe0 && first <= 0xef ? 2 : first >= 0xf0 && first <= 0xf4 ? 3 : 0;
        if (extra == 0 || i + static_cast<std::size_t>(extra) >= text.size()) return false;
        std::uint32_t point = first & (0x3f >> extra);
        for (int k = 1; k <= extra; ++k) {
            auto const next = octet(text[i + static_cast<std::size_t>(k)]);
            if ((next & 0xc0) != 0x80) return false;
            point = (point << 6) | (next & 0x3f);
        }
        bool const overlong = (extra == 2 && point < 0x800) || (extra == 3 && point < 0x10000);
        bool const surrogate = point >= 0xd800 && point <= 0xdfff;
        if (overlong || surrogate || point > 0x10ffff) return false;
        i += static_cast<std::size_t>(extra) + 1;
    }
    return true;
}

std::size_t utf8_length(std::string_view text) {
    std::size_t points = 0;
    for (char const c : text) points += (octet(c) & 0xc0) != 0x80 ? 1 : 0;
    return points;
}

std::string_view trimmed(std::string_view text) {
    auto const blank_at_front = [&]() -> std::size_t {
        if (text.starts_with("\u00a0")) return 2;
        if (text.starts_with("\u3000")) return 3;
        return !text.empty() && (text.front() == ' ' || (text.front() >= '\t' && text.front() <= '\r')) ? 1 : 0;
    };
    auto const blank_at_back = [&]() -> std::size_t {
        if (text.ends_with("\u00a0")) return 2;
        if (text.ends_with("\u3000")) return 3;
        return !text.empty() && (text.back() == ' ' || (text.back() >= '\t' && text.back() <= '\r')) ? 1 : 0;
    };
    while (auto const count = blank_at_front()) text.remove_prefix(count);
    while (auto const count = blank_at_back()) text.remove_suffix(count);
    return text;
}

}  // namespace himsog
