/// The clinics and the keys they sign with. Both are written at the hub alone and replicate like users and patients. Plain data, any thread.
#pragma once

#include "common/journal/entity.hpp"

#include <cstdint>

namespace himsog::clinic::sites {

inline constexpr std::uint16_t hub_no = 0;

/// A clinic or the hub (contract/sync.md "Hub"): its number is never reused.
journal::Entity site_entity();

/// A key that the hub enrolled for a site. Append-only: what an earlier key signed stays good (SYNC.md section 11).
journal::Entity site_key_entity();

}  // namespace himsog::clinic::sites
