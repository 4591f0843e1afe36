#include "common/crypto/enrolment_code.hpp"

#include "common/crypto/hash.hpp"
#include "common/crypto/library.hpp"

#include <sodium.h>

#include <algorithm>
#include <stdexcept>

namespace himsog::crypto {
namespace {

constexpr std::string_view prefix = "HIMSOG1.";
constexpr std::uint8_t version = 1;
constexpr std::size_t check_size = 4;

Problem wrong(std::string what) { return {ProblemKind::bad_request, std::move(what)}; }

bool is_hub_url(std::string_view url) {
    if (!url.starts_with("https://") || url.size() > longest_hub_url) return false;
    auto const host = url.substr(8);
    return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
    });
}

Bytes check_of(std::string_view payload) { return sha256(payload).substr(0, check_size); }

}  // namespace

std::string EnrolmentCode::text() const {
    if (!is_hub_url(hub_url) || fingerprint.size() != sha256_size || secret.size() != enrolment_secret_size || id.is_nil())
        throw std::invalid_argument{"an enrolment code needs a hub's address, a fingerprint, an id and a secret"};
    Bytes payload;
    payload += static_cast<char>(version);
    put_sized(payload, hub_url);
    payload += fingerprint;
    payload += id.bytes();
    payload += secret;
    payload += check_of(payload);
    return std::string{prefix} + to_base64url(payload);
}

Result<EnrolmentCode> EnrolmentCode::parse(std::string_view sent) {
    if (sent.size() > longest_enrolment_code) return wrong("This is too long for an enrolment code.");
    std::string text;
    for (char const c : sent)
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t') text += c;
    if (!text.starts_with(prefix)) return wrong("An enrolment code begins with HIMSOG1. (with the dot).");
    auto const payload = from_base64url(std::string_view{text}.substr(prefix.size()));
    if (!payload || payload->size() < check_size) return wrong("The enrolment code is not complete.");
    auto const body = std::string_view{*payload}.substr(0, payload->size() - check_size);
    if (std::string_view{*payload}.substr(body.size()) != check_of(body)) return wrong("The enrolment code has a mistake in it; copy it again.");
    try {
        ByteReader in{body};
        if (in.byte() != version) return wrong("This enrolment code is of another version of himsog.");
        EnrolmentCode code;
        code.hub_url = std::string{in.sized()};
        code.fingerprint = Bytes{in.take(sha256_size)};
        code.id = Uuid::from_bytes(in.take(16));
        code.secret = Bytes{in.take(enrolment_secret_size)};
        if (!in.at_end() || !is_hub_url(code.hub_url) || code.id.is_nil()) return wrong("The enrolment code is not one of ours.");
        return code;
    } catch (MalformedBytes const&) {
        return wrong("The enrolment code is not complete.");
    }
}

EnrolmentCode EnrolmentCode::make(std::string hub_url, Bytes fingerprint, Uuid id) {
    start_libsodium();
    EnrolmentCode code;
    code.hub_url = std::move(hub_url);
    code.fingerprint = std::move(fingerprint);
    code.id = id;
    code.secret.assign(enrolment_secret_size, '\0');
    randombytes_buf(code.secret.data(), code.secret.size());
    return code;
}

Bytes enrolment_proof(std::string_view secret, std::string_view request_der, std::string_view signing_key) {
    Bytes text{request_der};
    text += signing_key;
    return hmac_sha256(secret, text);
}

}  // namespace himsog::crypto
