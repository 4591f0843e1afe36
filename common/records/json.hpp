/// JSON bodies from outside: depth, form and UTF-8 are checked here and nowhere else. For .cpp files. Any thread.
#pragma once

#include "common/base/problem.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string_view>

namespace himsog::records {

/// 400 for what is not well-formed or deeper than 32.
Result<nlohmann::json> parse_json(std::string_view text);
/// The same, and 400 for what is no object.
Result<nlohmann::json> parse_json_object(std::string_view text);

}  // namespace himsog::records
