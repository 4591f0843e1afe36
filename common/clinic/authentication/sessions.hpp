/// How long a session lasts and what its secrets look like (contract/README.md decision 10). Pure functions, any thread.
#pragma once

#include "common/clinic/authentication/store.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace himsog::clinic::authentication {

struct Lifetime {
    std::chrono::seconds idle;
    std::chrono::seconds absolute;
    /// `used_at` may lag this far behind, so that a session is not written with each request; idle ends up to this much early.
    std::chrono::seconds lag;
};
Lifetime lifetime_of(SessionKind kind);

/// Idle or old, or made or used by a clock that was far ahead of this one.
bool is_over(Session const& session, Instant now);
/// Time to write `used_at` again.
bool needs_touch(Session const& session, Instant now);

/// 256 bits as 64 lower-case hex characters.
std::string new_token(Random& random);
bool is_token(std::string_view text);
Bytes hash_of(std::string_view token);
/// What changing requests of a cookie session send back as X-CSRFToken: made from the cookie, stored nowhere.
std::string csrf_of(std::string_view token);

/// Which node this is, for the cookie's name: cookies ignore ports, and hub and edges may share a host name.
std::string cookie_name(std::string_view node_kind, std::uint16_t site);
/// Value of Set-Cookie; an empty token takes the cookie away.
std::string set_cookie(std::string_view name, std::string_view token);

}  // namespace himsog::clinic::authentication
