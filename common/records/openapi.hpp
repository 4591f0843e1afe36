/// The OpenAPI 3.1 document, printed from dictionary and route tables. Deterministic text. Any thread.
#pragma once

#include "common/records/route.hpp"
#include "common/records/shape.hpp"

#include <string>
#include <vector>

namespace himsog::records {

/// `shapes` are the entities with a JSON form of their own; routes name them through Route::about.
std::string openapi(std::vector<Route> const& routes, std::vector<Shape const*> const& shapes);

}  // namespace himsog::records
