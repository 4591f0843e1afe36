/// The one-time code that brings a new edge to its hub (issue "Enrolment"; DESIGN.md section 6): one line of text to copy.
#pragma once

#include "common/base/bytes.hpp"
#include "common/base/problem.hpp"
#include "common/base/uuid.hpp"

#include <string>
#include <string_view>

namespace himsog::crypto {

inline constexpr std::size_t enrolment_secret_size = 16;    // octets
inline constexpr std::size_t longest_hub_url = 255;         // octets
inline constexpr std::size_t longest_enrolment_code = 600;  // characters; longer text is refused unread

struct EnrolmentCode {
    std::string hub_url;  // https://HOST or https://HOST:PORT
    Bytes fingerprint;    // SHA-256 of the authority's certificate, 32 octets
    Uuid id;              // names the code at the hub; no secret
    Bytes secret;         // 128 bits; the hub keeps it until the code is used or 60 minutes old

    /// "HIMSOG1." and base64url of the fields and the first 4 octets of their SHA-256. Throws std::invalid_argument for fields that parse
    /// would refuse.
    std::string text() const;
    /// Blanks and line breaks anywhere are ignored: the code may have been copied from a letter. The problem says in plain words what is wrong
    /// with it.
    static Result<EnrolmentCode> parse(std::string_view text);
    /// A code for this hub and authority, with id and secret of their own; the secret comes from the kernel's generator.
    static EnrolmentCode make(std::string hub_url, Bytes fingerprint, Uuid id);
};

/// HMAC-SHA256(secret, DER of the request ‖ signing key), raw octets: shows the hub that whoever asks holds the code, and that nobody swapped
/// the request or the key on the way.
Bytes enrolment_proof(std::string_view secret, std::string_view request_der, std::string_view signing_key);

}  // namespace himsog::crypto
