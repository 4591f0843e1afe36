#include "common/clinic/patients/entities.hpp"

#include "common/base/log.hpp"
#include "common/records/principal.hpp"

namespace himsog::clinic::patients {
namespace {

using namespace journal;
using records::Role;

constexpr int long_text = 10'000;  // contract README decision 17
constexpr auto auto_settled = Kind::administrative;

/// A background text that the older profile kept: empty is null.
Field background(std::uint16_t number, std::string name, std::string label, int max_length) {
    return text(number, std::move(name), std::move(label), max_length).nullable().phi().initially(Value{});
}

Field finding(std::uint16_t number, std::string name, std::string label) {
    return text(number, std::move(name), std::move(label), long_text).phi().within("physical_examination");
}

Field vital(Field field) { return field.phi().within("vital_signs"); }

}  // namespace

Entity patient_entity() {
    Entity entity{3, "patient", "Patient"};
    entity.field(reference(1, "user", "Account", "user").nullable().read_only().indexed())
        .field(background(2, "usc_id", "USC ID", 50).searchable().filterable().indexed())
        .group("name", "Name",
               {text(3, "first_name", "First name", 100).required().not_blank().phi().searchable(),
                background(4, "middle_name", "Middle name", 50),
                text(5, "last_name", "Last name", 100).required().not_blank().phi().searchable()})
        .field(date(6, "date_of_birth", "Birth date").required().phi().indexed())
        .field(choice(7, "gender", "Sex", {{"M", "Male"}, {"F", "Female"}, {"O", "Other"}})
                   .required()
                   .phi()
                   .also("1", "M")
                   .also("male", "M")
                   .also("2", "F")
                   .also("female", "F")
                   .also("other", "O"))
        .field(background(8, "email", "E-mail", 254).lower_case().unique().searchable().administrative())
        .field(text(9, "phone_number", "Phone", 20).phi().administrative())
        .field(text(10, "address", "Address", 500).phi().administrative())
        .field(background(11, "course", "Course", 50).administrative())
        .field(background(12, "year_level", "Year level", 50).administrative())
        .field(background(13, "school", "Campus", 50).administrative())
        .field(background(14, "civil_status", "Civil status", 50).administrative())
        .field(background(15, "nationality", "Nationality", 50).administrative())
        .field(background(16, "religion", "Religion", 50).administrative())
        .field(background(17, "address_permanent", "Home address", 300).administrative())
        .group("measures", "Height and weight",
               {background(18, "weight", "Weight", 10), background(19, "height", "Height", 10), background(20, "bmi", "BMI", 10)})
        .field(background(21, "father_name", "Father", 100).administrative())
        .field(background(22, "mother_name", "Mother", 100).administrative())
        .group("emergency_contact", "Emergency contact",
               {background(23, "emergency_contact", "Emergency contact", 100),
                background(24, "emergency_contact_number", "Emergency contact's number", 100)},
               auto_settled)
        .field(background(25, "illness", "Illnesses", 1000))
        .field(background(26, "childhood_diseases", "Childhood diseases", 1000))
        .field(background(27, "special_needs", "Special needs", 1000))
        .field(background(28, "existing_medical_condition", "Conditions", 1000))
        .field(background(29, "medications", "Medications", 1000))
        .field(background(30, "allergies", "Allergies", 1000))
        .field(background(31, "hospitalization_history", "Hospital stays", 1000))
        .field(background(32, "surgical_procedures", "Operations", 1000))
        .field(background(33, "blood_type", "Blood type", 10))
        .readable_by(records::clinic_roles)
        .writable_by(records::clinic_roles);
    return entity;
}

Entity medical_record_entity() {
    Entity entity{4, "medical_record", "Medical record"};
    entity.field(reference(1, "patient", "Patient", "patient").required().filterable())
        .field(instant(2, "visit_date", "Date of visit").required().phi())
        .field(text(3, "concern", "Concern", long_text).not_blank().phi())
        .group("diagnosis", "Diagnosis",
               {text(4, "diagnosis", "Diagnosis", long_text).required().not_blank().phi(), text(5, "diagnosis_code", "Code", 20).phi()})
        .field(text(6, "treatment", "Treatment", long_text).required().not_blank().phi())
        .field(text(7, "notes", "Notes", long_text).phi())
        .field(vital(decimal(8, "temperature", "Temperature", 2).between(3000, 4500)))
        .group("vital_signs.blood_pressure", "Blood pressure",
               {vital(integer(9, "bp_systolic", "Blood pressure").between(40, 300)),
                vital(integer(10, "bp_diastolic", "Blood pressure, low").between(20, 300))})
        .field(vital(integer(11, "pulse_rate", "Pulse").between(20, 250)))
        .field(vital(integer(12, "respiratory_rate", "Breaths").between(3, 80)))
        .field(vital(integer(13, "oxygen_saturation", "Oxygen").between(40, 100)))
        .group("vital_signs.measures", "Height and weight",
               {vital(decimal(14, "height", "Height", 2).between(2000, 30000)),
                vital(decimal(15, "weight", "Weight", 2).between(100, 50000)), vital(decimal(16, "bmi", "BMI", 2).between(0, 20000))})
        .field(unknown_keys(17, "vital_signs", "Other vital signs"))
        .field(finding(18, "general_appearance", "General appearance"))
        .field(finding(19, "skin", "Skin"))
        .field(finding(20, "heent", "Head, eyes, ears, nose, throat"))
        .field(finding(21, "heart", "Heart"))
        .field(finding(22, "lungs", "Lungs"))
        .field(finding(23, "abdomen", "Abdomen"))
        .field(finding(24, "extremities", "Extremities"))
        .field(finding(25, "neurological", "Neurological"))
        .field(unknown_keys(26, "physical_examination", "Other findings"))
        .clustered_by("patient")
        .subject("patient")
        .ordered_by("-visit_date")
        .readable_by(records::every_role)
        .writable_by(bit(Role::admin) | bit(Role::nurse) | bit(Role::doctor));
    return entity;
}

records::Shape patient_shape(Dictionary const& dictionary) {
    records::Shape shape{*dictionary.named("patient")};
    auto const nothing = [](std::string& out, db::Statement const&, records::Rendering&) { out += "[]"; };
    shape.alias("address_permanent", "phone", "phone_number").hide("created_by");
    auto const visits = std::make_shared<records::Shape>(medical_record_shape(dictionary));
    // Lists answer the three keys empty; the detail carries the records (patients.md Q14).
    shape.computed("updated_at", "medical_records", [visits](std::string& out, db::Statement const& row, records::Rendering& rendering) {
        out += '[';
        if (rendering.is_detail) {
            auto visit = rendering.reader.connection.prepare(
                "SELECT " + visits->columns() + " FROM medical_record WHERE patient = ? AND v_void = 0 ORDER BY visit_date DESC");
            visit.bind(row.uuid(0));
            for (bool first = true; visit.step(); first = false) {
                if (!first) out += ',';
                visits->write(out, visit, rendering);
            }
        }
        out += ']';
    });
    return shape.computed("medical_records", "dental_records", nothing).computed("dental_records", "consultations", nothing);
}

records::Shape medical_record_shape(Dictionary const& dictionary) {
    records::Shape shape{*dictionary.named("medical_record")};
    auto const column = shape.column("patient");
    auto const of_patient = [column](std::string_view key, char const* sql, bool nullable) {
        return [=](std::string& out, db::Statement const& row, records::Rendering& rendering) {
            auto const id = row.uuid(column);
            auto [found, fresh] = rendering.memo.try_emplace({key, id});
            if (fresh) {
                auto patient = rendering.reader.connection.prepare(sql);
                bool const there = patient.bind(id).step();
                if (!there || (nullable && patient.is_null(0))) found->second = "null";
                else append_json_string(found->second, patient.text(0));
            }
            out += found->second;
        };
    };
    shape.computed("patient", "patient_name",
                   of_patient("patient_name", "SELECT first_name || ' ' || last_name FROM patient WHERE id = ?", false));
    shape.computed("patient_name", "patient_usc_id", of_patient("patient_usc_id", "SELECT usc_id FROM patient WHERE id = ?", true));
    shape.pair("vital_signs", "blood_pressure", "bp_systolic", "bp_diastolic");
    return shape.alias("pulse_rate", "heart_rate", "pulse_rate");
}

}  // namespace himsog::clinic::patients
