/// A Problem as an HTTP answer. Plain function, any thread.
#pragma once

#include "common/base/problem.hpp"
#include "common/http/message.hpp"

#include <string_view>

namespace himsog::http {

/// The contract's bodies (authentication.md 0.1): {"detail":…} (E1), {"field":["…"]} (E2), each with the problem's extra keys (E5).
/// `accept` holding application/problem+json gets RFC 9457 instead. 401 carries WWW-Authenticate: Token, 503 Retry-After.
Response render(Problem const& problem, std::string_view accept = {});

}  // namespace himsog::http
