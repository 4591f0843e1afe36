/// Bulk writes through the journal, beside the same rows inserted with nothing but SQLCipher.
#pragma once

#include <filesystem>

namespace himsog::bench {

struct Writes {
    double journal = 0;  // visits a second: one txn each
    double bare = 0;     // rows a second: the same table, indexes and rows
};

/// `visits` is what gen_visits.py wrote. Both databases are made in `folder`, which must not exist, with commits of 1,000 at synchronous=FULL.
Writes measure_writes(std::filesystem::path const& visits, std::filesystem::path const& folder);

}  // namespace himsog::bench
