#include "common/clinic/patients/store.hpp"

#include <algorithm>

namespace himsog::clinic::patients {
namespace {

constexpr std::string_view person_columns = "SELECT id, first_name, last_name, date_of_birth, email, phone_number, created_at FROM patient";

Person read_person(db::Statement const& row) {
    return {std::string{row.text(1)}, std::string{row.text(2)}, Date{static_cast<std::int32_t>(row.integer(3))}, std::string{row.text(4)},
            std::string{row.text(5)}};
}

}  // namespace

std::vector<Candidate> likely_duplicates(db::Connection& connection, Person const& person, Uuid const& self) {
    std::vector<Candidate> found;
    auto row = connection.prepare(std::string{person_columns} + " WHERE date_of_birth = ? AND v_void = 0");
    row.bind(std::int64_t{person.date_of_birth.days});
    while (row.step()) {
        Candidate candidate{row.uuid(0), read_person(row), Instant{row.integer(6)}, 0};
        candidate.score = duplicate_score(person, candidate.person);
        if (candidate.id != self && candidate.score >= duplicate_from) found.push_back(std::move(candidate));
    }
    std::stable_sort(found.begin(), found.end(), [](Candidate const& a, Candidate const& b) { return a.score > b.score; });
    return found;
}

std::optional<Person> person(db::Connection& connection, Uuid const& id) {
    auto row = connection.prepare(std::string{person_columns} + " WHERE id = ? AND v_void = 0");
    if (!row.bind(id).step()) return std::nullopt;
    return read_person(row);
}

std::optional<Uuid> patient_with_email(db::Connection& connection, std::string_view email, Uuid const& self) {
    auto row = connection.prepare("SELECT id FROM patient WHERE email = ? AND v_void = 0");
    row.bind(email);
    while (row.step())
        if (row.uuid(0) != self) return row.uuid(0);
    return std::nullopt;
}

std::optional<Uuid> visit_at(db::Connection& connection, Uuid const& patient, Instant at) {
    auto row = connection.prepare("SELECT id FROM medical_record WHERE patient = ? AND visit_date = ? AND v_void = 0");
    if (!row.bind(patient).bind(at.us).step()) return std::nullopt;
    return row.uuid(0);
}

bool has_visits(db::Connection& connection, Uuid const& patient) {
    return connection.prepare("SELECT 1 FROM medical_record WHERE patient = ? AND v_void = 0 LIMIT 1").bind(patient).step();
}

}  // namespace himsog::clinic::patients
