#include "common/clinic/authentication/profile.hpp"

#include "common/base/log.hpp"
#include "common/clinic/authentication/entities.hpp"
#include "common/clinic/authentication/rules.hpp"
#include "common/clinic/authentication/store.hpp"
#include "common/records/json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace himsog::clinic::authentication {
namespace {

using journal::Type;
using journal::Value;
using nlohmann::json;

struct Key {
    std::string_view name;   // in the profile
    std::string_view user;   // field of the account
    std::string_view chart;  // field of the patient; "" = the account's alone
    bool writable = true;
};

/// The order of authentication.md 3.0, between `id` and `created_at`.
constexpr std::array keys{
    Key{"email", "email", "", false},
    Key{"role", "role", "", false},
    Key{"requested_role", "requested_role", "", false},
    Key{"completeSetup", "completeSetup", "", false},
    Key{"is_active", "is_active", "", false},
    Key{"is_verified", "is_verified", "", false},
    Key{"first_name", "first_name", "first_name"},
    Key{"last_name", "last_name", "last_name"},
    Key{"middle_name", "middle_name", "middle_name"},
    Key{"id_number", "id_number", "usc_id"},
    Key{"course", "course", "course"},
    Key{"year_level", "year_level", "year_level"},
    Key{"school", "school", "school"},
    Key{"sex", "sex", "gender"},
    Key{"civil_status", "civil_status", "civil_status"},
    Key{"birthday", "birthday", "date_of_birth"},
    Key{"nationality", "nationality", "nationality"},
    Key{"religion", "religion", "religion"},
    Key{"address_permanent", "address_permanent", "address_permanent"},
    Key{"address_present", "address_present", "address"},
    Key{"phone", "phone", "phone_number"},
    Key{"weight", "weight", "weight"},
    Key{"height", "height", "height"},
    Key{"bmi", "bmi", "bmi"},
    Key{"father_name", "father_name", "father_name"},
    Key{"mother_name", "mother_name", "mother_name"},
    Key{"emergency_contact", "emergency_contact", "emergency_contact"},
    Key{"emergency_contact_number", "emergency_contact_number", "emergency_contact_number"},
    Key{"illness", "illness", "illness"},
    Key{"childhood_diseases", "childhood_diseases", "childhood_diseases"},
    Key{"special_needs", "special_needs", "special_needs"},
    Key{"existing_medical_condition", "existing_medical_condition", "existing_medical_condition"},
    Key{"medications", "medications", "medications"},
    Key{"allergies", "allergies", "allergies"},
    Key{"hospitalization_history", "hospitalization_history", "hospitalization_history"},
    Key{"surgical_procedures", "surgical_procedures", "surgical_procedures"},
    Key{"department", "department", ""},
    Key{"phone_number", "phone", "phone_number"},
};

/// M, F, O ↔ "1", "2" of the profile form (contract/README.md decision 11, authentication.md Q6).
json gender_of(json const& sent) {
    if (!sent.is_string() && !sent.is_number()) return sent;
    auto const text = sent.is_string() ? std::string{trimmed(sent.get_ref<std::string const&>())} : sent.dump();
    if (text.empty()) return nullptr;
    if (text == "1" || text.front() == 'M' || text.front() == 'm') return "M";
    if (text == "2" || text.front() == 'F' || text.front() == 'f') return "F";
    return "O";
}

struct Row {
    journal::Values values;
    std::int64_t created_at = 0;
    std::int64_t updated_at = 0;
    std::string version;
};

Row read_row(records::Reader& reader, records::Shape const& shape, Uuid const& id) {
    auto const& fields = shape.entity().fields();
    auto row = reader.connection.prepare("SELECT " + shape.columns() + " FROM \"" + shape.entity().name() + "\" WHERE id = ?");
    if (!row.bind(id).step()) throw std::logic_error{shape.entity().name() + ": a row that is not there"};
    Row read;
    for (std::size_t i = 0; i < fields.size(); ++i) read.values.push_back(Value::column(row, 1 + static_cast<int>(i)));
    auto const at = 1 + static_cast<int>(fields.size());
    read.created_at = row.integer(at + 5);
    read.updated_at = row.is_null(at + 7) ? read.created_at : row.integer(at + 7);
    journal::append_version(read.version, reader.writers, row.integer(at), row.integer(at + 1), row.blob(at + 3));
    return read;
}

/// Everything in a profile is text or null but the flags, also what the patient's row keeps as a number.
void append_key(std::string& out, Key const& key, journal::Field const& field, Value const& value, Zone zone) {
    out += ",\"";
    out += key.name;
    out += "\":";
    if (key.name == "sex" && value.text() == "M") out += "\"1\"";
    else if (key.name == "sex" && value.text() == "F") out += "\"2\"";
    else if (!value.is_null() && field.type == Type::integer) {
        out += '"';
        records::append_value(out, field, value, zone);
        out += '"';
    } else records::append_value(out, field, value, zone);
}

void append_moment(std::string& out, std::string_view key, std::int64_t at, Zone zone) {
    out += ",\"";
    out += key;
    out += "\":\"";
    append_text(out, Instant{at}, zone);
    out += '"';
}

/// The draft's errors under the keys that were sent, and the rules that a profile has beside its fields.
FieldErrors mistakes(records::Shape const& shape, records::Draft const& draft, json const& body, std::string_view Key::*field_of) {
    FieldErrors errors;
    for (auto const& key : keys) {
        auto const field = std::string{key.*field_of};
        if (field.empty() || !key.writable || !body.contains(key.name)) continue;
        auto& found = errors[std::string{key.name}];
        if (auto const known = draft.errors.find(field); known != draft.errors.end()) found = known->second;
        auto const index = shape.entity().find(field);
        if (!found.empty() || !index || !draft.sent(*index)) continue;
        if (key.name == "phone" || key.name == "phone_number" || key.name == "emergency_contact_number")
            if (auto refused = refuse_phone(draft.text(*index))) found.push_back(std::move(*refused));
        if (key.name == "birthday" && !draft.fields[*index]->is_null() && draft.fields[*index]->integer() < Date::of(1900, 1, 1)->days)
            found.emplace_back("The birthday is too long ago.");
    }
    std::erase_if(errors, [](auto const& one) { return one.second.empty(); });
    return errors;
}

}  // namespace

Profiles::Profiles(journal::Dictionary const& dictionary) : dictionary_{dictionary}, user_{*dictionary.numbered(user_number)} {
    if (auto const* const patient = dictionary.named("patient"); patient != nullptr && patient->find("user")) chart_.emplace(*patient);
}

std::optional<std::size_t> Profiles::chart_field(std::string_view name) const {
    return name.empty() ? std::nullopt : chart_->entity().find(name);
}

Profiles::Shown Profiles::show(records::Reader& reader, Uuid const& user, Zone zone) const {
    auto const own = read_row(reader, user_, user);
    std::optional<Row> chart;
    if (auto const found = chart_of(reader.connection, dictionary_, user)) chart = read_row(reader, *chart_, found->id);

    Shown shown;
    shown.json = R"({"id":")" + user.text() + '"';
    for (auto const& key : keys) {
        auto const in_chart = chart ? chart_field(key.chart) : std::nullopt;
        if (in_chart) append_key(shown.json, key, chart_->entity().fields()[*in_chart], chart->values[*in_chart], zone);
        else
            append_key(shown.json, key, user_.entity().fields()[user_.entity().index(key.user)], own.values[user_.entity().index(key.user)],
                       zone);
    }
    append_moment(shown.json, "created_at", own.created_at, zone);
    append_moment(shown.json, "updated_at", chart ? std::max(own.updated_at, chart->updated_at) : own.updated_at, zone);
    shown.json += '}';
    shown.version = chart ? own.version + '.' + chart->version : own.version;
    return shown;
}

Result<ProfileEdit> Profiles::read(std::string_view text, std::optional<Uuid> const& patient, Zone zone) const {
    auto const body = records::parse_json_object(text);
    if (!body) return body.error();

    auto for_user = json::object();
    auto for_chart = json::object();
    for (auto const& key : keys) {
        if (!key.writable || !body->contains(key.name)) continue;
        if (key.name == "phone_number" && body->contains("phone")) continue;  // the same field; the form's own name counts
        auto const& sent = (*body)[key.name];
        auto value = key.name == "sex" ? gender_of(sent) : sent;
        if (patient && chart_ && chart_field(key.chart)) for_chart[key.chart] = std::move(value);
        else for_user[key.user] = std::move(value);
    }

    ProfileEdit edit;
    edit.patient = patient;
    auto user = records::read_draft(user_, for_user.dump(), records::Mode::patch, zone);
    if (!user) return user.error();
    auto errors = mistakes(user_, *user, *body, &Key::user);
    edit.user = std::move(*user);
    if (patient && chart_) {
        auto chart = records::read_draft(*chart_, for_chart.dump(), records::Mode::patch, zone);
        if (!chart) return chart.error();
        errors.merge(mistakes(*chart_, *chart, *body, &Key::chart));
        edit.chart = std::move(*chart);
    }
    if (!errors.empty()) return Problem{std::move(errors)};
    return edit;
}

std::optional<ProfileBase> Profiles::parse_version(std::string_view text) {
    auto const dot = text.find('.');
    auto user = journal::parse_version(text.substr(0, dot));
    if (!user) return std::nullopt;
    ProfileBase base{std::move(*user), std::nullopt};
    if (dot == std::string_view::npos) return base;
    base.chart = journal::parse_version(text.substr(dot + 1));
    if (!base.chart) return std::nullopt;
    return base;
}

Result<Profiles::Updates> Profiles::apply(journal::Writer& writer, Uuid const& user, ProfileEdit const& edit, ProfileBase const* base,
                                          Zone zone) const {
    auto const chart = chart_of(writer.database(), dictionary_, user);
    if (edit.patient != (chart ? std::optional{chart->id} : std::nullopt))
        return Problem{ProblemKind::conflict, "The account was joined with a patient's record in the meantime. Nothing was saved."};

    auto const own = writer.find(user_.entity(), user);
    if (!own) return Problem{ProblemKind::unauthenticated, "User inactive or deleted."};
    auto const row = chart ? writer.find(chart_->entity(), chart->id) : std::nullopt;
    auto const birthday = row ? chart_field("date_of_birth") : user_.entity().find("birthday");
    auto const& draft = row ? *edit.chart : edit.user;
    if (birthday && draft.sent(*birthday) && writer.clock_quality() == journal::ClockQuality::ok &&
        draft.fields[*birthday]->integer() > date_of(writer.trusted_now() + std::chrono::minutes{5}, zone).days)
        return Problem{FieldErrors{{"birthday", {"The birthday cannot be in the future."}}}};

    Updates updates;
    updates.push_back(writer.update(user_.entity(), user, edit.user.over(*own), base == nullptr ? nullptr : &base->user));
    if (row)
        updates.push_back(
            writer.update(chart_->entity(), chart->id, edit.chart->over(*row), base == nullptr || !base->chart ? nullptr : &*base->chart));
    return updates;
}

}  // namespace himsog::clinic::authentication
