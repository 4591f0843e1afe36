#include "sync/session/branches.hpp"

#include <algorithm>
#include <utility>

namespace himsog::sync {

bool Branches::came_back(journal::Label const& newest, Reach const& lineage) {
    auto const goes_on = [&](journal::Label const& label) {
        auto const found = lineage.find(label.writer);
        return found != lineage.end() && found->second >= label.seq;
    };
    bool const is_other = last_ && !goes_on(*last_);
    bool const came_back = is_other && std::any_of(left_.begin(), left_.end(), goes_on);
    if (is_other) {
        std::erase_if(left_, goes_on);
        left_.push_back(*last_);
    }
    last_ = newest;
    return came_back && !std::exchange(was_told_, true);
}

}  // namespace himsog::sync
