/// Which e-mail addresses are of the university: one rule for accounts and charts (authentication.md 1.1, R-strict). Pure, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace himsog::clinic {

/// Why a trimmed, lower-case address is refused, or nothing.
std::optional<std::string> university_email_problem(std::string_view email);

}  // namespace himsog::clinic
