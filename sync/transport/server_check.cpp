#include "sync/transport/server_check.hpp"

#include "common/crypto/pki.hpp"

namespace himsog::sync {
namespace {

/// The certificate that the pin names, as the server sent it; empty when it did not.
Bytes pinned_of(std::vector<Bytes> const& chain, Bytes const& pin) {
    auto const wanted = to_hex(pin);
    for (auto const& certificate : chain)
        if (auto const found = crypto::fingerprint(certificate); found && *found == wanted) return certificate;
    return {};
}

}  // namespace

Result<bool> check_server(ServerRule const& rule, Bytes const& leaf, std::vector<Bytes> const& chain) {
    auto const authority = rule.authority.empty() ? pinned_of(chain, rule.pinned_fingerprint) : rule.authority;
    if (authority.empty()) return Problem{ProblemKind::forbidden, "The server does not show the authority that is expected."};
    auto const verified = crypto::verify(leaf, authority, crypto::Purpose::server, rule.now());
    if (!verified) return verified.error();
    if (!rule.uri.empty() && verified->names != std::vector<std::string>{"URI:" + rule.uri})
        return Problem{ProblemKind::forbidden, "The server's certificate is not the one of " + rule.uri + '.'};
    return true;
}

}  // namespace himsog::sync
