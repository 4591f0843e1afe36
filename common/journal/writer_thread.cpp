#include "common/journal/writer_thread.hpp"

#include <stdexcept>

namespace himsog::journal {
namespace {

constexpr Micros slice = std::chrono::milliseconds{20};           // of a received bundle while somebody waits (SYNC.md section 4)
constexpr Micros longest_slice = std::chrono::milliseconds{100};  // while nobody does: fewer commits write fewer pages twice
constexpr int idle_wal_pages = 128;                               // 1 MiB: what may stay in the WAL of a quiet node
constexpr std::chrono::milliseconds idle{200};

}  // namespace

WriterThread::WriterThread(Journal& journal) : journal_{journal}, thread_{[this] { loop(); }} {}

WriterThread::~WriterThread() { stop(); }

void WriterThread::submit(Job job) {
    {
        std::lock_guard const lock{mutex_};
        if (!stopping_ && jobs_.size() < most_waiting) {
            jobs_.push_back(std::move(job));
            wake_.notify_one();
            return;
        }
    }
    Problem const busy{ProblemKind::unavailable, "The clinic's server is busy. Nothing was saved; it can be tried again."};
    job.done(&busy);
}

void WriterThread::call(std::function<void(Journal&)> work) {
    std::promise<void> finished;
    auto waiting = finished.get_future();
    auto run = [&](Journal& journal) {
        try {
            work(journal);
            finished.set_value();
        } catch (...) {
            finished.set_exception(std::current_exception());
        }
    };
    {
        std::lock_guard const lock{mutex_};
        if (stopping_) throw std::runtime_error{"the writer has stopped"};
        calls_.emplace_back(run);
        wake_.notify_one();
    }
    waiting.get();
}

Refusal WriterThread::apply(Received const& received, PeerState const& peer) {
    Verified verified;
    call([&](Journal& journal) { verified = journal.verify(received); });
    auto const ends = [this](Micros spent) { return spent >= longest_slice || (spent >= slice && is_wanted()); };
    Journal::Applied applied;
    applied.refusal = verified.refusal;
    while (applied.refusal == Refusal::none) {
        call([&](Journal& journal) { applied = journal.apply(received, verified, peer, applied.next, ends); });
        if (applied.next == received.txns.size()) break;
    }
    return applied.refusal;
}

void WriterThread::stop() {
    {
        std::lock_guard const lock{mutex_};
        stopping_ = true;
        wake_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
}

std::size_t WriterThread::waiting() const {
    std::lock_guard const lock{mutex_};
    return jobs_.size();
}

bool WriterThread::is_wanted() const {
    std::lock_guard const lock{mutex_};
    return stopping_ || !jobs_.empty() || !calls_.empty();
}

void WriterThread::loop() {
    std::unique_lock lock{mutex_};
    while (true) {
        if (jobs_.empty() && calls_.empty()) {
            if (stopping_) return;
            auto const has_work = [&] { return stopping_ || !jobs_.empty() || !calls_.empty(); };
            if (journal_.database().wal_file_pages() <= idle_wal_pages) {
                wake_.wait(lock, has_work);
            } else if (!wake_.wait_for(lock, idle, has_work)) {
                lock.unlock();
                journal_.database().cut_wal();  // while a reader is in the way it is tried again
                lock.lock();
            }
            continue;
        }
        std::vector<Job> group;
        while (!jobs_.empty() && group.size() < most_in_group) {
            group.push_back(std::move(jobs_.front()));
            jobs_.pop_front();
        }
        std::function<void(Journal&)> one;
        if (!calls_.empty()) {
            one = std::move(calls_.front());
            calls_.pop_front();
        }
        lock.unlock();
        if (!group.empty()) journal_.run(std::move(group));
        if (one) one(journal_);
        lock.lock();
    }
}

}  // namespace himsog::journal
