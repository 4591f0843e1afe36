/// TLS for the server, without sockets: bytes in, bytes out. TLS 1.2 and 1.3 with AEAD ciphers only, no tickets, no renegotiation.
#pragma once

#include <cstdint>
#include <ctime>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace himsog::http {

/// PEM texts.
struct TlsMaterial {
    std::string certificate_chain;  // own certificate first
    std::string private_key;
    std::string client_ca;  // who signs client certificates; used by listeners that require one
};

/// A certificate and key ready to serve. Immutable; any thread.
class TlsContext {
public:
    /// Throws std::runtime_error when a PEM text does not parse or key and certificate do not belong together.
    TlsContext(TlsMaterial const& material, bool require_client_certificate);
    ~TlsContext();

private:
    friend class TlsEngine;
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// One connection. One thread at a time.
class TlsEngine {
public:
    /// `verification_time`: the moment at which client certificates must be valid; nothing = the wall clock.
    TlsEngine(std::shared_ptr<TlsContext const> context, std::optional<std::time_t> verification_time);
    ~TlsEngine();
    TlsEngine(TlsEngine const&) = delete;
    TlsEngine& operator=(TlsEngine const&) = delete;

    enum class State { handshake, open, closed, failed };
    /// Takes what the socket received, appends the plain bytes in it to `plain` and what must be sent to `out`.
    State receive(std::string_view received, std::string& plain, std::string& out);
    /// Appends the encrypted form of `plain` to `out`, once the handshake is done.
    void send(std::string_view plain, std::string& out);
    /// Appends close_notify.
    void close(std::string& out);

    /// Of the verified client certificate: site number of its SAN urn:himsog:site:NO, and serial in lower-case hex.
    std::optional<std::uint16_t> client_site() const;
    std::string client_serial() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace himsog::http
