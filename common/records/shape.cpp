#include "common/records/shape.hpp"

#include "common/base/log.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace himsog::records {
namespace {

using journal::Field;
using journal::Type;
using journal::Value;

void append_integer(std::string& out, std::int64_t number) {
    char digits[24];
    auto const end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    out.append(digits, end);
}

/// With all digits of the scale, or without the zeros at the end.
void append_digits(std::string& out, std::int64_t scaled, int scale, bool all) {
    if (scaled < 0) out += '-';
    auto const magnitude = static_cast<std::uint64_t>(scaled < 0 ? -(scaled + 1) : scaled) + (scaled < 0 ? 1U : 0U);
    std::uint64_t unit = 1;
    for (int i = 0; i < scale; ++i) unit *= 10;
    append_integer(out, static_cast<std::int64_t>(magnitude / unit));
    auto rest = magnitude % unit;
    if (rest == 0 && (!all || scale == 0)) return;
    out += '.';
    for (unit /= 10; unit > 0 && (rest > 0 || all); unit /= 10) {
        out += static_cast<char>('0' + rest / unit);
        rest %= unit;
    }
}

void append_decimal(std::string& out, Field const& field, std::int64_t scaled) {
    bool const is_text = field.object.empty();
    if (is_text) out += '"';
    append_digits(out, scaled, field.scale, is_text);
    if (is_text) out += '"';
}

void append_uuid(std::string& out, std::string_view bytes) {
    if (bytes.size() != Uuid{}.octets.size()) {
        out += "null";
        return;
    }
    char text[1 + Uuid::text_size + 1] = {'"'};
    Uuid::write_text(text + 1, bytes);
    text[1 + Uuid::text_size] = '"';
    out.append(text, sizeof text);
}

std::string key_of(std::string const& name) { return ",\"" + name + "\":"; }

void append_instant(std::string& out, std::int64_t us, Zone zone) {
    out += '"';
    append_text(out, Instant{us}, zone);
    out += '"';
}

/// A stored column as JSON without making a Value of it: the hot path of lists.
void append_cell(std::string& out, Field const& field, db::Cell const& cell, Zone zone) {
    if (cell.is_null()) {
        out += field.is_text() && !field.may_be_null && field.type == Type::text ? "\"\"" : "null";
        return;
    }
    switch (field.type) {
        case Type::text:
        case Type::choice: append_json_string(out, cell.bytes); return;
        case Type::json: out += cell.bytes; return;
        case Type::integer: append_integer(out, cell.integer); return;
        case Type::decimal: append_decimal(out, field, cell.integer); return;
        case Type::boolean: out += cell.integer != 0 ? "true" : "false"; return;
        case Type::date:
            out += '"';
            out += Date{static_cast<std::int32_t>(cell.integer)}.text();
            out += '"';
            return;
        case Type::instant: append_instant(out, cell.integer, zone); return;
        case Type::reference: append_uuid(out, cell.bytes); return;
    }
}

}  // namespace

std::string decimal_text(std::int64_t scaled, int scale) {
    std::string out;
    append_digits(out, scaled, scale, false);
    return out;
}

void append_value(std::string& out, Field const& field, Value const& value, Zone zone) {
    if (value.is_null()) {
        out += "null";
        return;
    }
    switch (field.type) {
        case Type::text:
        case Type::choice: append_json_string(out, value.text()); return;
        case Type::json: out += value.text(); return;
        case Type::integer: append_integer(out, value.integer()); return;
        case Type::decimal: append_decimal(out, field, value.integer()); return;
        case Type::boolean: out += value.integer() != 0 ? "true" : "false"; return;
        case Type::date: append_json_string(out, Date{static_cast<std::int32_t>(value.integer())}.text()); return;
        case Type::instant: append_instant(out, value.integer(), zone); return;
        case Type::reference: append_uuid(out, value.bytes()); return;
    }
}

Shape::Shape(journal::Entity const& entity) : entity_{&entity}, columns_{"id"} {
    std::string open;
    auto const& fields = entity.fields();
    for (std::size_t i = 0; i < fields.size(); ++i) {
        columns_ += ", " + fields[i].name;
        if (fields[i].is_secret) continue;
        if (fields[i].object != open) {
            if (!open.empty()) add_item(Item::What::close, open + "}");
            open = fields[i].object;
            if (!open.empty()) {
                add_item(Item::What::open, open);
                objects_.push_back(open);
            }
        }
        add_item(Item::What::field, fields[i].name, i);
    }
    if (!open.empty()) add_item(Item::What::close, open + "}");
    add_item(Item::What::created_at, "created_at");
    add_item(Item::What::updated_at, "updated_at");
    add_item(Item::What::created_by, "created_by");
    columns_ += ", " + std::string{journal::version_columns};
}

void Shape::add_item(Item::What what, std::string const& name, std::size_t field) {
    Item item;
    item.what = what;
    item.name = name;
    item.key = key_of(name);
    item.field = field;
    items_.push_back(std::move(item));
}

std::size_t Shape::position_after(std::string const& name) const {
    if (name == "id") return 0;
    auto const found = std::find_if(items_.begin(), items_.end(), [&](Item const& item) { return item.name == name; });
    if (found == items_.end()) throw std::logic_error{entity_->name() + " has no key " + name};
    return static_cast<std::size_t>(found - items_.begin()) + 1;
}

Shape& Shape::computed(std::string const& after, std::string key, Computed value) {
    Item item;
    item.what = Item::What::computed;
    item.key = key_of(key);
    item.name = std::move(key);
    item.value = std::move(value);
    items_.insert(items_.begin() + static_cast<std::ptrdiff_t>(position_after(after)), std::move(item));
    return *this;
}

Shape& Shape::alias(std::string const& after, std::string key, std::string const& field) {
    Item item;
    item.key = key_of(key);
    item.name = key;
    item.field = entity_->index(field);
    aliases_.emplace_back(std::move(key), item.field);
    items_.insert(items_.begin() + static_cast<std::ptrdiff_t>(position_after(after)), std::move(item));
    return *this;
}

Shape& Shape::hide(std::string const& key) {
    std::erase_if(items_, [&](Item const& item) { return item.name == key; });
    return *this;
}

Shape& Shape::pair(std::string const& object, std::string key, std::string const& first, std::string const& second) {
    Pair pair{object, key, entity_->index(first), entity_->index(second)};
    auto const at = items_.begin() + static_cast<std::ptrdiff_t>(position_after(first) - 1);
    at->what = Item::What::pair;
    at->key = key_of(key);
    at->name = std::move(key);
    at->second = pair.second;
    std::erase_if(items_, [&](Item const& item) { return item.name == second; });
    pairs_.push_back(std::move(pair));
    return *this;
}

std::optional<std::size_t> Shape::field_named(std::string_view object, std::string_view key) const {
    for (auto const& [name, field] : aliases_)
        if (name == key && entity_->fields()[field].object == object) return field;
    auto const found = entity_->find(key);
    if (!found || entity_->fields()[*found].object != object || entity_->fields()[*found].type == Type::json) return std::nullopt;
    auto const is_half = [&](Pair const& pair) { return pair.first == *found || pair.second == *found; };
    if (std::any_of(pairs_.begin(), pairs_.end(), is_half)) return std::nullopt;
    return found;
}

std::vector<std::string> Shape::names_of(std::size_t field) const {
    std::vector<std::string> names{entity_->fields()[field].name};
    for (auto const& [name, index] : aliases_)
        if (index == field) names.push_back(name);
    return names;
}

bool Shape::shows(std::string_view key) const {
    return std::any_of(items_.begin(), items_.end(), [&](Item const& item) { return item.name == key; });
}

std::vector<std::string> Shape::computed_keys() const {
    std::vector<std::string> keys;
    for (auto const& item : items_)
        if (item.what == Item::What::computed) keys.push_back(item.name);
    return keys;
}

Shape::Pair const* Shape::pair_named(std::string_view object, std::string_view key) const {
    auto const found =
        std::find_if(pairs_.begin(), pairs_.end(), [&](Pair const& pair) { return pair.object == object && pair.key == key; });
    return found == pairs_.end() ? nullptr : &*found;
}

void Shape::write(std::string& out, db::Statement const& row, Rendering& rendering) const {
    auto const version_at = 1 + static_cast<int>(entity_->fields().size());
    out += R"({"id":)";
    append_uuid(out, row.blob(0));
    bool in_object = false;
    bool first = false;  // in an object: no comma yet
    auto const key = [&](Item const& item) {
        out.append(item.key, first ? 1 : 0);
        first = false;
    };
    for (auto const& item : items_) {
        auto const column = 1 + static_cast<int>(item.field);
        switch (item.what) {
            case Item::What::open:
                key(item);
                out += '{';
                in_object = first = true;
                break;
            case Item::What::close:
                out += '}';
                in_object = first = false;
                break;
            case Item::What::computed:
                key(item);
                item.value(out, row, rendering);
                break;
            case Item::What::pair: {
                auto const one = row.cell(column);
                auto const two = row.cell(1 + static_cast<int>(item.second));
                if (one.is_null() || two.is_null()) break;
                key(item);
                out += '"';
                append_integer(out, one.integer);
                out += '/';
                append_integer(out, two.integer);
                out += '"';
                break;
            }
            case Item::What::field: {
                auto const& field = entity_->fields()[item.field];
                auto const cell = row.cell(column);
                if (in_object && (cell.is_null() || (field.type == Type::text && cell.bytes.empty()))) break;  // it shows what was entered
                if (field.type == Type::json && in_object) {
                    auto const inner = cell.bytes;  // "{…}": its keys join the object's
                    if (inner.size() <= 2) break;
                    if (!first) out += ',';
                    first = false;
                    out += inner.substr(1, inner.size() - 2);
                    break;
                }
                key(item);
                append_cell(out, field, cell, rendering.zone);
                break;
            }
            case Item::What::created_at:
                key(item);
                append_instant(out, row.integer(version_at + 5), rendering.zone);
                break;
            case Item::What::updated_at:
                key(item);
                append_instant(out, row.integer(row.is_null(version_at + 7) ? version_at + 5 : version_at + 7), rendering.zone);
                break;
            case Item::What::created_by:
                key(item);
                if (row.is_null(version_at + 6)) out += "null";
                else append_uuid(out, row.blob(version_at + 6));
                break;
        }
    }
    if (rendering.with_version) {
        out += R"(,"version":")";
        journal::append_version(out, rendering.reader.writers, row.integer(version_at), row.integer(version_at + 1),
                                row.blob(version_at + 3));
        out += '"';
    }
    out += '}';
}

std::string Shape::one(Uuid const& id, Rendering& rendering, std::string* etag) const {
    auto row = rendering.reader.connection.prepare("SELECT " + columns_ + " FROM " + entity_->name() + " WHERE id = ?");
    if (!row.bind(id).step()) return {};
    std::string out;
    write(out, row, rendering);
    if (etag != nullptr) {
        auto const at = 1 + static_cast<int>(entity_->fields().size());
        journal::append_version(*etag, rendering.reader.writers, row.integer(at), row.integer(at + 1), row.blob(at + 3));
    }
    return out;
}

std::string Shape::register_json(journal::Register const& reg, journal::Values const& values, Zone zone) const {
    std::string out;
    for (auto const& pair : pairs_)
        if (reg.fields.front() == pair.first && values.size() == 2) {
            if (values[0].is_null() || values[1].is_null()) return "null";
            return '"' + std::to_string(values[0].integer()) + '/' + std::to_string(values[1].integer()) + '"';
        }
    if (reg.fields.size() == 1) {
        append_value(out, entity_->fields()[reg.fields.front()], values.at(0), zone);
        return out;
    }
    out = "{";
    for (std::size_t i = 0; i < reg.fields.size(); ++i) {
        if (i > 0) out += ',';
        append_json_string(out, entity_->fields()[reg.fields[i]].name);
        out += ':';
        append_value(out, entity_->fields()[reg.fields[i]], values.at(i), zone);
    }
    return out + '}';
}

}  // namespace himsog::records
