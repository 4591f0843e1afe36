#include "common/http/pool.hpp"

#include "common/http/server.hpp"

namespace himsog::http {

Pool::Pool(std::size_t threads, std::size_t queue_limit, std::size_t first_index) : limit_{queue_limit} {
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this, index = first_index + i] { work(index); });
}

Pool::~Pool() {
    {
        std::lock_guard const lock{mutex_};
        stopping_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_) thread.join();
}

bool Pool::run(std::function<void()> job) {
    {
        std::lock_guard const lock{mutex_};
        if (stopping_ || queue_.size() >= limit_) return false;
        queue_.push_back(std::move(job));
    }
    changed_.notify_one();
    return true;
}

void Pool::work(std::size_t index) {
    set_thread_index(index);
    std::unique_lock lock{mutex_};
    while (true) {
        changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) return;
        {
            auto const job = std::move(queue_.front());
            queue_.pop_front();
            lock.unlock();
            job();
        }
        lock.lock();
    }
}

}  // namespace himsog::http
