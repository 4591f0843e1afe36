/// Lists of an entity: filters, search, order and paging from its declaration (contract README decision 8, cross_cutting.md section 8).
#pragma once

#include "common/records/order.hpp"
#include "common/records/route.hpp"
#include "common/records/shape.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace himsog::records {

constexpr std::int64_t most_in_page = 200;
constexpr std::int64_t usual_page = 20;
constexpr std::int64_t most_in_bare_array = 1000;

/// Which rows a person may see at all; nothing: none.
using Scope = std::function<std::optional<std::vector<Condition>>(Call const&)>;
Scope everything();

/// Renders a list. Whole into one buffer: no statement stays open while the answer leaves.
http::Response list(Shape const& shape, Call const& call, std::vector<Condition> conditions, bool with_filters = true);

/// What was filtered, for a list's audit entry and its tests: conditions of the query's filters, or nothing when a filter can match no row.
Result<std::optional<std::vector<Condition>>> filters(Shape const& shape, Call const& call);

}  // namespace himsog::records
