/// Letters compared without case, also ñ and the accented Latin ones: the SQL function folded(text) and the same for C++. Any thread.
#pragma once

#include <string>
#include <string_view>

namespace himsog::db {

/// Upper-case ASCII, Latin-1 and Latin Extended-A letters (UTF-8) in lower case; everything else as it is.
std::string folded(std::string_view text);

}  // namespace himsog::db
