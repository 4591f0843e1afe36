/// Are two copies of a site's database in use? A restored copy takes the place of what it replaces; when the one that was left comes back,
/// both live (SYNC.md section 5: "disk cloned, both run"). Remembers as long as the process. One thread.
#pragma once

#include "common/journal/replication.hpp"
#include "sync/session/have.hpp"

#include <optional>
#include <vector>

namespace himsog::sync {

class Branches {
public:
    /// Where one HELLO stands: its newest own label, and its whole lineage. True once, when a branch that another had replaced speaks again.
    bool came_back(journal::Label const& newest, Reach const& lineage);

private:
    std::optional<journal::Label> last_;  // of the HELLO before
    std::vector<journal::Label> left_;    // newest labels of branches that did not go on in the next HELLO
    bool was_told_ = false;
};

}  // namespace himsog::sync
