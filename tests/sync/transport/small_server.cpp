#include "tests/sync/transport/small_server.hpp"

#include "common/crypto/openssl.hpp"

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

namespace himsog::sync {
namespace {

using ContextOwner = crypto::Owned<SSL_CTX, SSL_CTX_free>;
using SslOwner = crypto::Owned<SSL, SSL_free>;

ContextOwner tls_of(SmallServerSettings const& settings) {
    if (settings.key.empty()) return nullptr;
    ContextOwner context{SSL_CTX_new(TLS_server_method())};
    auto const key = crypto::read_key(settings.key);
    crypto::must(SSL_CTX_use_certificate(context.get(), crypto::read_certificate(settings.chain.front()).get()) == 1, "certificate");
    crypto::must(SSL_CTX_use_PrivateKey(context.get(), key.get()) == 1, "key");
    for (std::size_t i = 1; i < settings.chain.size(); ++i)
        SSL_CTX_add0_chain_cert(context.get(), crypto::read_certificate(settings.chain[i]).release());
    SSL_CTX_set_mode(context.get(), SSL_MODE_AUTO_RETRY);
    if (!settings.client_authority.empty()) {
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), crypto::read_certificate(settings.client_authority).get());
        SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    }
    return context;
}

}  // namespace

/// A connection, with or without TLS. Reading waits for octets and looks every 20 ms whether the server stops.
struct SmallServer::Line {
    int socket;
    SslOwner ssl;
    std::atomic<bool> const& stopping;

    Line(int accepted, SSL_CTX* context, std::atomic<bool> const& stop) : socket{accepted}, stopping{stop} {
        if (context == nullptr) return;
        ssl.reset(SSL_new(context));
        SSL_set_fd(ssl.get(), socket);
    }
    ~Line() { ::close(socket); }
    Line(Line const&) = delete;
    Line& operator=(Line const&) = delete;

    bool wait() const {
        pollfd waiting{socket, POLLIN, 0};
        while (!stopping)
            if (::poll(&waiting, 1, 20) > 0) return true;
        return false;
    }
    bool shake_hands() { return !ssl || (wait() && SSL_accept(ssl.get()) == 1); }
    bool read(std::string& out) {
        char buffer[16384];
        if (!(ssl && SSL_pending(ssl.get()) > 0) && !wait()) return false;
        auto const count = ssl ? SSL_read(ssl.get(), buffer, sizeof buffer) : static_cast<int>(::recv(socket, buffer, sizeof buffer, 0));
        if (count <= 0) return false;
        out.append(buffer, static_cast<std::size_t>(count));
        return true;
    }
    bool write(std::string const& text) {
        auto const size = static_cast<int>(text.size());
        return ssl ? SSL_write(ssl.get(), text.data(), size) == size : ::send(socket, text.data(), text.size(), MSG_NOSIGNAL) == size;
    }
};

SmallServer::SmallServer(SmallServerSettings settings) : settings_{std::move(settings)} {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
    listen();
    thread_ = std::jthread{[this] { loop(); }};
}

SmallServer::~SmallServer() {
    stopping_ = true;
    thread_.join();
    ::close(listener_);
}

void SmallServer::listen() {
    sockaddr_in inet{};
    sockaddr_un local{};
    inet.sin_family = AF_INET;
    inet.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    local.sun_family = AF_UNIX;
    std::strncpy(local.sun_path, settings_.unix_socket.c_str(), sizeof local.sun_path - 1);
    bool const is_local = !settings_.unix_socket.empty();
    auto* const address = is_local ? reinterpret_cast<sockaddr*>(&local) : reinterpret_cast<sockaddr*>(&inet);
    socklen_t size = is_local ? sizeof local : sizeof inet;
    listener_ = ::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    crypto::must(::bind(listener_, address, size) == 0 && ::listen(listener_, 8) == 0, "the test's server cannot listen");
    if (!is_local && ::getsockname(listener_, address, &size) == 0) port_ = ntohs(inet.sin_port);
}

void SmallServer::loop() {
    auto const context = tls_of(settings_);
    pollfd waiting{listener_, POLLIN, 0};
    while (!stopping_) {
        if (::poll(&waiting, 1, 20) <= 0) continue;
        Line line{::accept(listener_, nullptr, nullptr), context.get(), stopping_};
        ++connections_;
        if (line.shake_hands()) serve(line);
        ERR_clear_error();
    }
}

void SmallServer::serve(Line& line) {
    std::string text;
    while (true) {
        auto head = text.find("\r\n\r\n");
        while (head == std::string::npos) {
            if (!line.read(text)) return;
            head = text.find("\r\n\r\n");
        }
        auto const length = text.find("Content-Length: ");
        auto const size = length < head ? std::stoul(text.substr(length + 16)) : 0;
        while (text.size() < head + 4 + size)
            if (!line.read(text)) return;
        ++requests_;
        auto const answer = settings_.answer(text.substr(head + 4, size));
        text.erase(0, head + 4 + size);
        if (!answer.empty() && !line.write(answer)) return;
    }
}

std::string answer_of(int status, std::string const& body, std::string const& more_headers) {
    return "HTTP/1.1 " + std::to_string(status) + " x\r\n" + more_headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           body;
}

}  // namespace himsog::sync
