/// One socket: bytes in and out, TLS, deadlines. Internal to common/http: the only header that sees Asio, included by its own .cpp files.
#pragma once

#include "common/base/clock.hpp"
#include "common/http/server.hpp"
#include "common/http/tls.hpp"

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace himsog::http {

namespace asio = boost::asio;
using Executor = asio::io_context::executor_type;
template <class T> using Task = asio::awaitable<T, Executor>;
inline constexpr asio::use_awaitable_t<Executor> awaiting{};
inline constexpr auto awaiting_with_error = asio::as_tuple(awaiting);  // no exceptions for what the network does

/// A flag that a coroutine of the same thread waits for.
class Signal {
public:
    Task<void> wait();
    void raise();

private:
    std::optional<asio::any_completion_handler<void()>> waiter_;  // optional: in Boost 1.81 assigning one never ends
    bool raised_ = false;
};

/// Thread rule: the thread of `io`.
class Connection {
public:
    /// Owns `socket`, a non-blocking descriptor. `tls` null = plain.
    Connection(asio::io_context& io, int socket, std::shared_ptr<TlsContext const> tls, Settings const& settings, Clock& clock);

    /// True when the handshake is done.
    Task<bool> shake_hands();
    TlsEngine const* tls() const { return tls_.get(); }

    /// Plain bytes received and not yet taken.
    std::string_view unread() const { return std::string_view{in_}.substr(taken_); }
    void take(std::size_t count);
    /// Waits for more; false when there will be none. True does not promise plain bytes: TLS may have taken them.
    Task<bool> fill();
    /// What is there now, without waiting; false when the peer has gone. While no fill() is under way.
    bool receive_now();
    /// Calls `changed`, which keeps this alive, when the peer sends something or goes, until unwatch(): for streams that wait.
    void watch(std::function<void()> changed);
    void unwatch();

    /// Queues plain bytes; flush() sends what is queued, false when the peer has gone.
    void put(std::string_view plain);
    Task<bool> flush();

    /// Ends the conversation so that the last answer arrives even when the peer was still sending.
    Task<void> close_gently();
    /// Ends it now; whoever waits gets false.
    void close();
    bool ended() const { return ended_; }

    /// From now on, for at most this long.
    void limit(std::chrono::milliseconds span) {
        deadline_ = clock_.uptime() + span;
        transfer_start_ = {};
    }
    /// From now on, at least min_rate after a grace.
    void limit_transfer();
    bool late(Micros now) const { return now >= deadline_; }
    /// Gives back what an idle connection does not need.
    void release_buffers();

private:
    bool accept_bytes(std::size_t count);
    bool send_now();
    void progress(std::size_t count);

    using Socket = asio::basic_stream_socket<asio::generic::stream_protocol, Executor>;
    Settings const& settings_;
    Clock& clock_;
    Socket socket_;
    std::unique_ptr<TlsEngine> tls_;
    bool open_ = false;      // the handshake is done, or there is none
    bool ended_ = false;     // the peer sends no more
    std::vector<char> raw_;  // as received
    std::string in_;         // plain
    std::size_t taken_ = 0;  // of in_
    std::string out_;        // as to be sent
    std::size_t sent_ = 0;   // of out_
    std::string late_;       // TLS's own replies made while out_ was being sent
    bool watched_ = false;
    bool watching_ = false;
    Micros deadline_{};
    Micros transfer_start_{};
    std::size_t transferred_ = 0;
};

}  // namespace himsog::http
