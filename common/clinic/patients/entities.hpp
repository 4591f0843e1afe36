/// A person the clinic knows, and a visit (contract/patients.md 1.1, 1.2; contract/README.md decisions 15, 18, 19). Plain data, any thread.
#pragma once

#include "common/records/shape.hpp"

namespace himsog::clinic::patients {

journal::Entity patient_entity();
journal::Entity medical_record_entity();

/// Their JSON forms, of the dictionary's own entities.
records::Shape patient_shape(journal::Dictionary const& dictionary);
records::Shape medical_record_shape(journal::Dictionary const& dictionary);

}  // namespace himsog::clinic::patients
