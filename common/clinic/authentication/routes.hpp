/// `/api/auth/`: login, logout, session, profile and change-password (authentication.md section 3). Each route with its policy.
#pragma once

#include "common/clinic/authentication/authenticator.hpp"
#include "common/clinic/authentication/profile.hpp"
#include "common/clinic/authentication/service.hpp"
#include "common/records/route.hpp"

#include <vector>

namespace himsog::clinic::authentication {

/// What the routes work with; all of it outlives them.
struct Parts {
    Service& service;
    Profiles const& profiles;
    SessionAuthenticator& authenticator;
};

std::vector<records::Route> routes(Parts parts);

}  // namespace himsog::clinic::authentication
