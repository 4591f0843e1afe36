#include "common/journal/entity.hpp"

#include "common/crypto/hash.hpp"

#include <algorithm>
#include <stdexcept>

namespace himsog::journal {
namespace {

Field typed(std::uint16_t number, std::string name, std::string label, Type type) {
    if (number == life_register) throw std::logic_error{"field number 0 is the register life"};
    Field field;
    field.number = number;
    field.name = std::move(name);
    field.label = std::move(label);
    field.type = type;
    return field;
}

std::string dotted(Field const& field) { return field.object.empty() ? field.name : field.object + "." + field.name; }

}  // namespace

Field text(std::uint16_t number, std::string name, std::string label, int max_length) {
    auto field = typed(number, std::move(name), std::move(label), Type::text);
    field.max_length = max_length;
    field.initial = Value{""};
    return field;
}

Field choice(std::uint16_t number, std::string name, std::string label, std::vector<Choice> choices) {
    auto field = typed(number, std::move(name), std::move(label), Type::choice);
    field.choices = std::move(choices);
    field.may_be_blank = false;
    return field;
}

Field unknown_keys(std::uint16_t number, std::string object, std::string label) {
    auto field = typed(number, object + "_unknown", std::move(label), Type::json);
    field.object = std::move(object);
    return field;
}

Field integer(std::uint16_t number, std::string name, std::string label) {
    return typed(number, std::move(name), std::move(label), Type::integer);
}

Field decimal(std::uint16_t number, std::string name, std::string label, int scale) {
    auto field = typed(number, std::move(name), std::move(label), Type::decimal);
    field.scale = scale;
    return field;
}

Field boolean(std::uint16_t number, std::string name, std::string label) {
    auto field = typed(number, std::move(name), std::move(label), Type::boolean);
    field.initial = Value{0};
    return field;
}

Field date(std::uint16_t number, std::string name, std::string label) {
    return typed(number, std::move(name), std::move(label), Type::date);
}

Field instant(std::uint16_t number, std::string name, std::string label) {
    return typed(number, std::move(name), std::move(label), Type::instant);
}

Field reference(std::uint16_t number, std::string name, std::string label, std::string entity) {
    auto field = typed(number, std::move(name), std::move(label), Type::reference);
    field.target = std::move(entity);
    return field;
}

Entity::Entity(std::uint16_t number, std::string name, std::string label)
    : number_{number}, name_{std::move(name)}, label_{std::move(label)} {}

Entity& Entity::field(Field field) {
    Register alone;
    alone.number = field.number;
    alone.name = dotted(field);
    alone.label = field.label;
    alone.kind = field.kind.value_or(default_kind_);
    alone.is_secret = field.is_secret;
    registers_.push_back(std::move(alone));
    add(std::move(field), registers_.size() - 1);
    return *this;
}

Entity& Entity::group(std::string name, std::string label, std::vector<Field> fields, std::optional<Kind> kind) {
    if (fields.empty()) throw std::logic_error{"a group has fields"};
    Register together;
    together.number = fields.front().number;
    together.name = std::move(name);
    together.label = std::move(label);
    together.kind = kind.value_or(default_kind_);
    together.is_secret = std::any_of(fields.begin(), fields.end(), [](Field const& field) { return field.is_secret; });
    registers_.push_back(std::move(together));
    for (auto& field : fields) add(std::move(field), registers_.size() - 1);
    return *this;
}

void Entity::add(Field field, std::size_t register_index) {
    for (auto const& known : fields_)
        if (known.number == field.number || known.name == field.name)
            throw std::logic_error{name_ + ": field declared twice: " + field.name};
    registers_[register_index].fields.push_back(fields_.size());
    fields_.push_back(std::move(field));
    register_of_field_.push_back(register_index);
}

std::size_t Entity::index(std::string_view field_name) const {
    if (auto const found = find(field_name)) return *found;
    throw std::out_of_range{name_ + " has no field " + std::string{field_name}};
}

std::optional<std::size_t> Entity::find(std::string_view field_name) const {
    for (std::size_t i = 0; i < fields_.size(); ++i)
        if (fields_[i].name == field_name) return i;
    return std::nullopt;
}

Register const* Entity::register_numbered(std::uint16_t number) const {
    for (auto const& one : registers_)
        if (one.number == number) return &one;
    return nullptr;
}

Register const& Entity::register_of(std::size_t field_index) const { return registers_[register_of_field_.at(field_index)]; }

Values Entity::blank() const {
    Values row;
    row.reserve(fields_.size());
    for (auto const& field : fields_) row.push_back(field.initial);
    return row;
}

Values Entity::part(Values const& row, Register const& which) const {
    Values values;
    values.reserve(which.fields.size());
    for (auto const index : which.fields) values.push_back(row.at(index));
    return values;
}

Dictionary::Dictionary(std::vector<Entity> entities) : entities_{std::move(entities)} {
    std::sort(entities_.begin(), entities_.end(), [](Entity const& a, Entity const& b) { return a.number() < b.number(); });
    Bytes shape;
    for (auto const& entity : entities_) {
        put_varint(shape, entity.number());
        put_sized(shape, entity.name());
        for (auto const& one : entity.registers()) {
            put_varint(shape, one.number);
            shape += static_cast<char>(one.kind);
            for (auto const index : one.fields) {
                put_varint(shape, entity.fields()[index].number);
                shape += static_cast<char>(entity.fields()[index].type);
            }
            put_varint(shape, 0);
        }
    }
    auto const digest = crypto::sha256(shape);
    schema_ = ByteReader{digest}.fixed64();
}

Entity const* Dictionary::numbered(std::uint16_t number) const {
    for (auto const& entity : entities_)
        if (entity.number() == number) return &entity;
    return nullptr;
}

Entity const* Dictionary::named(std::string_view name) const {
    for (auto const& entity : entities_)
        if (entity.name() == name) return &entity;
    return nullptr;
}

}  // namespace himsog::journal
