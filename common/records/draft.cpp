#include "common/records/draft.hpp"

#include "common/db/folding.hpp"
#include "common/records/json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace himsog::records {
namespace {

using journal::Field;
using journal::Type;
using journal::Value;
using nlohmann::json;

/// A value, or why the field does not take it.
struct Read {
    std::optional<Value> value;
    std::string error;
};

constexpr std::size_t most_unknown = 10'000;

std::string too_much_unknown() { return "Ensure this field has no more than " + std::to_string(most_unknown) + " characters."; }

Read refused(std::string error) { return {std::nullopt, std::move(error)}; }
Read taken(Value value) { return {std::move(value), {}}; }

/// "36.5" → 365 at scale 1; nothing for text that is no number or has more digits than the field.
std::optional<std::int64_t> scaled(std::string_view text, int scale) {
    bool const negative = !text.empty() && text.front() == '-';
    if (negative) text.remove_prefix(1);
    auto const point = text.find('.');
    auto const whole = text.substr(0, point);
    auto fraction = point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
    while (!fraction.empty() && fraction.back() == '0') fraction.remove_suffix(1);
    if (whole.empty() || whole.size() > 12 || fraction.size() > static_cast<std::size_t>(scale)) return std::nullopt;
    std::string digits{whole};
    digits += fraction;
    if (digits.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
    digits.append(static_cast<std::size_t>(scale) - fraction.size(), '0');
    std::int64_t number = 0;
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc{}) return std::nullopt;
    return negative ? -number : number;
}

/// Text of a JSON string, or of a number that a text field accepts ("52.5"); nothing for the rest.
std::optional<std::string> text_of(json const& value) {
    if (value.is_string()) return std::string{trimmed(value.get_ref<std::string const&>())};
    if (value.is_number()) return value.dump();
    return std::nullopt;
}

Read read_text(Field const& field, json const& value) {
    auto text = text_of(value);
    if (!text) return refused("Not a valid string.");
    if (text->find('\0') != std::string::npos) return refused("Null characters are not allowed.");
    if (field.is_lower_case)
        std::transform(text->begin(), text->end(), text->begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (text->empty() && !field.may_be_blank) return refused("This field may not be blank.");
    if (field.max_length > 0 && utf8_length(*text) > static_cast<std::size_t>(field.max_length))
        return refused("Ensure this field has no more than " + std::to_string(field.max_length) + " characters.");
    return taken(Value{std::move(*text)});
}

Read read_choice(Field const& field, json const& value) {
    auto text = text_of(value);
    if (text && text->empty() && field.may_be_blank) return taken(Value{""});
    for (auto const& [sent, means] : field.synonyms)
        if (text && db::folded(*text) == db::folded(sent)) text = means;
    if (text && std::any_of(field.choices.begin(), field.choices.end(), [&](auto const& one) { return one.value == *text; }))
        return taken(Value{*text});
    return refused("\"" + (text ? *text : value.dump()) + "\" is not a valid choice.");
}

Read read_number(Field const& field, json const& value) {
    auto const text = text_of(value);
    auto const number = text ? scaled(*text, field.type == Type::decimal ? field.scale : 0) : std::nullopt;
    if (!number) return refused(field.type == Type::decimal ? "A valid number is required." : "A valid integer is required.");
    if (*number < field.minimum)
        return refused("Ensure this value is greater than or equal to " + decimal_text(field.minimum, field.scale) + ".");
    if (*number > field.maximum)
        return refused("Ensure this value is less than or equal to " + decimal_text(field.maximum, field.scale) + ".");
    return taken(Value{*number});
}

Read read_boolean(json const& value) {
    if (value.is_boolean()) return taken(Value{value.get<bool>() ? 1 : 0});
    if (value == 1 || value == "true" || value == "True" || value == "1") return taken(Value{1});
    if (value == 0 || value == "false" || value == "False" || value == "0") return taken(Value{0});
    return refused("Must be a valid boolean.");
}

Read read_value(Field const& field, json const& value, Zone zone) {
    if (value.is_null()) {
        if (field.may_be_null || !field.object.empty()) return taken(Value{});
        if (field.type == Type::text && field.may_be_blank && !field.is_required)
            return taken(Value{""});  // the older API's clients send null for empty
        return refused("This field may not be null.");
    }
    switch (field.type) {
        case Type::text: return read_text(field, value);
        case Type::choice: return read_choice(field, value);
        case Type::integer:
        case Type::decimal: return read_number(field, value);
        case Type::boolean: return read_boolean(value);
        case Type::date: {
            auto const text = text_of(value);
            if (text && text->empty() && field.may_be_null) return taken(Value{});
            auto const date = text ? parse_date(*text) : std::nullopt;
            if (!date) return refused("Date has wrong format. Use one of these formats instead: YYYY-MM-DD.");
            return taken(Value{date->days});
        }
        case Type::instant: {
            auto const at = value.is_string() ? parse_instant(trimmed(value.get_ref<std::string const&>()), zone) : std::nullopt;
            if (!at)
                return refused(
                    "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].");
            return taken(Value{at->us});
        }
        case Type::reference: {
            auto const text = text_of(value);
            if (text && text->empty() && field.may_be_null) return taken(Value{});
            auto const id = text ? Uuid::parse(*text) : std::nullopt;
            if (!id) return refused("Invalid pk \"" + (text ? *text : value.dump()) + "\" - object does not exist.");
            return taken(Value{*id});
        }
        case Type::json: return refused("Not a valid string.");
    }
    return refused("Not a valid string.");
}

bool is_true(json const& value) { return value == true || value == 1 || value == "true" || value == "1"; }

class Reading {
public:
    Reading(Shape const& shape, Mode mode, Zone zone) : shape_{shape}, entity_{shape.entity()}, mode_{mode}, zone_{zone} {
        draft_.fields.resize(entity_.fields().size());
    }

    Draft read(json const& body) {
        for (auto const& [key, value] : body.items()) top_level(body, key, value);
        if (mode_ != Mode::patch)
            for (std::size_t i = 0; i < entity_.fields().size(); ++i)
                if (entity_.fields()[i].is_required && !draft_.sent(i) && !draft_.errors.contains(entity_.fields()[i].name))
                    draft_.errors[entity_.fields()[i].name] = {"This field is required."};
        return std::move(draft_);
    }

private:
    void top_level(json const& body, std::string const& key, json const& value) {
        if (key == "id" && mode_ == Mode::create) return read_id(value);
        if (is_true(value)) draft_.flags.insert(key);
        auto const& objects = shape_.objects();
        if (std::find(objects.begin(), objects.end(), key) != objects.end()) return read_object(key, value);
        auto const field = shape_.field_named("", key);
        if (!field || entity_.fields()[*field].is_read_only || is_second_name(body, key, *field)) return;
        auto read = read_value(entity_.fields()[*field], value, zone_);
        if (read.value) draft_.fields[*field] = std::move(read.value);
        else draft_.errors[key] = {std::move(read.error)};
    }

    void read_id(json const& value) {
        auto const id = value.is_string() ? Uuid::parse(value.get_ref<std::string const&>()) : std::nullopt;
        if (id && id->version() == 7) draft_.id = id;
        else if (!value.is_null()) draft_.errors["id"] = {"Must be a valid UUIDv7."};
    }

    /// A missing key is unchanged on PATCH and cleared on PUT; what does not parse as its field is kept with the unknown keys.
    void read_object(std::string const& name, json const& value) {
        if (value.is_null()) return clear_object(name);
        if (!value.is_object()) {
            draft_.errors[name] = {"Value must be an object."};
            return;
        }
        if (mode_ != Mode::patch) clear_object(name);
        json unknown = json::object();
        for (auto const& [key, one] : value.items()) inside(name, value, key, one, unknown);
        keep(name, std::move(unknown));
    }

    /// One key inside an object: a pair, a field, or one that we do not know. In `unknown` null means: is not kept there (any more).
    void inside(std::string const& object, json const& all, std::string const& key, json const& value, json& unknown) {
        if (auto const* const pair = shape_.pair_named(object, key)) {
            unknown[key] = read_pair(*pair, value) ? json{} : value;
            return;
        }
        auto const field = shape_.field_named(object, key);
        if (!field) {
            unknown[key] = value;
            return;
        }
        if (is_second_name(all, key, *field)) return;
        for (auto const& name : shape_.names_of(*field)) unknown[name] = nullptr;
        if (!read_field(*field, value)) unknown[key] = value;
    }

    /// Who sends one value under both its names means the first.
    bool is_second_name(json const& all, std::string const& key, std::size_t field) const {
        return key != entity_.fields()[field].name && all.contains(entity_.fields()[field].name);
    }

    void keep(std::string const& object, json unknown) {
        auto const field = entity_.find(object + "_unknown");
        if (!field) return;
        if (mode_ != Mode::patch) std::erase_if(unknown.get_ref<json::object_t&>(), [](auto const& one) { return one.second.is_null(); });
        auto text = unknown.dump();
        if (text.size() > most_unknown) draft_.errors[object] = {too_much_unknown()};
        else if (mode_ == Mode::patch) draft_.merges.emplace_back(*field, std::move(text));
        else if (!unknown.empty()) draft_.fields[*field] = Value{std::move(text)};
    }

    Value cleared(std::size_t field) const { return entity_.fields()[field].type == Type::text ? Value{""} : Value{}; }

    void clear_object(std::string const& name) {
        for (std::size_t i = 0; i < entity_.fields().size(); ++i)
            if (entity_.fields()[i].object == name) draft_.fields[i] = cleared(i);
    }

    /// False: it does not parse as the pair, which is empty then.
    bool read_pair(Shape::Pair const& pair, json const& value) {
        draft_.fields[pair.first] = draft_.fields[pair.second] = Value{};
        auto const text = text_of(value);
        if (value.is_null() || (text && text->empty())) return true;
        auto const slash = text ? text->find('/') : std::string::npos;
        if (slash == std::string::npos) return false;
        auto const high = scaled(trimmed(std::string_view{*text}.substr(0, slash)), 0);
        auto const low = scaled(trimmed(std::string_view{*text}.substr(slash + 1)), 0);
        if (!high || !low || !in_range(pair.first, *high) || !in_range(pair.second, *low)) return false;
        draft_.fields[pair.first] = Value{*high};
        draft_.fields[pair.second] = Value{*low};
        return true;
    }

    bool in_range(std::size_t field, std::int64_t value) const {
        return value >= entity_.fields()[field].minimum && value <= entity_.fields()[field].maximum;
    }

    /// False: it does not parse as the field, which is empty then.
    bool read_field(std::size_t field, json const& value) {
        draft_.fields[field] = cleared(field);
        if (value.is_null() || (value.is_string() && trimmed(value.get_ref<std::string const&>()).empty())) return true;
        auto read = read_value(entity_.fields()[field], value, zone_);
        if (read.value) draft_.fields[field] = std::move(read.value);
        return read.error.empty();
    }

    Shape const& shape_;
    journal::Entity const& entity_;
    Mode mode_;
    Zone zone_;
    Draft draft_;
};

/// Stored unknown keys with the changes of a PATCH.
Value merged(Value const& stored, std::string const& changes) {
    auto keys = stored.is_text() ? json::parse(stored.text(), nullptr, false) : json::object();
    if (!keys.is_object()) keys = json::object();
    auto const changed = json::parse(changes);
    for (auto const& [key, value] : changed.items()) {
        if (value.is_null()) keys.erase(key);
        else keys[key] = value;
    }
    return keys.empty() ? Value{} : Value{keys.dump()};
}

}  // namespace

Result<json> parse_json(std::string_view text) {
    bool too_deep = false;
    auto const guard = [&](int depth, json::parse_event_t event, json&) {
        if ((event == json::parse_event_t::object_start || event == json::parse_event_t::array_start) && depth >= deepest_json)
            too_deep = true;
        return !too_deep;
    };
    auto body = json::parse(text, guard, false);
    if (too_deep) return Problem{ProblemKind::bad_request, "JSON parse error - nested too deeply."};
    if (body.is_discarded()) return Problem{ProblemKind::bad_request, "JSON parse error - not well-formed."};
    return body;
}

Result<json> parse_json_object(std::string_view text) {
    auto body = parse_json(text);
    if (body && !body->is_object()) return Problem{FieldErrors{{"non_field_errors", {"Invalid data. Expected a dictionary."}}}};
    return body;
}

journal::Values Draft::over(journal::Values row) const {
    for (std::size_t i = 0; i < fields.size(); ++i)
        if (fields[i]) row[i] = *fields[i];
    for (auto const& [field, changes] : merges) row[field] = merged(row[field], changes);
    return row;
}

Result<Draft> read_draft(Shape const& shape, std::string_view body, Mode mode, Zone zone) {
    auto const parsed = parse_json_object(body.empty() ? "{}" : body);
    if (!parsed) return parsed.error();
    return Reading{shape, mode, zone}.read(*parsed);
}

std::optional<Problem> errors_of(Draft const& draft) {
    if (draft.errors.empty()) return std::nullopt;
    return Problem{draft.errors};
}

std::optional<Problem> too_many_unknown(journal::Entity const& entity, journal::Values const& row) {
    FieldErrors errors;
    for (std::size_t i = 0; i < entity.fields().size(); ++i)
        if (entity.fields()[i].type == Type::json && row[i].text().size() > most_unknown)
            errors[entity.fields()[i].object] = {too_much_unknown()};
    if (errors.empty()) return std::nullopt;
    return Problem{std::move(errors)};
}

}  // namespace himsog::records
