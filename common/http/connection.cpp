#include "common/http/connection.hpp"

#include <boost/asio/buffer.hpp>

#include <sys/socket.h>

#include <algorithm>
#include <utility>

namespace himsog::http {
namespace {

constexpr std::size_t read_size = 16 * 1024 + 512;          // a TLS record and a little
constexpr std::size_t unread_limit = 64 * 1024;             // nothing more is received beside a stream
constexpr std::size_t linger_bytes = std::size_t{1} << 20;  // thrown away at most
constexpr std::chrono::milliseconds linger_time{2'000};

int family_of(int socket) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
    return address.ss_family;
}

std::optional<std::time_t> now_of(Settings const& settings) {
    if (!settings.verification_time) return std::nullopt;
    return settings.verification_time();
}

}  // namespace

Task<void> Signal::wait() {
    if (!raised_) {
        auto keep = [this](auto handler) { waiter_.emplace(std::move(handler)); };
        co_await asio::async_initiate<asio::use_awaitable_t<Executor> const, void()>(keep, awaiting);
    }
    raised_ = false;
}

void Signal::raise() {
    raised_ = true;
    if (!waiter_) return;
    auto waiter = std::move(*waiter_);
    waiter_.reset();
    std::move(waiter)();
}

Connection::Connection(asio::io_context& io, int socket, std::shared_ptr<TlsContext const> tls, Settings const& settings, Clock& clock)
    : settings_{settings}, clock_{clock}, socket_{io.get_executor()}, open_{tls == nullptr}, raw_(read_size) {
    if (tls) tls_ = std::make_unique<TlsEngine>(std::move(tls), now_of(settings));
    socket_.assign(asio::generic::stream_protocol{family_of(socket), 0}, socket);  // last: from here on the socket is ours to close
    socket_.non_blocking(true);
}

Task<bool> Connection::shake_hands() {
    while (!open_) {
        bool const more = co_await fill();
        if (!more) co_return false;
    }
    co_return true;
}

void Connection::take(std::size_t count) {
    taken_ += count;
    if (taken_ < in_.size()) return;
    in_.clear();
    taken_ = 0;
}

/// What is in raw_ goes to in_, decrypted. TLS's replies go to late_, because out_ may be on its way.
bool Connection::accept_bytes(std::size_t count) {
    if (taken_ > 0) in_.erase(0, std::exchange(taken_, 0));
    std::string_view const received{raw_.data(), count};
    if (!tls_) {
        in_.append(received);
        return true;
    }
    auto const before = in_.size();
    auto const state = tls_->receive(received, in_, late_);
    if (state == TlsEngine::State::open || state == TlsEngine::State::closed) open_ = true;  // a hasty peer has said all it will say
    if (state == TlsEngine::State::closed || state == TlsEngine::State::failed) ended_ = true;
    return !ended_ || in_.size() > before;
}

Task<bool> Connection::fill() {
    if (ended_) co_return false;
    auto const [error, count] = co_await socket_.async_receive(asio::buffer(raw_), awaiting_with_error);
    if (error) {
        ended_ = true;
        co_return false;
    }
    progress(count);
    bool const useful = accept_bytes(count);
    if (!late_.empty()) co_await flush();
    co_return useful;
}

bool Connection::receive_now() {
    boost::system::error_code error;
    while (!ended_) {
        auto const count = socket_.receive(asio::buffer(raw_), 0, error);
        if (error == asio::error::would_block) return true;
        if (error) ended_ = true;
        else accept_bytes(count);
        if (unread().size() > unread_limit) return true;
    }
    return false;
}

void Connection::watch(std::function<void()> changed) {
    watched_ = true;
    if (watching_ || ended_ || unread().size() > unread_limit) return;
    watching_ = true;
    socket_.async_wait(Socket::wait_read, [this, changed = std::move(changed)](boost::system::error_code const& error) {
        if (error == asio::error::operation_aborted) return;
        watching_ = false;
        if (!watched_) return;
        receive_now();
        changed();
    });
}

void Connection::unwatch() {
    watched_ = false;
    if (!std::exchange(watching_, false)) return;
    boost::system::error_code ignored;
    socket_.cancel(ignored);
}

void Connection::put(std::string_view plain) {
    if (!late_.empty()) out_.append(std::exchange(late_, {}));
    if (tls_) tls_->send(plain, out_);
    else out_.append(plain);
}

/// One attempt without waiting: nearly always all that is needed.
bool Connection::send_now() {
    boost::system::error_code error;
    auto const count = socket_.send(asio::buffer(out_.data() + sent_, out_.size() - sent_), MSG_NOSIGNAL, error);
    sent_ += error ? 0 : count;
    return !error || error == asio::error::would_block;
}

Task<bool> Connection::flush() {
    if (!late_.empty()) out_.append(std::exchange(late_, {}));
    if (!out_.empty() && !send_now()) ended_ = true;
    while (sent_ < out_.size() && socket_.is_open()) {
        auto const rest = asio::buffer(out_.data() + sent_, out_.size() - sent_);
        auto const [error, count] = co_await socket_.async_send(rest, awaiting_with_error);
        if (error) break;
        sent_ += count;
        progress(count);
    }
    bool const whole = sent_ == out_.size();
    out_.clear();
    sent_ = 0;
    if (!whole) ended_ = true;
    co_return whole;
}

Task<void> Connection::close_gently() {
    limit(linger_time);
    put({});
    if (tls_) tls_->close(out_);
    bool const sent = co_await flush();
    boost::system::error_code error;
    if (sent) socket_.shutdown(Socket::shutdown_send, error);
    for (std::size_t thrown = 0; sent && !error && thrown < linger_bytes;) {
        auto const [end, count] = co_await socket_.async_receive(asio::buffer(raw_), awaiting_with_error);
        error = end;
        thrown += count;
    }
    close();
}

void Connection::close() {
    boost::system::error_code ignored;
    ended_ = true;
    socket_.close(ignored);
}

void Connection::limit_transfer() {
    transfer_start_ = clock_.uptime();
    transferred_ = 0;
    progress(0);
}

void Connection::progress(std::size_t count) {
    if (transfer_start_ == Micros{}) return;
    transferred_ += count;
    auto const earned = std::chrono::milliseconds{transferred_ * 1000 / std::max<std::size_t>(settings_.min_rate, 1)};
    deadline_ = transfer_start_ + settings_.transfer_grace + earned;
}

void Connection::release_buffers() {
    if (out_.empty()) std::string{}.swap(out_);
    if (in_.empty()) std::string{}.swap(in_);
}

}  // namespace himsog::http
