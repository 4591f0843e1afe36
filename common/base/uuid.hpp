/// 128-bit identifiers (RFC 9562). Records are named by UUIDv7; every id on the wire is one of these.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace himsog {

/// 16 octets, ordered as bytes. The nil value (all zero) names nothing.
struct Uuid {
    std::array<std::uint8_t, 16> octets{};

    auto operator<=>(Uuid const&) const = default;
    bool is_nil() const { return *this == Uuid{}; }
    std::string_view bytes() const { return {reinterpret_cast<char const*>(octets.data()), octets.size()}; }
    int version() const { return octets[6] >> 4; }

    /// Lower-case 8-4-4-4-12 form.
    std::string text() const;
    static constexpr std::size_t text_size = 36;
    /// Writes that form, `text_size` characters without a zero at the end, of 16 octets as stored.
    static void write_text(char* out, std::string_view bytes);
    /// Any letter case; nothing for everything that is not the 36-character form.
    static std::optional<Uuid> parse(std::string_view text);
    /// Exactly 16 octets, as stored; throws std::invalid_argument otherwise.
    static Uuid from_bytes(std::string_view bytes);
    /// UUIDv7 of a millisecond since 1970 and 10 octets that fill the rest.
    static Uuid v7(std::int64_t milliseconds, std::string_view ten_octets);
};

}  // namespace himsog

template <> struct std::hash<himsog::Uuid> {
    std::size_t operator()(himsog::Uuid const& id) const noexcept { return std::hash<std::string_view>{}(id.bytes()); }
};
