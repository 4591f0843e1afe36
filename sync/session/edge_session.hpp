/// The edge's half of a session, sans I/O: start() gives the first message, receive() takes an answer and gives the next message. The carrier
/// may lose everything at any point: whatever was not said is found again by the next session. One object is one session.
#pragma once

#include "sync/session/cutter.hpp"
#include "sync/session/message.hpp"
#include "sync/session/replica.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace himsog::sync {

enum class Outcome : std::uint8_t {
    running,
    done,    // both sides hold what the other had when it began
    failed,  // an event says why; the next session compares
    fork,
    upgrade,
    revoked,
    busy,
};

class EdgeSession {
public:
    explicit EdgeSession(Replica& replica) : replica_{replica} {}

    Bytes start();
    /// The next message, or nothing: the session is over (outcome tells), or the answer was not to the last message and is ignored.
    std::optional<Bytes> receive(std::string_view answer);
    /// Cuts the bundle that goes after the one now on its way, so that it is ready when the answer comes. May be left out; nothing is said or
    /// promised by it. Called between a message and its answer.
    void work_ahead();

    Outcome outcome() const { return outcome_; }
    bool is_over() const { return outcome_ != Outcome::running; }
    std::chrono::seconds retry_after() const { return retry_after_; }  // busy
    /// True once the sides compare; for those who count.
    bool compared() const { return comparing_; }

private:
    std::optional<Bytes> on(Welcome const& welcome);
    std::optional<Bytes> on(Have const& have);
    std::optional<Bytes> on(Ack const& ack);
    std::optional<Bytes> on(Feed& feed);
    std::optional<Bytes> on(Bye const& bye);
    template <class Unexpected> std::optional<Bytes> on(Unexpected const&) {
        return fail(EventKind::malformed, "the hub sent what an edge sends");
    }

    std::optional<Bytes> begin_push(LeftOut left_out, std::vector<journal::Tip> const& mine);
    std::optional<Bytes> push_or_pull();
    Bytes next_bundle();
    std::optional<Bytes> found_fork(journal::Label const& label);
    std::optional<Bytes> fail(EventKind kind, std::string detail);
    std::optional<Bytes> over(Outcome outcome);
    void hear_clock(Welcome const& welcome);
    LeftOut held_by_hub(Have const& have) const;
    Bytes say(Body body);

    Replica& replica_;
    Facts facts_;
    std::uint64_t session_ = 0;
    std::uint64_t step_ = 0;
    std::size_t expected_ = 0;  // index into Body of the answer that may come (BYE always may)
    Outcome outcome_ = Outcome::running;
    std::chrono::seconds retry_after_{0};
    Instant sent_;
    Micros sent_uptime_{0};

    bool comparing_ = false;
    bool pushed_ = false;
    std::uint64_t hub_end_ = 0;
    std::optional<Cutter> cutter_;
    std::uint64_t position_ = 0;  // of what is cut next
    Bytes ahead_;                 // a bundle that is cut and not sent yet
};

}  // namespace himsog::sync
