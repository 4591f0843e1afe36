/// A campus of invented people: accounts at the hub, patients and visits at each site, the same for the same seed. No real person is in it.
#pragma once

#include "sync/node/core.hpp"

#include <filesystem>
#include <string>

namespace himsog::provisioning {

/// One verified account for each role with a random password, STUDENT and FACULTY each with a chart; a JSON array
/// [{"email","role","password"}] to `out` (mode 0600). Accounts that are there already get the passwords of that file's next writing.
void make_accounts(node::Core& core, std::filesystem::path const& out);

/// Writes a site's share through its running or stopped node. Again changes nothing.
void seed(node::Config const& config, std::string const& site, int patients, int visits);

/// The API of a hub (the larger of the two) as an OpenAPI document.
std::string openapi();

}  // namespace himsog::provisioning
