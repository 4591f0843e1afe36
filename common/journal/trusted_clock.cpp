#include "common/journal/journal.hpp"

namespace himsog::journal {
namespace {

constexpr Micros most_offset = std::chrono::seconds{120};
constexpr Micros most_round_trip = std::chrono::seconds{2};
constexpr Micros most_drift = std::chrono::seconds{120};

Micros magnitude(Micros span) { return span < Micros{0} ? -span : span; }

}  // namespace

/// The wall clock moved otherwise than the uptime since the hub was last heard: somebody set it, or the machine slept.
bool TrustedClock::jumped() const {
    auto const by_uptime = clock_.uptime() - heard_at_;
    auto const by_wall = clock_.now() - wall_at_heard_;
    return magnitude(by_wall - by_uptime) > most_drift;
}

ClockQuality TrustedClock::quality() const {
    if (is_hub_) return ClockQuality::ok;
    if (!measured_) return ClockQuality::unsure;
    if (magnitude(offset_) > most_offset || jumped()) return ClockQuality::wrong;
    return ClockQuality::ok;
}

Instant TrustedClock::trusted() const {
    if (quality() == ClockQuality::ok) return now();
    if (last_hub_time_ == Instant{}) return now();  // nothing better was ever heard
    return last_hub_time_ + (clock_.uptime() - heard_at_);
}

void TrustedClock::heard(Instant hub_time, Micros offset, Micros round_trip) {
    if (round_trip > most_round_trip) return;
    measured_ = true;
    offset_ = offset;
    last_hub_time_ = hub_time;
    heard_at_ = clock_.uptime();
    wall_at_heard_ = clock_.now();
}

}  // namespace himsog::journal
