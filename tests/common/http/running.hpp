/// A server on the loopback interface for one test.
#pragma once

#include "common/http/server.hpp"
#include "tests/common/http/certificates.hpp"
#include "tests/common/http/client.hpp"

#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace himsog::http::testing {

/// Small limits, so that a test of a timeout takes tenths of a second.
Settings quick();

/// Lines of a log, kept.
class KeptLines {
public:
    void add(std::string_view line);
    /// The last line that holds `text`, or "". Waits up to 5 s for it: a line is written after its answer was sent.
    std::string wait_for(std::string_view text) const;

private:
    mutable std::mutex mutex_;
    std::vector<std::string> lines_;
};

class Running {
public:
    explicit Running(std::vector<Route> routes, Settings settings = quick(), std::size_t threads = 2);
    explicit Running(Router router, Settings settings = quick(), std::size_t threads = 2);
    ~Running();

    Client client() { return Client{port, authority.certificate()}; }
    /// Stops and waits for the end.
    void stop();

    Authority authority;
    SystemClock clock;
    SystemRandom random;
    KeptLines lines;
    Log log;
    Server server;
    std::uint16_t port = 0;
    std::uint16_t mtls_port = 0;
    std::string socket_path;

private:
    std::thread thread_;
};

}  // namespace himsog::http::testing
