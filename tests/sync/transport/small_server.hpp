/// An HTTP server of one thread and one connection at a time, for tests of the client: over TLS on loopback, or plain on a Unix socket.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace himsog::sync {

struct SmallServerSettings {
    std::string key;                 // PEM; empty: no TLS
    std::vector<std::string> chain;  // PEM, own certificate first
    std::string client_authority;    // PEM; not empty: clients must show a certificate
    std::string unix_socket;         // path; empty: a free port of 127.0.0.1
    /// The whole answer, head included, for the body of a request. Empty: no answer at all.
    std::function<std::string(std::string const& body)> answer;
};

class SmallServer {
public:
    explicit SmallServer(SmallServerSettings settings);
    ~SmallServer();
    SmallServer(SmallServer const&) = delete;
    SmallServer& operator=(SmallServer const&) = delete;

    std::uint16_t port() const { return port_; }
    int connections() const { return connections_; }
    int requests() const { return requests_; }

private:
    struct Line;
    void listen();
    void loop();
    void serve(Line& line);

    SmallServerSettings settings_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<int> connections_ = 0;
    std::atomic<int> requests_ = 0;
    std::atomic<bool> stopping_ = false;
    std::jthread thread_;
};

/// "HTTP/1.1 STATUS x" with Content-Length and the body.
std::string answer_of(int status, std::string const& body, std::string const& more_headers = {});

}  // namespace himsog::sync
