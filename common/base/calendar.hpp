/// Calendar dates and zone-aware text of instants (contract README decision 9). Zones are fixed offsets: the Philippines have no
/// daylight saving time. Plain functions, any thread.
#pragma once

#include "common/base/clock.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace himsog {

/// A proleptic Gregorian date as days since 1970-01-01.
struct Date {
    std::int32_t days = 0;

    auto operator<=>(Date const&) const = default;
    static std::optional<Date> of(int year, int month, int day);  // nothing for dates like 2026-02-30
    int year() const;
    int month() const;  // 1 to 12
    int day() const;    // 1 to 31
    /// 2026-11-24.
    std::string text() const;
};

/// Exactly YYYY-MM-DD of a date that exists, years 1 to 9999.
std::optional<Date> parse_date(std::string_view text);

/// A zone by its offset from UTC in seconds.
struct Zone {
    int offset_seconds = 8 * 3600;
};

/// "Asia/Manila" and the other zones we know; nothing for the rest.
std::optional<Zone> zone_named(std::string_view name);

/// 2026-11-24T10:00:00+08:00, with .ffffff when there are microseconds.
std::string to_text(Instant at, Zone zone);
/// Appends the same to `out`: the hot path of lists.
void append_text(std::string& out, Instant at, Zone zone);

/// ISO 8601 date and time ("T" or a blank between; seconds and fraction optional; offset or Z optional, else `zone`), or a date alone = its
/// first moment in `zone`. Nothing for what does not exist.
std::optional<Instant> parse_instant(std::string_view text, Zone zone);

Date date_of(Instant at, Zone zone);
/// First moment of the date in the zone.
Instant start_of(Date date, Zone zone);

}  // namespace himsog
