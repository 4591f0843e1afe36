/// HTTPS for one process. Knows sockets, TLS, limits and timeouts; knows nothing of patients.
#pragma once

#include "common/base/clock.hpp"
#include "common/base/log.hpp"
#include "common/base/random.hpp"
#include "common/http/router.hpp"
#include "common/http/tls.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace himsog::http {

struct Settings {
    std::chrono::milliseconds handshake{5'000};        // whole TLS handshake
    std::chrono::milliseconds head{10'000};            // whole request head, from its first byte
    std::chrono::milliseconds idle{75'000};            // between requests
    std::chrono::milliseconds handler{60'000};         // until the responder is used; then 503
    std::chrono::milliseconds transfer_grace{10'000};  // a body or an answer may stand still this long, then must keep min_rate
    std::size_t min_rate = 1024;                       // bytes a second, both ways
    std::chrono::milliseconds stop{10'000};            // running requests may finish within this
    std::chrono::milliseconds tick{250};               // how often deadlines are looked at
    std::size_t connections = 1024;                    // accepting pauses at the cap
    std::size_t connections_per_address = 256;         // beyond, closed at once
    std::size_t pool_threads = 2;
    std::size_t pool_queue = 64;                     // beyond, 503 with Retry-After
    std::function<std::time_t()> verification_time;  // trusted time for client certificates; empty = the wall clock
    /// Asked after each handshake with a client certificate; false ends the connection (revoked). From any I/O thread.
    std::function<bool(std::uint16_t site, std::string_view serial)> accept_client;
};

/// Which thread this is: 0 to threads - 1 for the I/O threads, then the pool's; 0 in threads that are not the server's, so that tests may
/// call handlers. Each owns one read-only database connection.
std::size_t thread_index();
/// Sets it for the calling thread.
void set_thread_index(std::size_t index);

/// Thread rule: listen_ and run by one thread; replace_tls and stop by any.
class Server {
public:
    Server(Settings settings, Router router, Log& log, Clock& clock, Random& random);
    ~Server();

    /// Port 0 picks a free one; the port is returned, open for connections. Each listener has its own router, which must outlive the server;
    /// null = the server's. Throws std::runtime_error when the address cannot be had.
    std::uint16_t listen_https(std::string const& address, std::uint16_t port, TlsMaterial const& material,
                               bool require_client_certificate = false, Router const* router = nullptr);
    /// Plain HTTP for the local operator: socket file of mode 0600, a stale one is replaced, removed at stop.
    void listen_unix(std::string const& path, Router const* router = nullptr);
    /// New connections to that port use the new certificate. Throws as TlsContext does, then nothing changes.
    void replace_tls(std::uint16_t port, TlsMaterial const& material);

    /// Serves on `threads` I/O threads and the pool until stop() and its grace are over. Once.
    void run(std::size_t threads);
    /// Graceful: no new connections, running requests finish, streams end. Returns at once.
    void stop();

private:
    struct Impl;  // server.cpp
    std::unique_ptr<Impl> impl_;
};

}  // namespace himsog::http
