/// What must hold for any text that claims to be an enrolment code, a certificate request or a certificate; ends the process otherwise.
#pragma once

#include <string_view>

namespace himsog::crypto::fuzz {

/// True when the text was accepted as one of them.
bool check_text(std::string_view text);

}  // namespace himsog::crypto::fuzz
