/// Who wrote a txn, and with which words; private to common/journal. Thread rule: that of the connection.
#pragma once

#include "common/journal/store.hpp"

#include <cstdint>
#include <string>

namespace himsog::journal {

/// `writer` is its local number. Also of a txn of the group that is being written; std::logic_error for the one that a job is still making.
Authorship authorship(db::Connection& connection, std::int64_t writer, std::int64_t seq);
/// "" when there is none.
std::string note_of(db::Connection& connection, std::int64_t writer, std::int64_t seq);

}  // namespace himsog::journal
