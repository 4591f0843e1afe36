/// What an e-mail address and a phone number must look like (authentication.md 1.1 and 4 rule 2). Pure functions, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace himsog::clinic::authentication {

/// Trimmed, ASCII letters lower-case: how e-mail addresses are stored and looked up.
std::string normal_email(std::string_view sent);

/// R-strict for a normal address: why it is refused, or nothing.
std::optional<std::string> refuse_email(std::string_view email);

/// P1: the first thing wrong with a phone number, or nothing; "" is fine.
std::optional<std::string> refuse_phone(std::string_view phone);

}  // namespace himsog::clinic::authentication
