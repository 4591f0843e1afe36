/// How replication stands, for `/api/sync/status/` and the badge (contract/sync.md "Status").
#pragma once

#include "common/base/calendar.hpp"
#include "common/db/database.hpp"
#include "common/journal/journal.hpp"

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

namespace himsog::sync {

/// What only the running agent (edge) or service (hub) knows.
struct LinkFacts {
    bool hub_reachable = false;
    bool sending = false;
    bool receiving = false;
    std::optional<Instant> last_push_at;
    std::optional<Instant> last_pull_at;
    std::string last_error;  // plain words and what to do; "" none
};

/// Thread rule: any thread.
class StatusBoard {
public:
    LinkFacts facts() const {
        std::lock_guard const lock{mutex_};
        return facts_;
    }
    void set(LinkFacts facts) {
        std::lock_guard const lock{mutex_};
        facts_ = std::move(facts);
    }
    /// Of the trusted clock, as measured last.
    void set_clock(journal::ClockQuality quality, Micros offset) {
        std::lock_guard const lock{mutex_};
        quality_ = quality;
        offset_ = offset;
    }
    std::pair<journal::ClockQuality, Micros> clock() const {
        std::lock_guard const lock{mutex_};
        return {quality_, offset_};
    }

private:
    mutable std::mutex mutex_;
    LinkFacts facts_;
    journal::ClockQuality quality_ = journal::ClockQuality::unsure;
    Micros offset_{0};
};

/// Own work that the hub has not acknowledged.
struct Pending {
    std::int64_t txns = 0;
    std::int64_t bytes = 0;
    std::optional<Instant> oldest_at;
};

/// How far the hub acknowledged each of this site's writers; moved by the agent, kept in the database.
class Acknowledged {
public:
    static void migrate(db::Connection& connection);
    static void note(db::Connection& connection, std::uint64_t writer, std::uint64_t seq);
    static Pending pending(db::Connection& connection, std::uint16_t site);
};

struct NodeFacts {
    bool is_hub = false;
    std::uint16_t site = 0;
    Zone zone;
};

/// The JSON object of the contract.
std::string status_json(db::Connection& connection, NodeFacts const& node, StatusBoard const& board);

}  // namespace himsog::sync
