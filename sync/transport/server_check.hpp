/// Whether the server of a TLS connection is the one we mean.
#pragma once

#include "common/base/bytes.hpp"
#include "common/base/clock.hpp"
#include "common/base/problem.hpp"

#include <functional>
#include <string>
#include <vector>

namespace himsog::sync {

/// What a server must show. With a pin, the chain that it sent must hold the pinned authority.
struct ServerRule {
    std::string authority;  // PEM; empty: pinned
    Bytes pinned_fingerprint;
    std::string uri;  // its only name; empty: whoever asks compares the host name
    std::function<Instant()> now;
};

/// Checks the server's certificate (DER) and the rest of its chain. An own authority in the chain does not help: the leaf must be signed by
/// the one we know.
Result<bool> check_server(ServerRule const& rule, Bytes const& leaf, std::vector<Bytes> const& chain);

}  // namespace himsog::sync
