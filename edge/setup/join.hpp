/// An edge joins its hub with a one-time code (issue "Enrolment"): key made here, certificates from the hub, whose server is believed only
/// when its chain holds the authority that the code names.
#pragma once

#include "sync/node/core.hpp"

#include <string>

namespace himsog::edge {

/// Throws std::runtime_error with a sentence for the operator; the node is no site then. Keys and request are kept before the hub is asked: if
/// its answer is lost, or the node ends in the middle, joining again with the same code within its 60 minutes goes on where it was; on a
/// node that joined with that code it does nothing.
void join(node::Core& core, std::string const& code);

}  // namespace himsog::edge
