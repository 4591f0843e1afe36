#include "common/clinic/authentication/sessions.hpp"

#include "common/crypto/hash.hpp"

#include <algorithm>

namespace himsog::clinic::authentication {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t token_octets = 32;
constexpr std::chrono::minutes clock_tolerance{5};

}  // namespace

Lifetime lifetime_of(SessionKind kind) {
    if (kind == SessionKind::cookie) return {15min, 12h, 30s};
    return {24h, 30 * 24h, 5min};
}

bool is_over(Session const& session, Instant now) {
    if (now >= session.expires_at || now - session.used_at >= lifetime_of(session.kind).idle) return true;
    return session.created_at > now + clock_tolerance || session.used_at > now + clock_tolerance;
}

bool needs_touch(Session const& session, Instant now) { return now - session.used_at >= lifetime_of(session.kind).lag; }

std::string new_token(Random& random) { return to_hex(random.bytes(token_octets)); }

bool is_token(std::string_view text) {
    return text.size() == 2 * token_octets &&
           std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

Bytes hash_of(std::string_view token) { return crypto::sha256(token); }

std::string csrf_of(std::string_view token) { return to_hex(crypto::hmac_sha256(token, "himsog csrf")); }

std::string cookie_name(std::string_view node_kind, std::uint16_t site) {
    return "__Host-himsog-" + std::string{node_kind} + std::to_string(site);
}

std::string set_cookie(std::string_view name, std::string_view token) {
    std::string value{name};
    value += '=';
    value += token;
    value += "; Path=/; Secure; HttpOnly; SameSite=Strict";
    if (token.empty()) value += "; Max-Age=0";
    return value;
}

}  // namespace himsog::clinic::authentication
