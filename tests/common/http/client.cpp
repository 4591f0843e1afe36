#include "tests/common/http/client.hpp"

#include "common/http/message.hpp"

#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <csignal>
#include <cstring>
#include <stdexcept>

namespace himsog::http::testing {
namespace {

BIO* reader_of(std::string const& pem) { return BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())); }

X509* certificate_of(std::string const& pem) {
    auto* reader = reader_of(pem);
    auto* certificate = PEM_read_bio_X509(reader, nullptr, nullptr, nullptr);
    BIO_free(reader);
    return certificate;
}

void identify(SSL_CTX* context, Issued const& identity) {
    auto* certificate = certificate_of(identity.certificate);
    SSL_CTX_use_certificate(context, certificate);
    X509_free(certificate);
    auto* reader = reader_of(identity.key);
    auto* key = PEM_read_bio_PrivateKey(reader, nullptr, nullptr, nullptr);
    BIO_free(reader);
    SSL_CTX_use_PrivateKey(context, key);
    EVP_PKEY_free(key);
}

void trust(SSL_CTX* context, std::string const& ca) {
    auto* certificate = certificate_of(ca);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate);
    X509_free(certificate);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
}

int open_socket(sockaddr const* address, socklen_t size) {
    std::signal(SIGPIPE, SIG_IGN);  // a closed connection is a value here
    auto const socket = ::socket(address->sa_family, SOCK_STREAM, 0);
    timeval const limit{10, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (::connect(socket, address, size) == 0) return socket;
    ::close(socket);
    return -1;
}

}  // namespace

struct Client::Impl {
    int socket = -1;
    SSL_CTX* context = nullptr;
    SSL* ssl = nullptr;
    bool connected = false;
    bool timed_out = false;

    ~Impl() {
        SSL_free(ssl);
        SSL_CTX_free(context);
        if (socket >= 0) ::close(socket);
    }
};

std::string Answer::header(std::string_view name) const {
    for (auto const& [key, value] : fields)
        if (same_name(key, name)) return value;
    return {};
}

Client::Client(std::uint16_t port) : impl_{std::make_unique<Impl>()} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    impl_->socket = open_socket(reinterpret_cast<sockaddr const*>(&address), sizeof address);
    impl_->connected = impl_->socket >= 0;
}

Client::Client(std::uint16_t port, std::string const& ca, Issued const* identity, int tls_version) : Client{port} {
    if (impl_->socket < 0) return;

    impl_->context = SSL_CTX_new(TLS_client_method());
    if (tls_version != 0) SSL_CTX_set_min_proto_version(impl_->context, tls_version);
    if (tls_version != 0) SSL_CTX_set_max_proto_version(impl_->context, tls_version);
    if (tls_version != 0 && tls_version < TLS1_2_VERSION) SSL_CTX_set_security_level(impl_->context, 0);
    trust(impl_->context, ca);
    if (identity != nullptr) identify(impl_->context, *identity);
    impl_->ssl = SSL_new(impl_->context);
    SSL_set1_host(impl_->ssl, "localhost");
    SSL_set_fd(impl_->ssl, impl_->socket);
    impl_->connected = SSL_connect(impl_->ssl) == 1;
}

Client::Client(std::string const& socket_path) : impl_{std::make_unique<Impl>()} {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, socket_path.data(), std::min(socket_path.size(), sizeof address.sun_path - 1));
    impl_->socket = open_socket(reinterpret_cast<sockaddr const*>(&address), sizeof address);
    impl_->connected = impl_->socket >= 0;
}

Client::~Client() = default;

bool Client::connected() const { return impl_->connected; }

bool Client::send(std::string_view bytes) {
    while (!bytes.empty()) {
        auto const size = static_cast<int>(std::min<std::size_t>(bytes.size(), 1 << 20));
        auto const count =
            impl_->ssl != nullptr ? SSL_write(impl_->ssl, bytes.data(), size) : ::send(impl_->socket, bytes.data(), size, MSG_NOSIGNAL);
        if (count <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

void Client::finish_sending() {
    if (impl_->ssl != nullptr) SSL_shutdown(impl_->ssl);
    ::shutdown(impl_->socket, SHUT_WR);
}

bool Client::receive() {
    std::array<char, 16 * 1024> piece;
    auto const size = static_cast<int>(piece.size());
    auto const count =
        impl_->ssl != nullptr ? SSL_read(impl_->ssl, piece.data(), size) : ::recv(impl_->socket, piece.data(), piece.size(), 0);
    if (count > 0) in_.append(piece.data(), static_cast<std::size_t>(count));
    else
        impl_->timed_out =
            errno == EAGAIN && (impl_->ssl == nullptr || SSL_get_error(impl_->ssl, static_cast<int>(count)) == SSL_ERROR_WANT_READ);
    return count > 0;
}

std::optional<std::string> Client::take(std::size_t count) {
    while (in_.size() < count)
        if (!receive()) return std::nullopt;
    auto taken = in_.substr(0, count);
    in_.erase(0, count);
    return taken;
}

std::optional<std::string> Client::take_line() {
    auto end = in_.find("\r\n");
    for (; end == std::string::npos; end = in_.find("\r\n"))
        if (!receive()) return std::nullopt;
    auto line = in_.substr(0, end);
    in_.erase(0, end + 2);
    return line;
}

std::optional<Answer> Client::read_head() {
    auto const first = take_line();
    if (!first || first->size() < 12) return std::nullopt;
    Answer answer;
    std::from_chars(first->data() + 9, first->data() + 12, answer.status);
    while (true) {
        auto const line = take_line();
        if (!line) return std::nullopt;
        if (line->empty()) return answer;
        auto const colon = line->find(": ");
        answer.fields.emplace_back(line->substr(0, colon), line->substr(colon + 2));
    }
}

std::optional<std::string> Client::read_chunk() {
    auto const line = take_line();
    if (!line) return std::nullopt;
    std::size_t size = 0;
    std::from_chars(line->data(), line->data() + line->size(), size, 16);
    auto piece = take(size);
    if (!take_line() || size == 0) return std::nullopt;
    return piece;
}

std::optional<Answer> Client::read(bool head_only) {
    auto answer = read_head();
    if (!answer || head_only) return answer;
    if (answer->header("Transfer-Encoding") == "chunked") {
        while (auto const piece = read_chunk()) answer->body += *piece;
        return answer;
    }
    auto const length = answer->header("Content-Length");
    if (length.empty()) return answer;
    auto body = take(std::stoul(length));
    if (!body) return std::nullopt;
    answer->body = std::move(*body);
    return answer;
}

bool Client::hears(std::chrono::milliseconds within) {
    pollfd watched{impl_->socket, POLLIN, 0};
    return ::poll(&watched, 1, static_cast<int>(within.count())) > 0;
}

bool Client::closed() {
    while (receive()) {}
    return !impl_->timed_out;
}

std::optional<Answer> Client::get(std::string_view target, std::string_view fields) {
    std::string request{"GET "};
    request.append(target).append(" HTTP/1.1\r\nHost: localhost\r\n").append(fields).append("\r\n");
    if (!send(request)) return std::nullopt;
    return read();
}

std::optional<Answer> Client::post(std::string_view target, std::string_view body, std::string_view fields) {
    std::string request{"POST "};
    request.append(target).append(" HTTP/1.1\r\nHost: localhost\r\nContent-Length: ").append(std::to_string(body.size()));
    request.append("\r\n").append(fields).append("\r\n").append(body);
    if (!send(request)) return std::nullopt;
    return read();
}

}  // namespace himsog::http::testing
