#include "common/http/session.hpp"

#include "common/http/connection.hpp"
#include "common/http/exchange.hpp"
#include "common/http/framing.hpp"
#include "common/http/mailbox.hpp"
#include "common/http/problem.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>
#include <vector>

namespace himsog::http {
namespace {

constexpr std::size_t record = 16 * 1024;  // what TLS sends in one piece
constexpr std::size_t slice = 64 * 1024;   // of a body, encrypted and sent at a time
constexpr std::chrono::milliseconds source_poll{1'000};

/// One chunk of a chunked answer.
std::string chunk_of(std::string_view piece) {
    std::array<char, 24> size{};
    auto const end = std::to_chars(size.data(), size.data() + size.size(), piece.size(), 16).ptr;
    std::string chunk;
    chunk.reserve(piece.size() + 24);
    return chunk.append(size.data(), end).append("\r\n").append(piece).append("\r\n");
}

}  // namespace

/// One connection's conversation. Thread rule: its I/O thread.
class Session : public std::enable_shared_from_this<Session> {
public:
    Session(Sessions& home, Accepted accepted);
    void begin();
    void tick(Micros now);
    void finish();
    void abort();

private:
    enum class Phase { handshake, between, head, body, handler, stream_waits, answer, closing };

    static Task<void> converse(std::shared_ptr<Session> self);
    Task<void> run();
    Task<bool> serve_one();
    Task<bool> read_head();
    Task<bool> read_body();
    Task<bool> handle();
    Task<bool> answer();
    Task<bool> stream();
    void enter(Phase phase, std::chrono::milliseconds span);
    bool admit_client();
    void begin_exchange(HeadCheck const& head);
    std::string_view begin_answer();

    Sessions& home_;
    SessionShared const& shared_;
    Router const& router_;
    bool const needs_client_;
    Peer peer_;
    Connection connection_;
    Signal signal_;
    std::shared_ptr<Doorbell> bell_;
    std::shared_ptr<Inbox> inbox_;
    Phase phase_ = Phase::handshake;
    std::optional<Exchange> exchange_;  // the request in hand
    std::uint64_t number_ = 0;          // of its answer in the inbox
    bool first_ = true;                 // no request yet
    bool aborted_ = false;
};

Session::Session(Sessions& home, Accepted accepted)
    : home_{home},
      shared_{home.shared_},
      router_{*accepted.router},
      needs_client_{accepted.needs_client_certificate},
      peer_{std::move(accepted.peer), std::nullopt, {}},
      connection_{home.io_, accepted.socket, std::move(accepted.tls), shared_.settings, shared_.clock} {}

void Session::begin() {
    bell_ = std::make_shared<Doorbell>([&io = home_.io_, weak = weak_from_this()] {
        asio::post(io, [weak] {
            if (auto const session = weak.lock()) session->signal_.raise();
        });
    });
    inbox_ = std::make_shared<Inbox>(bell_);
    asio::co_spawn(home_.io_, converse(shared_from_this()), asio::detached);
}

Task<void> Session::converse(std::shared_ptr<Session> self) {
    try {
        co_await self->run();
    } catch (std::exception const& error) {
        self->shared_.log.error("http.session_failed", {{"error", told_by(error)}});
    }
    self->connection_.close();
    self->bell_->remove();
    self->inbox_->expect();
    self->shared_.ended(self->peer_.address);
    self->home_.sessions_.erase(self);
}

void Session::enter(Phase phase, std::chrono::milliseconds span) {
    phase_ = phase;
    connection_.limit(span);
}

/// Deadlines of all phases.
void Session::tick(Micros now) {
    if (phase_ == Phase::between) connection_.release_buffers();
    if (!connection_.late(now)) return;
    if (phase_ == Phase::handler) {
        exchange_->end_connection();
        inbox_->deliver(number_, render(Problem{ProblemKind::unavailable, "This took too long. Try again in a moment."}), {});
        enter(Phase::handler, shared_.settings.handler);
    } else if (phase_ == Phase::stream_waits) {
        connection_.limit(source_poll);
        signal_.raise();
    } else {
        connection_.close();
    }
}

void Session::finish() {
    if (phase_ == Phase::between) connection_.close();
    else if (phase_ == Phase::stream_waits) signal_.raise();
}

void Session::abort() {
    aborted_ = true;
    connection_.close();
    signal_.raise();
}

Task<void> Session::run() {
    enter(Phase::handshake, shared_.settings.handshake);
    bool going = co_await connection_.shake_hands();
    if (going && !admit_client()) going = false;
    while (going) going = co_await serve_one();
    phase_ = Phase::closing;
    if (!connection_.ended()) co_await connection_.close_gently();
}

bool Session::admit_client() {
    if (!needs_client_) return true;
    peer_.site = connection_.tls()->client_site();
    peer_.serial = connection_.tls()->client_serial();
    auto const& accepts = shared_.settings.accept_client;
    if (peer_.site && (!accepts || accepts(*peer_.site, peer_.serial))) return true;
    shared_.log.warning("http.client_refused", {{"site", peer_.site.value_or(0)}, {"serial", peer_.serial}});
    return false;
}

/// True when the connection goes on to another request.
Task<bool> Session::serve_one() {
    bool going = co_await read_head();
    if (going && !exchange_->body_done()) going = co_await read_body();
    if (going && !exchange_->answer_from_router()) going = co_await handle();
    if (going) going = co_await answer();
    exchange_.reset();
    co_return going;
}

/// Opens the exchange; false when there is no further request.
Task<bool> Session::read_head() {
    enter(Phase::between, first_ ? shared_.settings.head : shared_.settings.idle);
    first_ = false;
    while (true) {
        auto const bytes = connection_.unread();
        if (!bytes.empty() && phase_ == Phase::between) enter(Phase::head, shared_.settings.head);
        auto const check = check_head(bytes);
        if (check.state != HeadCheck::State::incomplete) {
            begin_exchange(check);
            co_return true;
        }
        if (home_.finishing_ && bytes.empty()) co_return false;
        bool const more = co_await connection_.fill();
        if (!more) co_return false;
    }
}

void Session::begin_exchange(HeadCheck const& head) {
    auto const milliseconds = shared_.clock.now().us / 1000;
    auto request_id = Uuid::v7(milliseconds, home_.random_.bytes(10)).text();
    if (head.state == HeadCheck::State::refused)
        shared_.log.info("http.refused", {{"reason", head.reason}, {"peer", peer_.address}, {"request_id", request_id}});

    exchange_.emplace(router_, shared_.log, shared_.clock, std::move(request_id));
    if (head.state == HeadCheck::State::refused) return exchange_->refuse(Problem{ProblemKind::bad_request, "Malformed request."});
    exchange_->begin(connection_.unread().substr(0, head.size), peer_);
    connection_.take(head.size);
}

/// False when the connection is gone.
Task<bool> Session::read_body() {
    phase_ = Phase::body;
    connection_.limit_transfer();
    if (exchange_->wants_continue() && connection_.unread().empty()) {
        connection_.put("HTTP/1.1 100 Continue\r\n\r\n");
        bool const sent = co_await connection_.flush();
        if (!sent) co_return false;
    }
    while (true) {
        std::size_t taken = 0;
        do {
            taken = exchange_->take_body(connection_.unread());
            connection_.take(taken);
        } while (taken > 0 && !exchange_->body_done());
        if (exchange_->body_done()) co_return true;
        bool const more = co_await connection_.fill();
        if (!more) co_return false;
    }
}

/// False when the server was stopped hard.
Task<bool> Session::handle() {
    enter(Phase::handler, shared_.settings.handler);
    number_ = exchange_->call(inbox_, shared_.pool);
    while (!aborted_) {
        if (auto answer = inbox_->take()) {
            exchange_->answer(std::move(*answer));
            co_return true;
        }
        co_await signal_.wait();
    }
    co_return false;
}

/// Queues the head and as much of the body as fits in its TLS record; what is left of the body.
std::string_view Session::begin_answer() {
    if (home_.finishing_) exchange_->end_connection();
    phase_ = Phase::answer;
    connection_.limit_transfer();

    thread_local std::string first;
    first.clear();
    exchange_->append_answer_head(first);
    auto body = exchange_->streams() ? std::string_view{} : exchange_->body();
    auto const fits = std::min(body.size(), first.size() < record ? record - first.size() : 0);
    first.append(body.substr(0, fits));
    connection_.put(first);
    return body.substr(fits);
}

/// True when the connection goes on.
Task<bool> Session::answer() {
    auto rest = begin_answer();
    bool sent = true;
    do {
        auto const part = rest.substr(0, slice);
        connection_.put(part);
        rest.remove_prefix(part.size());
        sent = co_await connection_.flush();
    } while (sent && !rest.empty());
    if (sent && exchange_->streams()) sent = co_await stream();

    exchange_->write_log_line();
    co_return sent && exchange_->keep_alive();
}

/// False when the answer could not be finished.
Task<bool> Session::stream() {
    auto& source = *exchange_->response().source;
    source.on_ready([bell = bell_] { bell->ring(); });
    while (!aborted_) {
        auto const piece = source.next();
        if (piece && piece->empty() && !home_.finishing_) {
            enter(Phase::stream_waits, source_poll);
            connection_.watch([self = shared_from_this()] { self->signal_.raise(); });
            co_await signal_.wait();
            if (connection_.ended()) break;
            continue;
        }
        connection_.unwatch();
        phase_ = Phase::answer;
        connection_.limit_transfer();
        bool const last = !piece || piece->empty();
        if (exchange_->chunked()) connection_.put(last ? std::string{"0\r\n\r\n"} : chunk_of(*piece));
        else if (!last) connection_.put(*piece);
        bool const sent = co_await connection_.flush();
        if (last || !sent) co_return sent;
    }
    connection_.unwatch();
    co_return false;
}

Sessions::Sessions(asio::io_context& io, SessionShared const& shared, std::uint64_t seed) : io_{io}, shared_{shared}, random_{seed} {}
Sessions::~Sessions() = default;

void Sessions::open(Accepted accepted) {
    auto const socket = accepted.socket;
    auto const peer = accepted.peer;
    std::shared_ptr<Session> session;
    try {
        if (!finishing_) session = std::make_shared<Session>(*this, std::move(accepted));
    } catch (std::exception const& error) {
        shared_.log.error("http.session_failed", {{"error", told_by(error)}});
    }
    if (!session) {
        ::close(socket);
        return shared_.ended(peer);
    }
    sessions_.insert(session);
    session->begin();
}

void Sessions::tick() {
    auto const now = shared_.clock.uptime();
    std::vector<std::shared_ptr<Session>> const all{sessions_.begin(), sessions_.end()};  // a session may end in its tick
    for (auto const& session : all) session->tick(now);
}

void Sessions::finish() {
    finishing_ = true;
    std::vector<std::shared_ptr<Session>> const all{sessions_.begin(), sessions_.end()};
    for (auto const& session : all) session->finish();
}

void Sessions::abort() {
    std::vector<std::shared_ptr<Session>> const all{sessions_.begin(), sessions_.end()};
    for (auto const& session : all) session->abort();
}

}  // namespace himsog::http
