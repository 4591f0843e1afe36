/// Content negotiation of the contract (cross_cutting.md 5). Plain functions, any thread.
#pragma once

#include "common/base/problem.hpp"
#include "common/http/message.hpp"

#include <optional>
#include <string_view>

namespace himsog::http {

/// 406 when Accept asks for another version than v1. The router asks this for every path below /api/.
std::optional<Problem> refuse_version(std::string_view accept);

/// 415 when the body's type is not JSON. A request without body passes.
std::optional<Problem> refuse_body_type(Request const& request);

}  // namespace himsog::http
