/// HTTP client over libcurl for programs of ours: replication (mTLS), enrolment (authority pinned by the code), the operator's Unix socket.
/// Thread rule: one thread at a time; connections are kept alive between calls.
#pragma once

#include "common/base/bytes.hpp"
#include "common/base/clock.hpp"
#include "common/base/problem.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace himsog::sync {

/// Over https the server is believed by `authority` or by `pinned_fingerprint`, one of the two; the system's authorities never count.
struct ClientSettings {
    std::string base_url;     // "https://hub:8450"
    std::string authority;    // PEM; the only one that is believed
    std::string certificate;  // PEM, with key: mTLS
    std::string key;
    std::string server_uri;        // the server's certificate must carry this URI name and no other, in place of its host name
    Bytes pinned_fingerprint;      // enrolment: SHA-256 of the DER of a certificate that the server's chain must hold and be signed by
    std::function<Instant()> now;  // trusted time for validity, so that a wrong clock cuts no line; empty: the wall clock
    std::string unix_socket;       // path; then base_url is "http://localhost"
    std::chrono::milliseconds connect{5'000};  // TCP and TLS
    std::chrono::seconds stall{30};            // without one octet in or out
    std::chrono::milliseconds total{120'000};
    std::size_t most_answer_bytes = 32U << 20U;
};

struct ClientAnswer {
    int status = 0;
    std::string body;
};

class CurlClient {
public:
    /// Throws std::invalid_argument for https without authority and pin, std::runtime_error when libcurl cannot do what is asked (all of it
    /// is set or nothing is sent).
    explicit CurlClient(ClientSettings settings);
    ~CurlClient();

    /// A problem (`unavailable`) when nobody answered, with a sentence; every HTTP status is an answer. Redirects are answers, not followed.
    Result<ClientAnswer> post(std::string_view path, std::string_view body, std::string_view content_type = "application/json");

    /// Octets that the sockets carried so far (TCP_INFO): TLS with its handshakes, heads and bodies, repeated segments; not the headers of
    /// TCP and IP. Nothing is counted for a Unix socket.
    std::uint64_t sent() const;
    std::uint64_t received() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace himsog::sync
