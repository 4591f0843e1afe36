/// The connections of one I/O thread. Free of Boost on purpose: server.cpp accepts, session.cpp converses, and only they see Asio.
#pragma once

#include "common/base/random.hpp"
#include "common/http/pool.hpp"
#include "common/http/server.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_set>

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace himsog::http {

class Session;

/// What all sessions of a server share. Outlives them.
struct SessionShared {
    Settings const& settings;
    Log& log;
    Clock& clock;
    Pool& pool;
    std::function<void(std::string const& peer)> ended;  // once for each connection that was opened
};

/// A connection just accepted. The socket is a non-blocking descriptor, owned from now on.
struct Accepted {
    int socket = -1;
    std::string peer;
    std::shared_ptr<TlsContext const> tls;  // null = plain
    bool needs_client_certificate = false;
    Router const* router = nullptr;
};

/// Thread rule: everything by the thread that runs `io`.
class Sessions {
public:
    Sessions(boost::asio::io_context& io, SessionShared const& shared, std::uint64_t seed);
    ~Sessions();

    void open(Accepted accepted);
    /// Ends what is past its deadline; called every Settings::tick.
    void tick();
    /// From now on connections end with the answer they are at; those that wait for a request end at once, streams end.
    void finish();
    /// Ends all, whatever they are at.
    void abort();
    bool empty() const { return sessions_.empty(); }

private:
    friend class Session;
    boost::asio::io_context& io_;
    SessionShared const& shared_;
    SeededRandom random_;  // of request ids: unique, not secret
    std::unordered_set<std::shared_ptr<Session>> sessions_;
    bool finishing_ = false;
};

}  // namespace himsog::http
