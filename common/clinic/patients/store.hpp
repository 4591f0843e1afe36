/// This slice's SQL beyond what the dictionary makes. Thread rule: that of the connection.
#pragma once

#include "common/clinic/patients/rules.hpp"
#include "common/db/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace himsog::clinic::patients {

struct Candidate {
    Uuid id;
    Person person;
    Instant created_at;
    double score = 0;
};

/// Everybody who scores 0.85 or more against `person`, best first; `self` is left out. Without an equal birth date that cannot be
/// reached, so candidates come from its index.
std::vector<Candidate> likely_duplicates(db::Connection& connection, Person const& person, Uuid const& self);
std::optional<Person> person(db::Connection& connection, Uuid const& id);

std::optional<Uuid> patient_with_email(db::Connection& connection, std::string_view email, Uuid const& self);
std::optional<Uuid> visit_at(db::Connection& connection, Uuid const& patient, Instant at);
bool has_visits(db::Connection& connection, Uuid const& patient);

}  // namespace himsog::clinic::patients
