/// `/api/sync/conflicts/`: the work list and settling (contract/sync.md "Conflict").
#pragma once

#include "sync/routes/routes.hpp"

namespace himsog::sync {

std::vector<records::Route> conflict_routes(RoutesContext const& context);

}  // namespace himsog::sync
