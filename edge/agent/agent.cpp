#include "edge/agent/agent.hpp"

#include <algorithm>
#include <future>

namespace himsog::edge {
namespace {

using sync::Outcome;

constexpr Micros between_asking = std::chrono::seconds{3};       // news of other sites arrive within this
constexpr Micros after_commit = std::chrono::milliseconds{150};  // commits of one moment travel together
constexpr Micros first_back_off = std::chrono::seconds{1};
constexpr Micros longest_back_off = std::chrono::seconds{30};
constexpr std::string_view session_path = "/replication/session";

sync::NodeReplica::Parts parts_of(node::Core& core) {
    auto const key = crypto::SigningKey::from_seed(core.setting(node::setting::signing_seed)).public_key();
    return {core.reader_settings(), core.writer(), node::dictionary(), core.codec(), core.clock(), core.random(), core.site_no(), key};
}

sync::ClientSettings client_settings(node::Core& core) {
    sync::ClientSettings settings;
    settings.base_url = core.setting(node::setting::hub_url);
    settings.authority = core.setting(node::setting::ca_certificate);
    settings.server_uri = "urn:himsog:site:0";
    settings.certificate = core.setting(node::setting::node_certificate);
    settings.key = core.setting(node::setting::node_key);
    settings.now = [&core] {
        Instant trusted;
        core.writer().call([&](journal::Journal& journal) { trusted = journal.clock().trusted(); });
        return trusted;
    };
    return settings;
}

std::string attention(Outcome outcome) {
    switch (outcome) {
        case Outcome::fork:
            return "This clinic's database was copied and both copies are in use. Work goes on here and is kept; call the central administrator.";
        case Outcome::upgrade:
            return "The hub speaks another version. Work goes on here and is kept; this clinic's server must be updated.";
        case Outcome::revoked:
            return "The hub does not know this clinic's server any more. Work goes on here and is kept; call the central administrator.";
        default: return {};
    }
}

}  // namespace

Agent::Agent(node::Core& core, sync::StatusBoard& board, std::function<void()> announce)
    : core_{core},
      board_{board},
      announce_{std::move(announce)},
      replica_{parts_of(core),
               {{},
                {},
                [this](sync::ClockReading const& reading) {
                    core_.writer().call([&](journal::Journal& journal) { board_.set_clock(journal.clock().quality(), reading.offset); });
                }}},
      client_{client_settings(core)},
      thread_{[this] { loop(); }} {}

Agent::~Agent() { stop(); }

void Agent::news() {
    std::lock_guard const lock{mutex_};
    news_ = true;
    wake_.notify_one();
}

void Agent::run_now() {
    std::lock_guard const lock{mutex_};
    now_ = true;
    wake_.notify_one();
}

void Agent::stop() {
    {
        std::lock_guard const lock{mutex_};
        stopping_ = true;
        wake_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
}

void Agent::loop() {
    std::unique_lock lock{mutex_};
    Micros pause{0};
    while (!stopping_) {
        // While the hub does not answer, own commits wait for the back-off; a person who presses "try now" does not.
        wake_.wait_for(lock, pause, [&] { return stopping_ || now_ || (news_ && !unreachable_); });
        if (stopping_) return;
        if (news_ && !now_ && !unreachable_) wake_.wait_for(lock, after_commit, [&] { return stopping_ || now_; });
        if (stopping_) return;
        news_ = now_ = false;
        lock.unlock();
        pause = session();
        lock.lock();
    }
}

Micros Agent::session() {
    sync::EdgeSession session{replica_};
    std::string trouble;
    Outcome outcome = Outcome::failed;
    try {
        outcome = exchange(session, trouble);
    } catch (std::exception const& error) {
        trouble = "broken";
        core_.log().error("sync.session_failed", {{"reason", error.what()}});
    }
    remember(outcome, trouble);
    if (!trouble.empty()) return back_off();
    failures_ = 0;
    if (outcome == Outcome::done) return between_asking;
    if (outcome == Outcome::busy) return std::max<Micros>(session.retry_after(), first_back_off);
    return outcome == Outcome::failed ? first_back_off : longest_back_off;
}

Outcome Agent::exchange(sync::EdgeSession& session, std::string& trouble) {
    auto message = session.start();
    while (true) {
        auto asked = std::async(std::launch::async, [&] { return client_.post(session_path, message, "application/octet-stream"); });
        session.work_ahead();
        auto const answer = asked.get();
        if (!answer || answer->status != 200) {
            trouble = answer ? "status " + std::to_string(answer->status) : answer.error().detail();
            return Outcome::failed;
        }
        auto next = session.receive(answer->body);
        if (!next) return session.outcome();
        message = std::move(*next);
    }
}

void Agent::remember(Outcome outcome, std::string const& trouble) {
    auto link = board_.facts();
    auto const now = core_.clock().now();
    bool const was_reachable = link.hub_reachable;
    link.hub_reachable = trouble.empty();
    link.last_error = trouble.empty() ? attention(outcome) : link.last_error;
    if (outcome == Outcome::done) {
        link.last_push_at = link.last_pull_at = now;
        core_.writer().call([&](journal::Journal& journal) {
            db::Transaction transaction{journal.database()};
            for (auto const& tip : replica_.announced().lineage)
                sync::Acknowledged::note(journal.database(), tip.label.writer, tip.label.seq);
            transaction.commit();
        });
    }
    {
        std::lock_guard const lock{mutex_};
        unreachable_ = !trouble.empty();
    }
    if (was_reachable != link.hub_reachable)
        core_.log().info(link.hub_reachable ? "sync.hub_reachable" : "sync.hub_unreachable", {{"reason", trouble}});
    board_.set(std::move(link));
    announce_();
}

/// Full jitter (Brooker 2015), so that sites do not knock together.
Micros Agent::back_off() {
    failures_ = std::min(failures_ + 1, 16);
    auto const bound = std::min<std::int64_t>(longest_back_off.count(), first_back_off.count() << failures_);
    return Micros{first_back_off.count() / 2 + static_cast<std::int64_t>(core_.random().below(static_cast<std::uint64_t>(bound)))};
}

}  // namespace himsog::edge
