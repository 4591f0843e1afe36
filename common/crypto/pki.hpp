/// The deployment's own certificates (X.509, RFC 5280; requests RFC 2986): an authority at the hub, and for each node `web` (browsers) and
/// `node` (replication, mTLS). Keys are ECDSA P-256, signatures SHA-256. Nothing here reads a clock: every time is passed in.
/// Plain functions, any thread. A certificate is given as PEM or as DER, whichever is at hand.
#pragma once

#include "common/base/bytes.hpp"
#include "common/base/clock.hpp"
#include "common/base/problem.hpp"
#include "common/base/random.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace himsog::crypto {

inline constexpr std::chrono::days authority_life{3652};  // ten years
inline constexpr std::chrono::days certificate_life{365};
inline constexpr std::chrono::hours backdated{1};      // validity begins this much before `now`: clocks of a LAN differ
inline constexpr std::size_t longest_pem = 16 * 1024;  // octets; longer text is refused unread

/// A private key and its certificate, both PEM.
struct Identity {
    std::string key;
    std::string certificate;
};

/// A private key and the request for its certificate, both PEM.
struct KeyAndRequest {
    std::string key;
    std::string request;
};

/// A request whose signature was checked: whoever made it holds the private key.
struct CheckedRequest {
    std::string common_name;  // a claim, not checked; empty when there is none
    Bytes der;
};

/// What a node certificate is for.
enum class NodeRole { edge, hub };

/// What a certificate is about to be used for.
enum class Purpose { server, client };

struct CertificateInfo {
    std::string serial;  // hex
    std::string common_name;
    std::vector<std::string> names;  // subject alternative names: "DNS:localhost", "IP:127.0.0.1", "URI:urn:himsog:site:3"
    Instant not_before;
    Instant not_after;
    bool authority = false;
};

/// A new authority: self-signed, valid ten years, signs leaves only (path length 0). `random` gives the serial number, not the key.
Identity make_authority(std::string const& common_name, Instant now, Random& random);

/// A new key, and the request for its certificate. The key is made here and leaves only as the returned PEM.
KeyAndRequest make_request(std::string const& common_name);

/// Parses a PEM request and checks its signature and that its key is P-256. Trailing text is refused.
Result<CheckedRequest> check_request(std::string_view pem);

/// The DER octets of a PEM request: what the proof of enrolment is made over. No signature is checked.
Result<Bytes> request_der(std::string_view pem);

/// A certificate for browsers on this machine and its LAN: serverAuth, one year. Names are DNS names or addresses (127.0.0.1, ::1), at least
/// one. Takes only the key from the request; subject and extensions are ours.
Result<std::string> issue_web(Identity const& authority, std::string_view request, std::vector<std::string> const& names, Instant now,
                              Random& random);

/// A certificate for replication: urn:himsog:site:NO, clientAuth, for the hub serverAuth too; one year.
Result<std::string> issue_node(Identity const& authority, std::string_view request, std::uint16_t site, NodeRole role, Instant now,
                               Random& random);

/// SHA-256 of the DER, 64 hex digits.
Result<std::string> fingerprint(std::string_view certificate);

/// The site of a node certificate: its only subject alternative name must be one urn:himsog:site:NO. Says nothing of who signed it: `verify`
/// first.
Result<std::uint16_t> site_of(std::string_view certificate);

/// The certificate is signed by the authority, valid at that moment (as the authority is) and made for the purpose; the problem says which
/// of these fails.
Result<CertificateInfo> verify(std::string_view certificate, std::string_view authority, Purpose purpose, Instant at);

Result<CertificateInfo> certificate_info(std::string_view certificate);

/// The private key belongs to the certificate.
bool belongs_together(Identity const& identity);

}  // namespace himsog::crypto
