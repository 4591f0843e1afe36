/// A plain, blocking HTTP client for tests: raw bytes out, answers in. Every wait is bounded.
#pragma once

#include "tests/common/http/certificates.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace himsog::http::testing {

struct Answer {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> fields;
    std::string body;

    std::string header(std::string_view name) const;
};

class Client {
public:
    /// TLS to 127.0.0.1. `identity` null = no client certificate. After a refused handshake connected() is false.
    Client(std::uint16_t port, std::string const& ca, Issued const* identity = nullptr, int tls_version = 0);
    /// Plain to 127.0.0.1, which a TLS port does not understand.
    explicit Client(std::uint16_t port);
    /// Plain to a Unix socket.
    explicit Client(std::string const& socket_path);
    ~Client();
    Client(Client const&) = delete;
    Client& operator=(Client const&) = delete;

    bool connected() const;
    /// False when the server has closed.
    bool send(std::string_view bytes);
    /// Tells the server that nothing more will be sent; answers can still be read.
    void finish_sending();
    /// The next answer with its whole body; nothing when the connection ends or 10 s pass before it is complete. `head_only`: after HEAD.
    std::optional<Answer> read(bool head_only = false);
    /// A head without its body, for streams.
    std::optional<Answer> read_head();
    /// The next piece of a chunked body; nothing at its end and when the connection ends.
    std::optional<std::string> read_chunk();
    /// Whether the server sends something, or closes, within that time.
    bool hears(std::chrono::milliseconds within);
    /// Reads to the end of the connection; true when it came, whatever was left to read.
    bool closed();

    /// One request on this connection.
    std::optional<Answer> get(std::string_view target, std::string_view fields = {});
    std::optional<Answer> post(std::string_view target, std::string_view body,
                               std::string_view fields = "Content-Type: application/json\r\n");

private:
    bool receive();
    std::optional<std::string> take(std::size_t count);
    std::optional<std::string> take_line();

    struct Impl;
    std::unique_ptr<Impl> impl_;
    std::string in_;
};

}  // namespace himsog::http::testing
