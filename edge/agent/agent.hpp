/// The edge's line to the hub: a thread that runs a session soon after each commit, asks for news in between, and backs off quietly while
/// nobody answers (DESIGN.md section 2, SYNC.md section 7, P1).
#pragma once

#include "common/base/log.hpp"
#include "sync/agent/node_replica.hpp"
#include "sync/node/core.hpp"
#include "sync/routes/status.hpp"
#include "sync/session/edge_session.hpp"
#include "sync/transport/curl_client.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace himsog::edge {

class Agent {
public:
    /// `announce` is called whenever the board changed.
    Agent(node::Core& core, sync::StatusBoard& board, std::function<void()> announce);
    ~Agent();

    /// Something was committed here: a session within a second. From any thread.
    void news();
    /// A session now, whatever the back-off says. From any thread.
    void run_now();
    void stop();

private:
    void loop();
    /// One session; how long to wait before the next.
    Micros session();
    sync::Outcome exchange(sync::EdgeSession& session, std::string& trouble);
    void remember(sync::Outcome outcome, std::string const& trouble);
    Micros back_off();

    node::Core& core_;
    sync::StatusBoard& board_;
    std::function<void()> announce_;
    sync::NodeReplica replica_;
    sync::CurlClient client_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool news_ = false;
    bool now_ = false;
    bool stopping_ = false;
    bool unreachable_ = false;
    int failures_ = 0;
    std::thread thread_;
};

}  // namespace himsog::edge
