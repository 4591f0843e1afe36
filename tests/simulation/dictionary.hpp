/// What the simulated nodes keep: entities that only tests know, every kind of register among them, or the clinic's own. Any thread.
#pragma once

#include "common/journal/journal.hpp"

namespace himsog::simulation {

/// Clinical and administrative registers, groups, a secret, a clustered table, an append-only entity, `site_key`.
journal::Dictionary const& test_dictionary();
/// Patients, visits, users, sites.
journal::Dictionary const& clinic_dictionary();

/// Some value that fits the field; few different ones, so that people often write the same. `references` are rows it may point to.
journal::Value value_for(journal::Field const& field, Random& random, std::vector<Uuid> const& references);

}  // namespace himsog::simulation
