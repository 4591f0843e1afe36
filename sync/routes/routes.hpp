/// `/api/sync/` on every node (contract/sync.md "Every node"): node, status, run, conflicts, history, events.
#pragma once

#include "common/http/event_stream.hpp"
#include "common/records/route.hpp"
#include "common/records/shape.hpp"
#include "sync/routes/status.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace himsog::sync {

struct RoutesContext {
    NodeFacts node;
    std::string site_name;
    std::string zone_name;
    /// How entities show their registers, by entity number.
    std::map<std::uint16_t, records::Shape const*> shapes;
    StatusBoard const& board;
    http::EventStream& events;
    /// A session with the hub, as soon as one can.
    std::function<void()> run_now;
};

/// The context must outlive the routes.
std::vector<records::Route> routes(RoutesContext const& context);

}  // namespace himsog::sync
