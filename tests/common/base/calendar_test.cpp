#include "common/base/calendar.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace himsog;

namespace {

constexpr Zone manila{8 * 3600};
constexpr Zone utc{0};

}  // namespace

TEST_CASE("dates: only those that exist", "[base]") {
    CHECK(parse_date("1970-01-01") == Date{0});
    CHECK(parse_date("2000-02-29") == Date{11016});
    CHECK(parse_date("2026-11-24")->text() == "2026-11-24");
    CHECK(parse_date("0001-01-01")->text() == "0001-01-01");
    CHECK(parse_date("9999-12-31")->text() == "9999-12-31");
    for (auto const* text : {"2026-02-30", "1900-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "0000-01-01", "26-01-01", "2026-1-01",
                             "2026/01/01", "2026-01-01 ", " 2026-01-01", "+026-01-01", "2026-01-0x", ""}) {
        INFO(text);
        CHECK_FALSE(parse_date(text));
    }
}

TEST_CASE("dates: every day of eight centuries goes there and back", "[base]") {
    auto const first = parse_date("1600-01-01")->days;
    auto const last = parse_date("2400-12-31")->days;
    int leap_days = 0;
    for (auto days = first; days <= last; ++days) {
        Date const date{days};
        if (date.month() == 2 && date.day() == 29) ++leap_days;
        if (Date::of(date.year(), date.month(), date.day()) != date) FAIL(date.text());
    }
    CHECK(leap_days == 195);
}

TEST_CASE("instants: text in the zone, microseconds only when there are any", "[base]") {
    auto const at = parse_instant("2026-04-24T02:00:00Z", utc);
    REQUIRE(at);
    CHECK(to_text(*at, manila) == "2026-04-24T10:00:00+08:00");
    CHECK(to_text(*at + Micros{1}, utc) == "2026-04-24T02:00:00.000001+00:00");
    CHECK(to_text(Instant{-1}, utc) == "1969-12-31T23:59:59.999999+00:00");
    CHECK(to_text(*at, Zone{-(3 * 3600 + 1800)}) == "2026-04-23T22:30:00-03:30");
}

TEST_CASE("instants: accepted spellings", "[base]") {
    auto const expected = Instant{1777003200LL * 1'000'000};  // 2026-04-24 04:00 UTC
    for (auto const* text :
         {"2026-04-24T12:00:00", "2026-04-24 12:00", "2026-04-24t12:00:00.000", "2026-04-24T12:00:00+08:00", "2026-04-24T04:00:00Z",
          "2026-04-24T04:00Z", "2026-04-24T05:30:00+0130", "2026-04-23T23:00:00-05:00", "2026-04-24T12:00:00.000000999"}) {
        INFO(text);
        CHECK(parse_instant(text, manila) == expected);
    }
    CHECK(parse_instant("2026-04-24", manila) == start_of(*parse_date("2026-04-24"), manila));
}

TEST_CASE("instants: refused spellings", "[base]") {
    for (auto const* text :
         {"", "2026-04-24T", "2026-04-24T24:00:00", "2026-04-24T12:60", "2026-04-24T12:00:60", "2026-04-24T12", "2026-02-30T00:00:00",
          "2026-04-24T12:00:00.", "2026-04-24T12:00:00.0000000001", "2026-04-24T12:00:00+8", "2026-04-24T12:00:00+08:00 ",
          "2026-04-24X12:00:00", "2026-04-24T12:00:00+24:00", "2026-04-24T-1:00:00", "24.4.2026"}) {
        INFO(text);
        CHECK_FALSE(parse_instant(text, manila));
    }
}

TEST_CASE("zones: a day begins at local midnight", "[base]") {
    auto const date = *parse_date("2026-11-24");
    CHECK(to_text(start_of(date, manila), utc) == "2026-11-23T16:00:00+00:00");
    CHECK(date_of(start_of(date, manila), manila) == date);
    CHECK(date_of(start_of(date, manila) - Micros{1}, manila) == Date{date.days - 1});
    CHECK(date_of(Instant{-1}, utc) == Date{-1});
    CHECK(zone_named("Asia/Manila")->offset_seconds == 8 * 3600);
    CHECK_FALSE(zone_named("Europe/Berlin"));
}
