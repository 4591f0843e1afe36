/// HTTP client over libcurl for programs of ours: replication (mTLS), enrolment (authority pinned by the code), the operator's Unix socket.
/// Thread rule: one thread at a time; connections are kept alive between calls.
#pragma once

#include "common/base/bytes.hpp"
#include "common/base/problem.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace himsog::sync {

struct ClientSettings {
    std::string base_url;     // "https://hub:8450"
    std::string authority;    // PEM; the only one that is believed
    std::string certificate;  // PEM, with key: mTLS
    std::string key;
    std::string server_uri;    // the server's certificate must carry this URI name, in place of its host name
    Bytes pinned_fingerprint;  // enrolment: SHA-256 of the DER of a certificate that the server's chain must hold and be signed by
    std::string unix_socket;   // path; then base_url is "http://localhost"
    std::chrono::milliseconds connect{5'000};
    std::chrono::milliseconds total{120'000};
    std::size_t most_answer_bytes = 32U << 20U;
};

struct ClientAnswer {
    int status = 0;
    std::string body;
};

class CurlClient {
public:
    explicit CurlClient(ClientSettings settings);
    ~CurlClient();

    /// A problem (`unavailable`) when nobody answered, with a sentence; every HTTP status is an answer.
    Result<ClientAnswer> post(std::string_view path, std::string_view body, std::string_view content_type = "application/json");

    /// Octets of HTTP sent and received so far, heads included, TLS not.
    std::uint64_t sent() const;
    std::uint64_t received() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace himsog::sync
