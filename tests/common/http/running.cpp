#include "tests/common/http/running.hpp"

#include <unistd.h>

#include <atomic>
#include <filesystem>

namespace himsog::http::testing {
namespace {

std::string fresh_socket_path() {
    static std::atomic<int> number = 0;
    auto const name = "himsog-test-" + std::to_string(::getpid()) + '-' + std::to_string(number++);
    return (std::filesystem::temp_directory_path() / name).string();
}

}  // namespace

Settings quick() {
    Settings settings;
    settings.tick = std::chrono::milliseconds{20};
    settings.stop = std::chrono::milliseconds{2'000};
    return settings;
}

void KeptLines::add(std::string_view line) {
    std::lock_guard const lock{mutex_};
    lines_.emplace_back(line);
}

std::string KeptLines::wait_for(std::string_view text) const {
    auto const end = std::chrono::steady_clock::now() + std::chrono::seconds{5};
    while (std::chrono::steady_clock::now() < end) {
        {
            std::lock_guard const lock{mutex_};
            for (auto line = lines_.rbegin(); line != lines_.rend(); ++line)
                if (line->find(text) != std::string::npos) return *line;
        }
        std::this_thread::yield();
    }
    return {};
}

Running::Running(std::vector<Route> routes, Settings settings, std::size_t threads)
    : Running{Router{std::move(routes)}, std::move(settings), threads} {}

Running::Running(Router router, Settings settings, std::size_t threads)
    : log{clock, [this](std::string_view line) { lines.add(line); }}, server{std::move(settings), std::move(router), log, clock, random} {
    port = server.listen_https("127.0.0.1", 0, authority.server());
    mtls_port = server.listen_https("127.0.0.1", 0, authority.server(), true);
    socket_path = fresh_socket_path();
    server.listen_unix(socket_path);
    thread_ = std::thread{[this, threads] { server.run(threads); }};
}

Running::~Running() { stop(); }

void Running::stop() {
    server.stop();
    if (thread_.joinable()) thread_.join();
}

}  // namespace himsog::http::testing
