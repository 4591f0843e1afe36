/// Where answers and wake-ups from other threads meet the session that waits for them. Outlives the session: what comes late is dropped.
#pragma once

#include "common/http/router.hpp"

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

namespace himsog::http {

/// Rings its session on the session's own thread, as long as there is one. Thread rule: any thread.
class Doorbell {
public:
    /// `ring` posts to the session's thread.
    explicit Doorbell(std::function<void()> ring) : ring_{std::move(ring)} {}

    void ring() {
        std::lock_guard const lock{mutex_};
        if (ring_) ring_();
    }
    /// After this nothing of the session is touched any more.
    void remove() {
        std::lock_guard const lock{mutex_};
        ring_ = nullptr;
    }

private:
    std::mutex mutex_;
    std::function<void()> ring_;
};

/// The answer to the one request a session has in hand. Thread rule: deliver from any thread; the rest by the session's.
class Inbox {
public:
    struct Answer {
        Response response;
        Notes notes;
    };

    explicit Inbox(std::shared_ptr<Doorbell> bell) : bell_{std::move(bell)} {}

    /// A number for the next request; answers to earlier ones are dropped from now on.
    std::uint64_t expect() {
        std::lock_guard const lock{mutex_};
        answer_.reset();
        waiting_ = false;
        return ++expected_;
    }
    void deliver(std::uint64_t number, Response response, Notes notes) {
        std::lock_guard const lock{mutex_};
        if (number != expected_ || answer_) return;
        answer_.emplace(Answer{std::move(response), std::move(notes)});
        if (waiting_) bell_->ring();
    }
    /// The answer when it is there; otherwise the bell rings when it comes.
    std::optional<Answer> take() {
        std::lock_guard const lock{mutex_};
        waiting_ = true;
        return std::exchange(answer_, std::nullopt);
    }

private:
    std::shared_ptr<Doorbell> bell_;
    std::mutex mutex_;
    std::uint64_t expected_ = 0;
    std::optional<Answer> answer_;
    bool waiting_ = false;
};

}  // namespace himsog::http
