#include "common/http/server.hpp"

#include "common/http/exchange.hpp"
#include "common/http/session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

namespace himsog::http {

namespace asio = boost::asio;
using Executor = asio::io_context::executor_type;
template <class T> using Task = asio::awaitable<T, Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Executor>;
template <class Protocol> using Acceptor = asio::basic_socket_acceptor<Protocol, Executor>;

namespace {

constexpr asio::use_awaitable_t<Executor> awaiting{};
constexpr auto awaiting_with_error = asio::as_tuple(awaiting);
constexpr std::chrono::milliseconds accept_pause{50};  // at the cap, and when the system has no descriptors left

thread_local std::size_t index_of_thread = 0;

std::string text_of(asio::ip::tcp::endpoint const& peer) { return peer.address().to_string(); }
std::string text_of(asio::local::stream_protocol::endpoint const&) { return {}; }

void prepare(asio::basic_stream_socket<asio::ip::tcp, Executor>& socket) {
    boost::system::error_code ignored;  // the peer may be gone already
    socket.set_option(asio::ip::tcp::no_delay{true}, ignored);
}
void prepare(asio::basic_stream_socket<asio::local::stream_protocol, Executor>&) {}

}  // namespace

std::size_t thread_index() { return index_of_thread; }
void set_thread_index(std::size_t index) { index_of_thread = index; }

/// Counts connections, in all and of each address.
class Census {
public:
    explicit Census(Settings const& settings) : settings_{settings} {}

    bool full() {
        std::lock_guard const lock{mutex_};
        return count_ >= settings_.connections;
    }
    /// False when this address has its share; it is not counted then. The Unix socket's peers have no address and no share.
    bool enter(std::string const& address) {
        std::lock_guard const lock{mutex_};
        auto& here = by_address_[address];
        if (!address.empty() && here >= settings_.connections_per_address) return false;
        ++here;
        ++count_;
        return true;
    }
    void leave(std::string const& address) {
        std::lock_guard const lock{mutex_};
        --count_;
        auto const here = by_address_.find(address);
        if (--here->second == 0) by_address_.erase(here);
    }

private:
    Settings const& settings_;
    std::mutex mutex_;
    std::size_t count_ = 0;
    std::map<std::string, std::size_t> by_address_;
};

/// An I/O thread's loop and connections.
struct IoThread {
    IoThread(SessionShared const& shared, std::uint64_t seed) : sessions{io, shared, seed}, timer{io.get_executor()} {}

    asio::io_context io{1};
    Sessions sessions;
    Timer timer;
    bool finishing = false;
    Micros abort_at{};
};

struct Server::Impl {
    Impl(Settings given, Router own, Log& to, Clock& time, Random& chance)
        : settings{std::move(given)}, router{std::move(own)}, log{to}, clock{time}, random{chance}, census{settings} {}

    struct Listener {
        Router const* router = nullptr;
        bool needs_client_certificate = false;
        std::uint16_t port = 0;
        std::shared_ptr<TlsContext const> tls;  // under `mutex`
    };

    template <class Protocol> Task<void> accept(std::shared_ptr<Acceptor<Protocol>> acceptor, Listener const& listener);
    template <class Protocol> void start(std::shared_ptr<Acceptor<Protocol>> acceptor, Listener const& listener);
    void hand_over(Accepted accepted);
    Task<void> keep_time(IoThread& thread);
    void finish(IoThread& thread);
    void begin_stop();

    Settings const settings;
    Router const router;
    Log& log;
    Clock& clock;
    Random& random;
    Census census;
    asio::io_context accepting{1};
    std::mutex mutex;  // threads, stopping, tls of listeners
    std::deque<Listener> listeners;
    std::vector<std::string> socket_files;
    std::vector<std::function<void()>> close_acceptors;  // run by the accepting thread
    std::optional<SessionShared> shared;
    std::vector<std::unique_ptr<IoThread>> threads;
    std::size_t next = 0;  // who gets the next connection
    bool stopping = false;
};

/// One coroutine for each listening socket.
template <class Protocol> Task<void> Server::Impl::accept(std::shared_ptr<Acceptor<Protocol>> acceptor, Listener const& listener) {
    Timer pause{accepting.get_executor()};
    while (acceptor->is_open()) {
        typename Protocol::endpoint peer;
        auto [error, socket] = co_await acceptor->async_accept(peer, awaiting_with_error);
        if (error && acceptor->is_open()) {
            log.warning("http.accept_failed", {{"error", error.message()}});
            pause.expires_after(accept_pause);
            co_await pause.async_wait(awaiting_with_error);
        }
        if (error) continue;

        prepare(socket);
        Accepted accepted;
        accepted.peer = text_of(peer);
        accepted.needs_client_certificate = listener.needs_client_certificate;
        accepted.router = listener.router;
        {
            std::lock_guard const lock{mutex};
            accepted.tls = listener.tls;
        }
        if (!census.enter(accepted.peer)) continue;  // closes the socket
        accepted.socket = socket.release();
        hand_over(std::move(accepted));
        while (acceptor->is_open() && census.full()) {
            pause.expires_after(accept_pause);
            co_await pause.async_wait(awaiting_with_error);
        }
    }
}

/// Round-robin, so that few connections spread evenly.
void Server::Impl::hand_over(Accepted accepted) {
    auto& thread = *threads[next++ % threads.size()];
    asio::post(thread.io, [&thread, accepted = std::move(accepted)] { thread.sessions.open(accepted); });
}

template <class Protocol> void Server::Impl::start(std::shared_ptr<Acceptor<Protocol>> acceptor, Listener const& listener) {
    acceptor->listen();
    close_acceptors.emplace_back([acceptor] {
        boost::system::error_code ignored;
        acceptor->close(ignored);
    });
    asio::co_spawn(accepting, accept<Protocol>(acceptor, listener), asio::detached);
}

/// Ends when the server stops and the thread's last connection has gone.
Task<void> Server::Impl::keep_time(IoThread& thread) {
    while (!thread.finishing || !thread.sessions.empty()) {
        thread.timer.expires_after(thread.finishing ? std::min(settings.tick, accept_pause) : settings.tick);
        co_await thread.timer.async_wait(awaiting_with_error);
        thread.sessions.tick();
        if (thread.finishing && clock.uptime() >= thread.abort_at) thread.sessions.abort();
    }
}

void Server::Impl::finish(IoThread& thread) {
    thread.finishing = true;
    thread.abort_at = clock.uptime() + settings.stop;
    thread.sessions.finish();
    thread.timer.cancel();
}

/// Called with `mutex` held.
void Server::Impl::begin_stop() {
    asio::post(accepting, [this] {
        for (auto const& close : close_acceptors) close();
    });
    for (auto const& thread : threads) asio::post(thread->io, [this, &thread = *thread] { finish(thread); });
}

Server::Server(Settings settings, Router router, Log& log, Clock& clock, Random& random)
    : impl_{std::make_unique<Impl>(std::move(settings), std::move(router), log, clock, random)} {}

Server::~Server() = default;

std::uint16_t Server::listen_https(std::string const& address, std::uint16_t port, TlsMaterial const& material,
                                   bool require_client_certificate, Router const* router) {
    Impl::Listener listener;
    listener.router = router != nullptr ? router : &impl_->router;
    listener.needs_client_certificate = require_client_certificate;
    listener.tls = std::make_shared<TlsContext const>(material, require_client_certificate);

    asio::ip::tcp::endpoint const at{asio::ip::make_address(address), port};
    auto acceptor = std::make_shared<Acceptor<asio::ip::tcp>>(impl_->accepting.get_executor(), at.protocol());
    acceptor->set_option(asio::socket_base::reuse_address{true});
    acceptor->bind(at);
    listener.port = acceptor->local_endpoint().port();
    impl_->start(acceptor, impl_->listeners.emplace_back(std::move(listener)));
    return impl_->listeners.back().port;
}

void Server::listen_unix(std::string const& path, Router const* router) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) == 0) {
        if (!S_ISSOCK(found.st_mode)) throw std::runtime_error{"there is something else than a socket at " + path};
        ::unlink(path.c_str());  // of a process that was killed
    }
    asio::local::stream_protocol::endpoint const at{path};
    auto acceptor = std::make_shared<Acceptor<asio::local::stream_protocol>>(impl_->accepting.get_executor(), at.protocol());
    acceptor->bind(at);
    if (::chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0) throw std::runtime_error{"cannot protect " + path};  // before anybody can connect

    Impl::Listener listener;
    listener.router = router != nullptr ? router : &impl_->router;
    impl_->socket_files.push_back(path);
    impl_->start(acceptor, impl_->listeners.emplace_back(std::move(listener)));
}

void Server::replace_tls(std::uint16_t port, TlsMaterial const& material) {
    for (auto& listener : impl_->listeners) {
        if (listener.port != port) continue;
        auto fresh = std::make_shared<TlsContext const>(material, listener.needs_client_certificate);
        std::lock_guard const lock{impl_->mutex};
        listener.tls = std::move(fresh);
    }
}

void Server::run(std::size_t threads) {
    auto& impl = *impl_;
    Pool pool{impl.settings.pool_threads, impl.settings.pool_queue, threads};
    impl.shared.emplace(
        SessionShared{impl.settings, impl.log, impl.clock, pool, [&impl](std::string const& peer) { impl.census.leave(peer); }});
    {
        std::lock_guard const lock{impl.mutex};
        for (std::size_t i = 0; i < threads; ++i) impl.threads.push_back(std::make_unique<IoThread>(*impl.shared, impl.random.next()));
        if (impl.stopping) impl.begin_stop();
    }
    std::vector<std::thread> running;
    for (std::size_t i = 0; i < threads; ++i) {
        running.emplace_back([&impl, &thread = *impl.threads[i], i] {
            set_thread_index(i);
            asio::co_spawn(thread.io, impl.keep_time(thread), asio::detached);
            thread.io.run();
        });
    }
    impl.accepting.run();  // this thread accepts
    for (auto& thread : running) thread.join();
    for (auto const& thread : impl.threads) {  // connections that were handed over too late are closed
        thread->io.restart();
        thread->io.poll();
    }
    for (auto const& path : impl.socket_files) ::unlink(path.c_str());
}

void Server::stop() {
    std::lock_guard const lock{impl_->mutex};
    if (!std::exchange(impl_->stopping, true)) impl_->begin_stop();
}

}  // namespace himsog::http
