#include "common/crypto/enrolment_code.hpp"

#include "common/crypto/hash.hpp"
#include "common/crypto/library.hpp"

#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace himsog::crypto {
namespace {

constexpr std::string_view prefix = "HIMSOG1.";
constexpr std::size_t checksum_size = 4;  // octets of SHA-256

Problem refused(std::string detail) { return {ProblemKind::bad_request, std::move(detail)}; }

bool is_port(std::string_view text) {
    unsigned port = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size() && text.front() != '0' && port <= 65535;
}

/// https://HOST or https://HOST:PORT, the host a name, an IPv4 address or an IPv6 address in brackets.
bool is_hub_url(std::string_view url) {
    constexpr std::string_view scheme = "https://";
    if (url.size() > longest_hub_url || !url.starts_with(scheme)) return false;
    url.remove_prefix(scheme.size());

    bool const brackets = url.starts_with('[');
    auto const host_end = brackets ? url.find(']') + 1 : std::min(url.find(':'), url.size());
    if (host_end == 0) return false;
    auto const host = brackets ? url.substr(1, host_end - 2) : url.substr(0, host_end);
    auto const port = url.substr(host_end);
    constexpr std::string_view name_characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
    constexpr std::string_view address_characters = "0123456789abcdefABCDEF:.";
    if (host.empty() || host.find_first_not_of(brackets ? address_characters : name_characters) != std::string_view::npos) return false;
    return port.empty() || (port.size() > 1 && port.front() == ':' && is_port(port.substr(1)));
}

std::string_view checksum(Bytes const& digest) { return std::string_view{digest}.substr(0, checksum_size); }

}  // namespace

std::string EnrolmentCode::text() const {
    if (!is_hub_url(hub_url) || fingerprint.size() != sha256_size || secret.size() != enrolment_secret_size)
        throw std::invalid_argument{"an enrolment code needs https://HOST:PORT, a SHA-256 fingerprint and a secret of 16 octets"};
    Bytes body;
    put_sized(body, hub_url);
    body += fingerprint;
    body += id.bytes();
    body += secret;
    body += checksum(sha256(body));
    return std::string{prefix} + to_base64url(body);
}

Result<EnrolmentCode> EnrolmentCode::parse(std::string_view text) {
    if (text.size() > longest_enrolment_code) return refused("This is too long for an enrolment code.");
    std::string compact;
    for (char const c : text)
        if (c != ' ' && c != '\t' && c != '\r' && c != '\n') compact += c;
    if (!std::string_view{compact}.starts_with(prefix)) return refused("This is not an enrolment code: it must begin with HIMSOG1.");

    auto const body = from_base64url(std::string_view{compact}.substr(prefix.size()));
    constexpr std::string_view damaged = "The enrolment code is incomplete or has a wrong character. Copy it again, whole.";
    if (!body || body->size() < checksum_size) return refused(std::string{damaged});
    auto const content = std::string_view{*body}.substr(0, body->size() - checksum_size);
    if (checksum(sha256(content)) != std::string_view{*body}.substr(content.size())) return refused(std::string{damaged});

    try {
        ByteReader reader{content};
        EnrolmentCode code;
        code.hub_url = reader.sized();
        code.fingerprint = reader.take(sha256_size);
        code.id = Uuid::from_bytes(reader.take(16));
        code.secret = reader.take(enrolment_secret_size);
        if (!reader.at_end()) return refused("The enrolment code was made by another version of the hub.");
        if (!is_hub_url(code.hub_url)) return refused("The address of the hub in the enrolment code is not https://HOST:PORT.");
        return code;
    } catch (MalformedBytes const&) {
        return refused("The enrolment code was made by another version of the hub.");
    }
}

EnrolmentCode EnrolmentCode::make(std::string hub_url, Bytes fingerprint, Uuid id) {
    start_libsodium();
    EnrolmentCode code{std::move(hub_url), std::move(fingerprint), id, Bytes(enrolment_secret_size, '\0')};
    randombytes_buf(code.secret.data(), code.secret.size());
    return code;
}

Bytes enrolment_proof(std::string_view secret, std::string_view request_der, std::string_view signing_key) {
    Bytes message{request_der};
    message += signing_key;
    return hmac_sha256(secret, message);
}

}  // namespace himsog::crypto
