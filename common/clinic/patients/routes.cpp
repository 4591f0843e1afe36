#include "common/clinic/patients/routes.hpp"

#include "common/clinic/patients/store.hpp"
#include "common/clinic/university_email.hpp"
#include "common/records/collection.hpp"

#include <nlohmann/json.hpp>

#include <iterator>

namespace himsog::clinic::patients {
namespace {

using journal::Values;
using journal::Writer;
using nlohmann::ordered_json;
using records::Call;
using records::Draft;
using records::Role;

void check(Draft& draft, journal::Entity const& entity, char const* field, std::optional<std::string> (*rule)(std::string_view),
           bool even_empty) {
    auto const index = entity.index(field);
    if (!draft.sent(index) || draft.errors.contains(field)) return;
    if (draft.text(index).empty() && !even_empty) return;
    if (auto problem = rule(draft.text(index))) draft.errors[field] = {std::move(*problem)};
}

/// Rules 1 and 2 of what was sent (patients.md Q5).
std::optional<Problem> check_patient(Draft& draft, Call const& call) {
    auto const& entity = *call.dictionary.named("patient");
    check(draft, entity, "first_name", name_problem, true);
    check(draft, entity, "last_name", name_problem, true);
    check(draft, entity, "phone_number", phone_problem, false);
    check(draft, entity, "address", address_problem, false);
    check(draft, entity, "email", university_email_problem, false);
    auto const birth = entity.index("date_of_birth");
    if (draft.sent(birth) && draft.fields[birth]->is_integer())
        if (auto problem = birth_date_problem(Date{static_cast<std::int32_t>(draft.fields[birth]->integer())}))
            draft.errors["date_of_birth"] = {std::move(*problem)};
    return std::nullopt;
}

Person person_of(journal::Entity const& entity, Values const& row) {
    auto const text = [&](char const* field) { return std::string{row.at(entity.index(field)).text()}; };
    return {text("first_name"), text("last_name"), Date{static_cast<std::int32_t>(row.at(entity.index("date_of_birth")).integer())},
            text("email"), text("phone_number")};
}

ordered_json candidates_json(std::vector<Candidate> const& candidates, Person const& person, bool with_created_at) {
    auto list = ordered_json::array();
    for (auto const& one : candidates) {
        ordered_json entry = {{"patient_id", one.id.text()},
                              {"patient_name", one.person.first_name + " " + one.person.last_name},
                              {"similarity_score", one.score},
                              {"matching_fields", matching_fields(person, one.person)}};
        if (with_created_at) {
            auto at = to_text(one.created_at, Zone{0});
            entry["created_at"] = at.substr(0, at.size() - 6) + 'Z';
        }
        list.push_back(std::move(entry));
    }
    return list;
}

std::optional<Problem> refuse_duplicates(Writer& writer, Uuid const& self, Person const& person) {
    auto const found = likely_duplicates(writer.database(), person, self);
    if (found.empty()) return std::nullopt;
    return Problem{ProblemKind::conflict, "This person may be registered already."}
        .with("duplicates", candidates_json(found, person, false).dump())
        .with("confirmation_required", "true")
        .with("error_code", R"("DUPLICATE_PATIENT")");
}

std::optional<Problem> refuse_taken_email(Writer& writer, Uuid const& self, std::string const& email) {
    if (email.empty() || !patient_with_email(writer.database(), email, self)) return std::nullopt;
    return Problem{FieldErrors{{"email", {"Patient with this email already exists."}}}};
}

std::optional<Problem> refuse_unborn(Writer& writer, Person const& person, Zone zone) {
    bool const is_believed = writer.clock_quality() == journal::ClockQuality::ok;
    auto problem = future_birth_problem(person.date_of_birth, writer.trusted_now(), is_believed, zone);
    if (!problem) return std::nullopt;
    return Problem{FieldErrors{{"date_of_birth", {std::move(*problem)}}}};
}

records::Rules patient_rules(Zone zone) {
    records::Rules rules;
    rules.check = [](Draft& draft, records::Mode, Call const& call) { return check_patient(draft, call); };
    rules.admit = [zone](Writer& writer, Uuid const& id, Values& row, Draft const& draft) -> std::optional<Problem> {
        auto const person = person_of(*writer.dictionary().named("patient"), row);
        if (auto problem = refuse_unborn(writer, person, zone)) return problem;
        if (!draft.flags.contains("force_create"))
            if (auto problem = refuse_duplicates(writer, id, person)) return problem;
        return refuse_taken_email(writer, id, person.email);
    };
    rules.revise = [zone](Writer& writer, Uuid const& id, Values const& before, Values& after,
                          Draft const& draft) -> std::optional<Problem> {
        auto const& entity = *writer.dictionary().named("patient");
        auto const was = person_of(entity, before);
        auto const person = person_of(entity, after);
        if (was.date_of_birth != person.date_of_birth)
            if (auto problem = refuse_unborn(writer, person, zone)) return problem;
        bool const same_person =
            was.first_name == person.first_name && was.last_name == person.last_name && was.date_of_birth == person.date_of_birth;
        if (!same_person && !draft.flags.contains("force_update"))
            if (auto problem = refuse_duplicates(writer, id, person)) return problem;
        return person.email == was.email ? std::nullopt : refuse_taken_email(writer, id, person.email);
    };
    rules.remove = [](Writer& writer, Uuid const& id, Values const&) -> std::optional<Problem> {
        if (!has_visits(writer.database(), id)) return std::nullopt;
        return Problem{ProblemKind::conflict, "This patient has visits; a chart with history is not deleted."};
    };
    return rules;
}

records::Outcome check_duplicates(Call& call) {
    auto const id = call.args.uuid("id");
    auto const one = id ? person(call.reader.connection, *id) : std::nullopt;
    if (!one) return records::not_found("Patient");
    auto const found = likely_duplicates(call.reader.connection, *one, *id);
    return http::Response{200,
                          ordered_json{{"patient_id", id->text()}, {"potential_duplicates", candidates_json(found, *one, true)}}.dump()};
}

/// Rule 6 of what was sent, the same for create and update (patients.md Q8).
std::optional<Problem> check_visit(Draft& draft, Call const& call) {
    auto const& entity = *call.dictionary.named("medical_record");
    auto const bounds = [&](char const* field, std::size_t least, std::size_t most) {
        auto const index = entity.index(field);
        if (!draft.sent(index) || draft.errors.contains(field)) return;
        if (auto problem = length_problem(draft.text(index), least, most)) draft.errors[field] = {std::move(*problem)};
    };
    bounds("concern", 3, 1000);
    bounds("diagnosis", 5, 1000);
    bounds("treatment", 5, 1000);
    bounds("notes", 0, 2000);
    return std::nullopt;
}

std::optional<Problem> check_date(Writer& writer, Values const& row, Zone zone) {
    auto const at = Instant{row.at(writer.dictionary().named("medical_record")->index("visit_date")).integer()};
    auto problem = visit_date_problem(at, writer.trusted_now(), writer.clock_quality() == journal::ClockQuality::ok, zone);
    if (!problem) return std::nullopt;
    return Problem{FieldErrors{{"visit_date", {std::move(*problem)}}}};
}

records::Rules visit_rules(Zone zone) {
    records::Rules rules;
    rules.check = [](Draft& draft, records::Mode mode, Call const& call) {
        auto const concern = call.dictionary.named("medical_record")->index("concern");
        if (mode == records::Mode::create && !draft.sent(concern) && !draft.errors.contains("concern"))
            draft.errors["concern"] = {"This field is required."};  // PUT may leave it out (patients.md 1.2)
        return check_visit(draft, call);
    };
    rules.missing = [](journal::Field const&, Uuid const&) { return records::not_found("Patient"); };
    rules.admit = [zone](Writer& writer, Uuid const&, Values& row, Draft const&) -> std::optional<Problem> {
        if (auto problem = check_date(writer, row, zone)) return problem;
        auto const& entity = *writer.dictionary().named("medical_record");
        auto const existing =
            visit_at(writer.database(), row.at(entity.index("patient")).uuid(), Instant{row.at(entity.index("visit_date")).integer()});
        if (!existing) return std::nullopt;
        return Problem{ProblemKind::conflict, "This patient has a visit at exactly this time."}
            .with("existing_record_id", '"' + existing->text() + '"')
            .with("suggestion", R"("Open the visit that is there, or choose another time.")");
    };
    rules.revise = [zone](Writer& writer, Uuid const&, Values const& before, Values& after, Draft const&) -> std::optional<Problem> {
        auto const& entity = *writer.dictionary().named("medical_record");
        if (before.at(entity.index("patient")) != after.at(entity.index("patient")))
            return Problem{FieldErrors{{"patient", {"A visit stays on the chart it was written on."}}}};  // patients.md Q16
        auto const date = entity.index("visit_date");
        return before.at(date) == after.at(date) ? std::nullopt : check_date(writer, after, zone);
    };
    return rules;
}

/// A chart whose account was given a clinic role is not shown among the patients (patients.md section 2).
std::optional<std::vector<records::Condition>> all_but_staff(Call const& call) {
    if (call.dictionary.named("user") == nullptr) return std::vector<records::Condition>{};
    static constexpr char const* of_a_patient =
        "(patient.user IS NULL OR NOT EXISTS (SELECT 1 FROM user WHERE user.id = patient.user AND user.role NOT IN ('STUDENT', 'FACULTY')))";
    return std::vector<records::Condition>{{of_a_patient, {}}};
}

/// Patients see the visits on their own chart; clinic roles see all.
std::optional<std::vector<records::Condition>> own_visits(Call const& call) {
    if (call.who().in(records::clinic_roles)) return std::vector<records::Condition>{};
    if (!call.who().patient) return std::nullopt;
    return std::vector<records::Condition>{{"patient = ?", {journal::Value{*call.who().patient}}}};
}

}  // namespace

std::vector<records::Route> routes(records::Shape const& patient, records::Shape const& visit, Zone zone) {
    records::Collection patients{patient, "/api/patients/patients/"};
    patients.remove = bit(Role::admin);
    patients.rules = patient_rules(zone);
    patients.scope = all_but_staff;
    patients.create_envelope = records::Envelope::wrapped;
    patients.created_in = patients.updated_in = "patient";

    records::Collection visits{visit, "/api/patients/medical-records/"};
    visits.scope = own_visits;
    visits.filtering = records::clinic_roles;
    visits.rules = visit_rules(zone);
    visits.create_envelope = records::Envelope::wrapped;
    visits.created_in = "record";

    auto const checkers = bit(Role::admin) | bit(Role::nurse) | bit(Role::doctor) | bit(Role::staff);
    std::vector<records::Route> extra;
    extra.emplace_back(http::Method::get, "/api/patients/patients/{id}/check_duplicates/",
                       records::Policy::only(static_cast<journal::Roles>(checkers)), check_duplicates);
    return records::concat(records::collection(std::move(patients)), records::collection(std::move(visits)), std::move(extra));
}

}  // namespace himsog::clinic::patients
