/// The thread that owns the writable connection: takes jobs from any thread, runs them in groups, and applies what replication hands it in
/// slices between them (DESIGN.md section 2). The thin shell around Journal; all rules are there.
#pragma once

#include "common/journal/journal.hpp"

#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

namespace himsog::journal {

class WriterThread {
public:
    /// Jobs that may wait; beyond, submit() answers 503 at once.
    static constexpr std::size_t most_waiting = 4096;
    /// Jobs of one commit: bounds how long the first of them waits.
    static constexpr std::size_t most_in_group = 256;

    explicit WriterThread(Journal& journal);
    ~WriterThread();  // as stop()

    /// From any thread; `done` of the job runs on the writer thread after the commit.
    void submit(Job job);
    /// Runs `work` alone on the writer thread, outside any transaction, and waits for it. Not from the writer thread itself.
    void call(std::function<void(Journal&)> work);
    /// Verifies and applies a bundle in slices of writer time; waits. Jobs run between the slices, which are short while one waits.
    Refusal apply(Received const& received, PeerState const& peer);
    /// Finishes what waits, then ends the thread.
    void stop();
    std::size_t waiting() const;

private:
    void loop();
    bool is_wanted() const;

    Journal& journal_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Job> jobs_;
    std::deque<std::function<void(Journal&)>> calls_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace himsog::journal
