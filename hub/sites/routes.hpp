/// `/api/hub/sites/` and `/api/hub/enrol/` (contract/sync.md "Hub", issue "Enrolment").
#pragma once

#include "common/records/route.hpp"
#include "hub/sites/registry.hpp"

#include <string>
#include <vector>

namespace himsog::hub {

/// The registry must outlive the routes. `sync_url` is where an enrolled edge replicates.
std::vector<records::Route> site_routes(Registry& registry, std::string sync_url);

/// The same for the operator's command: JSON in, JSON out.
std::string new_site_json(NewSite const& made, Zone zone);

}  // namespace himsog::hub
