#include "common/clinic/authentication/entities.hpp"

#include "common/records/principal.hpp"

#include <utility>

namespace himsog::clinic::authentication {
namespace {

using journal::boolean;
using journal::choice;
using journal::date;
using journal::Field;
using journal::instant;
using journal::text;
using journal::Value;

std::vector<journal::Choice> roles() {
    return {{"ADMIN", "Admin"}, {"DOCTOR", "Doctor"},   {"DENTIST", "Dentist"}, {"NURSE", "Nurse"},
            {"STAFF", "Staff"}, {"STUDENT", "Student"}, {"FACULTY", "Faculty"}};
}

/// A text that is null until somebody writes it.
Field maybe(std::uint16_t number, std::string name, std::string label, int max_length) {
    return text(number, std::move(name), std::move(label), max_length).nullable().initially(Value{});
}

}  // namespace

journal::Entity user_entity() {
    return journal::Entity(user_number, "user", "Account")
        .administrative()
        .readable_by(bit(records::Role::admin))
        .writable_by(bit(records::Role::admin))
        .field(text(1, "email", "E-mail", 200).required().not_blank().unique().lower_case().phi().read_only())
        .group("password", "Password",
               {text(password_register, "password", "Password", 200).secret(),
                boolean(3, "password_is_one_time", "One-time password").secret(),
                instant(4, "password_expires_at", "One-time password valid until").nullable().secret()})
        .field(choice(5, "role", "Role", roles()).filterable().read_only().initially("STUDENT"))
        .field(choice(6, "requested_role", "Requested role", roles()).nullable().read_only())
        .field(boolean(7, "completeSetup", "Setup completed").read_only())
        .field(boolean(8, "is_verified", "E-mail verified").read_only())
        .field(boolean(9, "is_active", "Active").read_only().initially(1))
        .group("name", "Name",
               {text(10, "first_name", "First name", 150).phi().searchable(), text(11, "last_name", "Last name", 150).phi().searchable(),
                maybe(12, "middle_name", "Middle name", 50).phi()})
        .field(maybe(13, "department", "Department", 100))
        .field(maybe(14, "id_number", "University ID", 50).phi().searchable())
        .field(maybe(15, "course", "Course", 50))
        .field(maybe(16, "year_level", "Year level", 50))
        .field(maybe(17, "school", "School", 50))
        .field(choice(18, "sex", "Sex", {{"M", "Male"}, {"F", "Female"}, {"O", "Other"}}).nullable().phi())
        .field(maybe(19, "civil_status", "Civil status", 50).phi())
        .field(date(20, "birthday", "Birthday").nullable().phi())
        .field(maybe(21, "nationality", "Nationality", 50).phi())
        .field(maybe(22, "religion", "Religion", 50).phi())
        .field(maybe(23, "address_permanent", "Permanent address", 300).phi())
        .field(maybe(24, "address_present", "Present address", 300).phi())
        .field(maybe(25, "phone", "Phone", 20).phi())
        .group("body_measurements", "Height, weight, BMI",
               {maybe(26, "weight", "Weight", 10).phi(), maybe(27, "height", "Height", 10).phi(), maybe(28, "bmi", "BMI", 10).phi()})
        .field(maybe(29, "father_name", "Father's name", 100).phi())
        .field(maybe(30, "mother_name", "Mother's name", 100).phi())
        .group("emergency_contact", "Emergency contact",
               {maybe(31, "emergency_contact", "Emergency contact", 100).phi(),
                maybe(32, "emergency_contact_number", "Emergency contact's number", 100).phi()})
        .field(maybe(33, "illness", "Illness", 1000).phi())
        .field(maybe(34, "childhood_diseases", "Childhood diseases", 1000).phi())
        .field(maybe(35, "special_needs", "Special needs", 1000).phi())
        .field(maybe(36, "existing_medical_condition", "Existing medical conditions", 1000).phi())
        .field(maybe(37, "medications", "Medications", 1000).phi())
        .field(maybe(38, "allergies", "Allergies", 1000).phi())
        .field(maybe(39, "hospitalization_history", "Hospitalization history", 1000).phi())
        .field(maybe(40, "surgical_procedures", "Surgical procedures", 1000).phi());
}

}  // namespace himsog::clinic::authentication
