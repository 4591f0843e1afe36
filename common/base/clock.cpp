#include "common/base/clock.hpp"

namespace himsog {

Instant SystemClock::now() {
    auto const since = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<Micros>(since).count()};
}

Micros SystemClock::uptime() { return std::chrono::duration_cast<Micros>(std::chrono::steady_clock::now().time_since_epoch()); }

}  // namespace himsog
