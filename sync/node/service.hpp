/// A node that answers: what edge and hub share of the running process. The programs add what is theirs: agent, or registry and reports.
#pragma once

#include "common/clinic/authentication/routes.hpp"
#include "common/clinic/patients/routes.hpp"
#include "common/http/server.hpp"
#include "sync/node/core.hpp"
#include "sync/routes/routes.hpp"

#include <condition_variable>
#include <csignal>
#include <functional>
#include <thread>

namespace himsog::node {

/// Jobs of the API go to the writer thread.
class ThreadCommitter : public records::Committer {
public:
    explicit ThreadCommitter(journal::WriterThread& writer) : writer_{writer} {}
    void submit(journal::Job job) override { writer_.submit(std::move(job)); }

private:
    journal::WriterThread& writer_;
};

/// What the API needs, whether it is served or only printed as OpenAPI.
class Api {
public:
    Api(Core& core, bool is_hub);

    /// Routes of every node. More may be added before bind().
    std::vector<records::Route> routes();
    std::vector<records::Shape const*> shapes() const { return {&patient_, &visit_}; }
    std::vector<http::Route> bind(std::vector<records::Route> all);

    records::Readers& readers() { return readers_; }
    sync::StatusBoard& board() { return board_; }
    http::EventStream& events() { return events_; }
    sync::NodeFacts const& node() const { return context_.node; }
    Zone zone() const { return context_.node.zone; }
    void run_now_with(std::function<void()> run) { run_now_ = std::move(run); }
    /// For Core::on_commit.
    void committed(journal::Committed const& what);

private:
    Core& core_;
    records::Shape patient_;
    records::Shape visit_;
    ThreadCommitter committer_;
    records::Readers readers_;
    clinic::authentication::Argon2Hasher hasher_;
    clinic::authentication::Profiles profiles_;
    clinic::authentication::Service authentication_;
    clinic::authentication::SessionAuthenticator authenticator_;
    sync::StatusBoard board_;
    http::EventStream events_;
    std::function<void()> run_now_ = [] {};
    sync::RoutesContext context_;
};

/// Tells browsers how replication stands, soon after something changed and not more often than a few times a second.
class Announcer {
public:
    Announcer(Core& core, Api& api);
    ~Announcer();
    /// From any thread.
    void changed(bool conflicts);
    void stop();

private:
    void loop();

    Core& core_;
    Api& api_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool changed_ = false;
    bool conflicts_ = false;
    bool stopping_ = false;
    std::thread thread_;
};

struct Listening {
    std::vector<records::Route> more;            // of this kind of node
    std::vector<http::Route> replication;        // mTLS; hub only
    std::vector<http::Route> operator_commands;  // Unix socket
    http::Settings settings;
};

/// SIGTERM and SIGINT are taken by one thread that stops the server; no other thread sees them. Made first in main, before any thread.
class StopSignal {
public:
    StopSignal();
    /// Wakes the watching thread when the server ended by itself.
    ~StopSignal();
    void watch(std::function<void()> stop);

private:
    sigset_t signals_{};
    std::thread thread_;
};

/// Serves until SIGTERM or SIGINT, then stops gracefully: `stopping` first, then the connections, then the writer thread.
void serve(Core& core, Api& api, StopSignal& signal, Listening listening, std::function<void()> stopping);

/// Routes beside the API: liveness (cross_cutting.md section 12), /healthz, /readyz, /api/schema/.
std::vector<http::Route> plain_routes(std::string schema, std::function<bool()> ready);

}  // namespace himsog::node
