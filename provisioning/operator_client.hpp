/// Commands to a node: over its Unix socket while it runs, in this process with the lock while it is stopped.
#pragma once

#include "sync/node/config.hpp"

#include <string>
#include <string_view>

namespace himsog::provisioning {

/// The answer's JSON. Throws std::runtime_error with the node's own words when it refuses.
std::string ask(node::Config const& config, std::string_view path, std::string const& body);

/// Is somebody listening at the socket?
bool is_running(node::Config const& config);

}  // namespace himsog::provisioning
