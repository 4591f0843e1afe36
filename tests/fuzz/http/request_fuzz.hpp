/// What must hold for whatever bytes a client sends.
#pragma once

#include <string_view>

namespace himsog::http::fuzz {

/// Aborts with a word on standard error when it does not hold.
void check_request(std::string_view bytes);

}  // namespace himsog::http::fuzz
