#include "tests/bench/load/load.hpp"

#include "tests/bench/load/answer.hpp"

#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <csignal>
#include <memory>
#include <stdexcept>

namespace himsog::load {
namespace {

using Time = std::chrono::steady_clock;

template <auto function> struct Free {
    template <class T> void operator()(T* object) const { function(object); }
};

std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>> client_context(std::string const& ca_pem) {
    std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>> context{SSL_CTX_new(TLS_client_method())};
    std::unique_ptr<BIO, Free<BIO_free_all>> const reader{BIO_new_mem_buf(ca_pem.data(), static_cast<int>(ca_pem.size()))};
    std::unique_ptr<X509, Free<X509_free>> const ca{PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr)};
    if (!context || !ca) throw std::runtime_error{"load: the CA certificate cannot be read"};
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), ca.get());
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_read_ahead(context.get(), 1);  // with the next line: one receive call for a whole answer
    SSL_CTX_set_default_read_buffer_len(context.get(), std::size_t{64} * 1024);
    SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return context;
}

int connect_to(Settings const& settings) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(settings.port);
    if (::inet_pton(AF_INET, settings.host.c_str(), &address.sin_addr) != 1)
        throw std::runtime_error{"load: the host must be an IPv4 address"};
    auto const socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int const on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(socket, reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0) return socket;
    ::close(socket);
    throw std::runtime_error{"load: nobody listens at the port"};
}

/// One keep-alive connection. The handshake blocks, before the measuring begins; the rest does not.
class Connection {
public:
    Connection(SSL_CTX* context, Settings const& settings) : socket_{connect_to(settings)}, ssl_{SSL_new(context)} {
        SSL_set_fd(ssl_.get(), socket_);
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), settings.host.c_str());
        bool const trusted = SSL_connect(ssl_.get()) == 1;
        if (!trusted) ::close(socket_);
        if (!trusted) throw std::runtime_error{"load: no TLS connection"};
        ::fcntl(socket_, F_SETFL, ::fcntl(socket_, F_GETFL) | O_NONBLOCK);
    }
    ~Connection() { ::close(socket_); }
    Connection(Connection const&) = delete;
    Connection& operator=(Connection const&) = delete;

    int socket() const { return socket_; }
    int status() const { return answer_.status(); }
    Time::time_point begun() const { return begun_; }
    std::uint64_t bytes() const { return bytes_; }

    bool begin(std::string_view request, Time::time_point now) {
        request_ = request;
        begun_ = now;
        bytes_ = 0;
        answer_.reset();
        return send();
    }
    /// False when the connection is of no more use.
    bool send() {
        while (!request_.empty()) {
            auto const count = SSL_write(ssl_.get(), request_.data(), static_cast<int>(request_.size()));
            if (count <= 0) return SSL_get_error(ssl_.get(), count) == SSL_ERROR_WANT_WRITE;
            request_.remove_prefix(static_cast<std::size_t>(count));
        }
        return true;
    }
    AnswerCounter::State receive() {
        static std::array<char, 16 * 1024> piece;  // the most a TLS record holds; one thread
        while (true) {
            auto const count = SSL_read(ssl_.get(), piece.data(), static_cast<int>(piece.size()));
            if (count <= 0)
                return SSL_get_error(ssl_.get(), count) == SSL_ERROR_WANT_READ ? AnswerCounter::State::reading
                                                                               : AnswerCounter::State::broken;
            bytes_ += static_cast<std::uint64_t>(count);
            auto const state = answer_.take({piece.data(), static_cast<std::size_t>(count)});
            if (state != AnswerCounter::State::reading) return state;
        }
    }

private:
    int socket_;
    std::unique_ptr<SSL, Free<SSL_free>> ssl_;
    std::string_view request_;  // what is left to send
    Time::time_point begun_;
    std::uint64_t bytes_ = 0;
    AnswerCounter answer_;
};

/// A connection with its place in a group.
struct Client {
    Group const* group = nullptr;
    Result* result = nullptr;
    std::size_t number = 0;  // in its group
    std::uint64_t sent = 0;
    std::unique_ptr<Connection> connection;
};

class Run {
public:
    Run(Settings const& settings, std::vector<Group> const& groups)
        : settings_{settings}, context_{client_context(settings.ca_pem)}, epoll_{::epoll_create1(EPOLL_CLOEXEC)}, results_(groups.size()) {
        std::signal(SIGPIPE, SIG_IGN);
        for (std::size_t g = 0; g < groups.size(); ++g) {
            results_[g].name = groups[g].name;
            for (std::size_t i = 0; i < groups[g].connections; ++i) clients_.push_back({&groups[g], &results_[g], i, 0, nullptr});
        }
    }
    ~Run() { ::close(epoll_); }
    Run(Run const&) = delete;
    Run& operator=(Run const&) = delete;

    std::vector<Result> measure() {
        for (auto& client : clients_) connect(client);
        auto const start = Time::now();
        auto const end = start + std::chrono::duration_cast<Time::duration>(std::chrono::duration<double>{settings_.seconds});
        for (auto& client : clients_) next(client, Time::now());
        std::array<epoll_event, 256> events{};
        while (Time::now() < end) {
            auto const count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 10);
            std::for_each(events.begin(), events.begin() + std::max(count, 0),
                          [this](epoll_event const& event) { step(*static_cast<Client*>(event.data.ptr), event.events); });
        }
        std::chrono::duration<double> const took = Time::now() - start;
        for (auto& result : results_) result.seconds = took.count();
        return std::move(results_);
    }

private:
    void connect(Client& client) {
        client.connection = std::make_unique<Connection>(context_.get(), settings_);
        epoll_event event{};
        event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
        event.data.ptr = &client;
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, client.connection->socket(), &event);
    }

    void next(Client& client, Time::time_point now) {
        auto const request = client.group->request(client.number, client.sent++);
        if (!client.connection->begin(request, now)) fail(client);
    }

    void step(Client& client, std::uint32_t events) {
        if (!client.connection) return;
        if (!client.connection->send()) return fail(client);
        auto const state = client.connection->receive();
        bool const ended = (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;  // told once: a later request would wait for ever
        if (state == AnswerCounter::State::reading && !ended) return;
        if (state != AnswerCounter::State::complete) return fail(client);
        auto const now = Time::now();
        auto const took = std::chrono::duration_cast<std::chrono::microseconds>(now - client.connection->begun());
        client.result->latency.add(static_cast<std::uint64_t>(took.count()));
        client.result->bytes += client.connection->bytes();
        ++client.result->statuses[client.connection->status()];
        if (ended) fail(client);
        else next(client, now);
    }

    /// A fresh connection takes over; when there is none to be had, this client is out.
    void fail(Client& client) {
        ++client.result->failures;
        client.connection.reset();
        try {
            connect(client);
        } catch (std::runtime_error const&) {
            return;
        }
        if (!client.connection->begin(client.group->request(client.number, client.sent++), Time::now())) client.connection.reset();
    }

    Settings const& settings_;
    std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>> context_;
    int const epoll_;
    std::vector<Result> results_;
    std::vector<Client> clients_;
};

}  // namespace

void Histogram::add(std::uint64_t micros) {
    auto const shift = std::max<std::size_t>(std::bit_width(micros), 6) - 6;  // 32 to 63 steps of 2^shift
    auto const bucket = shift * steps + static_cast<std::size_t>(micros >> shift);
    ++buckets_[std::min(bucket, buckets_.size() - 1)];
    ++count_;
    max_ = std::max(max_, micros);
}

std::uint64_t Histogram::quantile(double share) const {
    auto const wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < buckets_.size() && count_ > 0; ++bucket) {
        seen += buckets_[bucket];
        if (seen < wanted || seen == 0) continue;
        auto const shift = bucket < 2 * steps ? 0 : bucket / steps - 1;
        auto const last = ((std::uint64_t{bucket} - shift * steps + 1) << shift) - 1;  // the largest latency of the bucket
        return std::min(last, max_);
    }
    return max_;
}

std::uint64_t Result::successes() const {
    std::uint64_t sum = 0;
    for (auto const& [status, count] : statuses)
        if (status >= 200 && status < 300) sum += count;
    return sum;
}

std::vector<Result> run(Settings const& settings, std::vector<Group> const& groups) { return Run{settings, groups}.measure(); }

Result run(Settings const& settings, Request const& request) {
    return run(settings, {Group{"all", settings.connections, request}}).front();
}

}  // namespace himsog::load
