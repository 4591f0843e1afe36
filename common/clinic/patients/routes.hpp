/// `/api/patients/patients/` and `/api/patients/medical-records/` (contract/patients.md).
#pragma once

#include "common/clinic/patients/entities.hpp"
#include "common/records/route.hpp"

#include <vector>

namespace himsog::clinic::patients {

/// The shapes must outlive the routes.
std::vector<records::Route> routes(records::Shape const& patient, records::Shape const& visit, Zone zone);

}  // namespace himsog::clinic::patients
