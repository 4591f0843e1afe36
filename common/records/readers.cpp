#include "common/records/readers.hpp"

#include "common/http/server.hpp"

namespace himsog::records {

Reader& Readers::here() {
    auto const index = http::thread_index();
    std::lock_guard const lock{mutex_};
    if (by_thread_.size() <= index) by_thread_.resize(index + 1);
    if (!by_thread_[index]) by_thread_[index] = std::make_unique<Reader>(settings_);
    return *by_thread_[index];
}

}  // namespace himsog::records
