#include "common/base/calendar.hpp"

#include <array>
#include <chrono>
#include <utility>

namespace himsog {
namespace {

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t day_length = 86'400 * second;

std::chrono::year_month_day civil(Date date) { return std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{date.days}}}; }

/// Writes digits from `at` on; where the next character goes. Lists write three instants a row: 32-bit division is what keeps that cheap.
template <int width> char* write_digits(char* at, std::uint32_t value) {
    for (int i = width - 1; i >= 0; --i) {
        at[i] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    return at + width;
}

char* write_date(char* at, Date date) {
    auto const ymd = civil(date);
    at = write_digits<4>(at, static_cast<std::uint32_t>(static_cast<int>(ymd.year())));
    *at++ = '-';
    at = write_digits<2>(at, static_cast<unsigned>(ymd.month()));
    *at++ = '-';
    return write_digits<2>(at, static_cast<unsigned>(ymd.day()));
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

/// Reads exactly `width` digits and moves past them.
std::optional<int> digits(std::string_view& text, std::size_t width) {
    if (text.size() < width) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < width; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(width);
    return value;
}

bool skip(std::string_view& text, char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

/// ".5" to ".123456789": microseconds, digits beyond the sixth are dropped.
std::optional<std::int64_t> fraction(std::string_view& text) {
    std::int64_t us = 0;
    std::size_t count = 0;
    while (count < text.size() && text[count] >= '0' && text[count] <= '9') {
        if (count < 6) us = us * 10 + (text[count] - '0');
        ++count;
    }
    if (count == 0 || count > 9) return std::nullopt;
    for (auto i = count; i < 6; ++i) us *= 10;
    text.remove_prefix(count);
    return us;
}

/// "", "Z", "+08:00" or "+0800" at the end of the text, as seconds.
std::optional<int> offset(std::string_view text, Zone zone) {
    if (text.empty()) return zone.offset_seconds;
    if (text == "Z" || text == "z") return 0;
    int const sign = text.front() == '-' ? -1 : 1;
    if (text.front() != '+' && text.front() != '-') return std::nullopt;
    text.remove_prefix(1);
    auto const hours = digits(text, 2);
    skip(text, ':');
    auto const minutes = digits(text, 2);
    if (!hours || !minutes || !text.empty() || *hours > 23 || *minutes > 59) return std::nullopt;
    return sign * (*hours * 3600 + *minutes * 60);
}

}  // namespace

std::optional<Date> Date::of(int year, int month, int day) {
    if (year < 1 || year > 9999 || month < 1 || day < 1) return std::nullopt;
    std::chrono::year_month_day const ymd{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                          std::chrono::day{static_cast<unsigned>(day)}};
    if (!ymd.ok()) return std::nullopt;
    return Date{static_cast<std::int32_t>(std::chrono::sys_days{ymd}.time_since_epoch().count())};
}

int Date::year() const { return static_cast<int>(civil(*this).year()); }
int Date::month() const { return static_cast<int>(static_cast<unsigned>(civil(*this).month())); }
int Date::day() const { return static_cast<int>(static_cast<unsigned>(civil(*this).day())); }

std::string Date::text() const {
    std::array<char, 10> text;
    write_date(text.data(), *this);
    return {text.data(), text.size()};
}

std::optional<Date> parse_date(std::string_view text) {
    if (text.size() != 10) return std::nullopt;
    auto const year = digits(text, 4);
    if (!year || !skip(text, '-')) return std::nullopt;
    auto const month = digits(text, 2);
    if (!month || !skip(text, '-')) return std::nullopt;
    auto const day = digits(text, 2);
    if (!day) return std::nullopt;
    return Date::of(*year, *month, *day);
}

std::optional<Zone> zone_named(std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, int>, 5> zones{
        {{"Asia/Manila", 8}, {"Asia/Singapore", 8}, {"Asia/Tokyo", 9}, {"Asia/Jakarta", 7}, {"UTC", 0}}};
    for (auto const& [known, hours] : zones)
        if (known == name) return Zone{hours * 3600};
    return std::nullopt;
}

void append_text(std::string& out, Instant at, Zone zone) {
    auto const local = at.us + zone.offset_seconds * second;
    auto const days = floor_div(local, day_length);
    auto const in_day = local - days * day_length;
    auto const seconds = static_cast<std::uint32_t>(in_day / second);
    auto const us = static_cast<std::uint32_t>(in_day % second);
    auto const minutes = static_cast<std::uint32_t>(zone.offset_seconds < 0 ? -zone.offset_seconds : zone.offset_seconds) / 60;
    std::array<char, 32> text;  // 2026-01-31T23:59:59.123456+08:00
    auto* next = write_date(text.data(), Date{static_cast<std::int32_t>(days)});
    *next++ = 'T';
    next = write_digits<2>(next, seconds / 3600);
    *next++ = ':';
    next = write_digits<2>(next, seconds / 60 % 60);
    *next++ = ':';
    next = write_digits<2>(next, seconds % 60);
    if (us != 0) {
        *next++ = '.';
        next = write_digits<6>(next, us);
    }
    *next++ = zone.offset_seconds < 0 ? '-' : '+';
    next = write_digits<2>(next, minutes / 60);
    *next++ = ':';
    next = write_digits<2>(next, minutes % 60);
    out.append(text.data(), next);
}

std::string to_text(Instant at, Zone zone) {
    std::string out;
    append_text(out, at, zone);
    return out;
}

std::optional<Instant> parse_instant(std::string_view text, Zone zone) {
    if (text.size() < 10) return std::nullopt;
    auto const date = parse_date(text.substr(0, 10));
    if (!date) return std::nullopt;
    text.remove_prefix(10);
    if (text.empty()) return start_of(*date, zone);

    if (!skip(text, 'T') && !skip(text, 't') && !skip(text, ' ')) return std::nullopt;
    auto const hours = digits(text, 2);
    if (!hours || *hours > 23 || !skip(text, ':')) return std::nullopt;
    auto const minutes = digits(text, 2);
    if (!minutes || *minutes > 59) return std::nullopt;
    std::int64_t us = (*hours * 3600 + *minutes * 60) * second;
    if (skip(text, ':')) {
        auto const seconds = digits(text, 2);
        if (!seconds || *seconds > 59) return std::nullopt;
        us += *seconds * second;
        if (skip(text, '.')) {
            auto const part = fraction(text);
            if (!part) return std::nullopt;
            us += *part;
        }
    }
    auto const seconds_east = offset(text, zone);
    if (!seconds_east) return std::nullopt;
    return Instant{date->days * day_length + us - *seconds_east * second};
}

Date date_of(Instant at, Zone zone) { return Date{static_cast<std::int32_t>(floor_div(at.us + zone.offset_seconds * second, day_length))}; }

Instant start_of(Date date, Zone zone) { return {date.days * day_length - zone.offset_seconds * second}; }

}  // namespace himsog
