/// An edge joins its hub with a one-time code (issue "Enrolment"): key made here, certificates from the hub, whose server is believed only
/// when its chain holds the authority that the code names.
#pragma once

#include "sync/node/core.hpp"

#include <string>

namespace himsog::edge {

/// Throws std::runtime_error with a sentence for the operator; nothing is kept then. Joining again with a used code changes nothing
/// when the node is enrolled already.
void join(node::Core& core, std::string const& code);

}  // namespace himsog::edge
