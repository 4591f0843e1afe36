/// Making a hub: authority, certificates, keys, the first rows (issue "provisioning"). Safe to run again: what is there stays.
#pragma once

#include "sync/node/core.hpp"

#include <string>
#include <vector>

namespace himsog::hub {

/// Throws std::runtime_error with a sentence for the operator. Writes the authority's certificate to <data_dir>/ca.pem.
void initialise(node::Core& core);

/// What browsers may call this machine.
std::vector<std::string> web_names(node::Config const& config);
std::string public_url(node::Config const& config);
std::string sync_url(node::Config const& config);

}  // namespace himsog::hub
