/// What every node keeps: one dictionary for edge and hub, and for the simulation.
#pragma once

#include "common/journal/entity.hpp"

namespace himsog::node {

journal::Dictionary const& dictionary();

}  // namespace himsog::node
