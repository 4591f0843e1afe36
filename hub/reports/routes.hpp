/// `/api/hub/reports/visits/` (contract/sync.md "Hub").
#pragma once

#include "common/records/route.hpp"

#include <vector>

namespace himsog::hub {

std::vector<records::Route> report_routes();

}  // namespace himsog::hub
