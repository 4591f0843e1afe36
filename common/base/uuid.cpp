#include "common/base/uuid.hpp"

#include "common/base/bytes.hpp"

#include <cstring>
#include <stdexcept>

namespace himsog {

std::string Uuid::text() const {
    std::string out(text_size, '-');
    write_text(out.data(), bytes());
    return out;
}

void Uuid::write_text(char* out, std::string_view bytes) {
    static constexpr auto pairs = [] {
        constexpr char digits[] = "0123456789abcdef";
        std::array<std::array<char, 2>, 256> all{};
        for (std::size_t octet = 0; octet < all.size(); ++octet) all[octet] = {digits[octet >> 4], digits[octet & 15]};
        return all;
    }();
    for (std::size_t i = 0; i < 16; ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) *out++ = '-';
        std::memcpy(out, pairs[static_cast<unsigned char>(bytes[i])].data(), 2);
        out += 2;
    }
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
    if (text.size() != text_size) return std::nullopt;
    std::string hex;
    hex.reserve(32);
    for (std::size_t i = 0; i < text.size(); ++i) {
        bool const dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash != (text[i] == '-')) return std::nullopt;
        if (!dash) hex += text[i];
    }
    auto const bytes = from_hex(hex);
    if (!bytes) return std::nullopt;
    return from_bytes(*bytes);
}

Uuid Uuid::from_bytes(std::string_view bytes) {
    Uuid id;
    if (bytes.size() != id.octets.size()) throw std::invalid_argument{"an id has 16 octets"};
    std::memcpy(id.octets.data(), bytes.data(), bytes.size());
    return id;
}

Uuid Uuid::v7(std::int64_t milliseconds, std::string_view ten_octets) {
    if (ten_octets.size() < 10) throw std::invalid_argument{"a UUIDv7 needs 10 octets"};
    Uuid id;
    for (std::size_t i = 0; i < 6; ++i) id.octets[i] = static_cast<std::uint8_t>(milliseconds >> (40 - 8 * i));
    std::memcpy(id.octets.data() + 6, ten_octets.data(), 10);
    id.octets[6] = static_cast<std::uint8_t>((id.octets[6] & 0x0f) | 0x70);
    id.octets[8] = static_cast<std::uint8_t>((id.octets[8] & 0x3f) | 0x80);
    return id;
}

}  // namespace himsog
