/// A few worker threads with a bounded queue, for what takes longer than a few milliseconds.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace himsog::http {

/// Thread rule: any thread.
class Pool {
public:
    /// Workers have the thread indexes first_index, first_index + 1, …
    Pool(std::size_t threads, std::size_t queue_limit, std::size_t first_index = 0);
    /// Runs what is queued, then joins.
    ~Pool();

    /// False when the queue is full: shed load. A job must not throw.
    bool run(std::function<void()> job);

private:
    void work(std::size_t index);

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> queue_;
    std::size_t const limit_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace himsog::http
