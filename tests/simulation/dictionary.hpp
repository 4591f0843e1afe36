/// What the simulated nodes keep, and what people write into it. Nothing here is written for one entity of the product: entities, registers
/// and values are drawn from the declarations. Any thread.
#pragma once

#include "common/journal/journal.hpp"

namespace himsog::simulation {

/// Everything the product's nodes keep, the entity that is declared once for tests of the whole path (tests/common/records/vaccination.hpp),
/// and three for what no entity of the product has yet: a clustered one without rules, an append-only one, a group of each kind.
journal::Dictionary const& dictionary();

/// Entities that people write: all but the keys of sites, which belong to enrolment.
std::vector<journal::Entity const*> const& writable_entities();

/// Some value that the field takes; few different ones, so that people often write the same. `rows` are rows it may point to.
journal::Value value_for(journal::Field const& field, Random& random, std::vector<Uuid> const& rows);

}  // namespace himsog::simulation
