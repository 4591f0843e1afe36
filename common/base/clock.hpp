/// The only door to time. Nothing else may call system_clock::now() (tests/tidy checks it).
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace himsog {

using Micros = std::chrono::microseconds;

/// A moment, as microseconds since 1970 UTC.
struct Instant {
    std::int64_t us = 0;

    auto operator<=>(Instant const&) const = default;
    Instant operator+(Micros span) const { return {us + span.count()}; }
    Instant operator-(Micros span) const { return {us - span.count()}; }
    Micros operator-(Instant other) const { return Micros{us - other.us}; }
};

/// Thread rule: every method from any thread.
class Clock {
public:
    virtual ~Clock() = default;
    /// What the wall clock says; may jump.
    virtual Instant now() = 0;
    /// Time since some start; never goes back.
    virtual Micros uptime() = 0;
};

class SystemClock : public Clock {
public:
    Instant now() override;
    Micros uptime() override;
};

}  // namespace himsog
