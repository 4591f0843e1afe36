/// A certificate authority for tests: P-256 keys, made in memory.
#pragma once

#include "common/http/tls.hpp"

#include <cstdint>
#include <ctime>
#include <memory>
#include <string>

namespace himsog::http::testing {

struct Issued {
    std::string certificate, key;  // PEM
};

class Authority {
public:
    Authority();
    ~Authority();

    std::string const& certificate() const { return own_.certificate; }
    /// `names` as OpenSSL writes them: "DNS:localhost,IP:127.0.0.1" or "URI:urn:himsog:site:7". Times are seconds from now.
    Issued issue(std::string const& names, long serial = 1, long valid_from = -3600, long valid_to = 86400) const;
    /// For a listener on the loopback interface whose clients this authority certifies.
    TlsMaterial server() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
    Issued own_;
};

}  // namespace himsog::http::testing
