/// The data dictionary's plain types: what an entity, its fields and its registers are (DESIGN.md section 3, SYNC.md sections 1 and 3).
/// Writer, apply and merge need them without JSON or HTTP; common/records makes DDL, validation, JSON, lists and OpenAPI of the same declaration.
/// An entity is declared once as a constant and never changes afterwards; any thread.
#pragma once

#include "common/journal/value.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace himsog::journal {

/// How a field's text and JSON look. Stored as: text, choice, json → TEXT; integer, decimal, boolean, date (days), instant (µs) → INTEGER; reference → 16-byte BLOB.
enum class Type : std::uint8_t { text, choice, json, integer, decimal, boolean, date, instant, reference };

/// What happens when a register has several heads (SYNC.md section 3).
enum class Kind : std::uint8_t {
    clinical,        // C: highest rank shown, conflict stays `open`; an ordinary edit replaces the shown head only
    administrative,  // C: settled by rule (`auto`), listed and reversible; an ordinary edit replaces all heads
};

/// The seven roles as bits, so that a policy is a set.
using Roles = std::uint16_t;

struct Choice {
    std::string value;
    std::string label;
};

struct Field {
    std::uint16_t number = 0;  // wire identity: never changed, never reused; 0 is the register `life`
    std::string name;          // JSON key and column
    std::string label;         // for people: conflicts, history
    Type type = Type::text;
    int max_length = 0;                // text: code points
    int scale = 0;                     // decimal: digits after the point
    std::int64_t minimum = INT64_MIN;  // integer and decimal (scaled)
    std::int64_t maximum = INT64_MAX;
    std::vector<Choice> choices;
    std::vector<std::pair<std::string, std::string>> synonyms;  // choice: what clients also send → value
    std::string target;                                         // reference: name of the entity
    Value initial;                                              // what an insert without the field gets
    std::string object;  // "vital_signs": shown inside this JSON object (contract README decision 19); "" = at top level

    bool is_required = false;  // on create and PUT
    bool may_be_blank = true;  // text: "" accepted
    bool may_be_null = false;  // JSON null accepted and answered; otherwise null reads as "" for texts
    bool is_phi = false;
    bool is_searchable = false;
    bool is_filterable = false;
    bool is_secret = false;     // replicates, never shown anywhere
    bool is_read_only = false;  // never taken from a request body
    bool is_unique = false;     // kind G: kept as written, duplicates are computed, ordinary index
    bool is_indexed = false;
    bool is_lower_case = false;  // e-mail
    std::optional<Kind> kind;    // else the entity's default

    bool is_text() const { return type == Type::text || type == Type::choice || type == Type::json; }

    Field& required() {
        is_required = true;
        return *this;
    }
    Field& not_blank() {
        may_be_blank = false;
        return *this;
    }
    Field& nullable() {
        may_be_null = true;
        return *this;
    }
    Field& phi() {
        is_phi = true;
        return *this;
    }
    Field& searchable() {
        is_searchable = true;
        return *this;
    }
    Field& filterable() {
        is_filterable = true;
        return *this;
    }
    Field& secret() {
        is_secret = true;
        is_read_only = true;
        return *this;
    }
    Field& read_only() {
        is_read_only = true;
        return *this;
    }
    Field& unique() {
        is_unique = true;
        return *this;
    }
    Field& indexed() {
        is_indexed = true;
        return *this;
    }
    Field& lower_case() {
        is_lower_case = true;
        return *this;
    }
    Field& also(std::string sent, std::string means) {
        synonyms.emplace_back(std::move(sent), std::move(means));
        return *this;
    }
    Field& clinical() {
        kind = Kind::clinical;
        return *this;
    }
    Field& administrative() {
        kind = Kind::administrative;
        return *this;
    }
    Field& within(std::string object_name) {
        object = std::move(object_name);
        return *this;
    }
    Field& between(std::int64_t least, std::int64_t most) {
        minimum = least;
        maximum = most;
        return *this;
    }
    Field& initially(Value value) {
        initial = std::move(value);
        return *this;
    }
};

Field text(std::uint16_t number, std::string name, std::string label, int max_length);
Field choice(std::uint16_t number, std::string name, std::string label, std::vector<Choice> choices);
/// A JSON object kept as text: the keys that no declared field of `object` took.
Field unknown_keys(std::uint16_t number, std::string object, std::string label);
Field integer(std::uint16_t number, std::string name, std::string label);
Field decimal(std::uint16_t number, std::string name, std::string label, int scale);
Field boolean(std::uint16_t number, std::string name, std::string label);
Field date(std::uint16_t number, std::string name, std::string label);
Field instant(std::uint16_t number, std::string name, std::string label);
Field reference(std::uint16_t number, std::string name, std::string label, std::string entity);

/// One field, or a group of fields that make sense only together: what changes, has versions and conflicts as one.
struct Register {
    std::uint16_t number = 0;  // that of its first field
    std::string name;          // group's or field's name, dotted inside an object: "vital_signs.blood_pressure"
    std::string label;
    std::vector<std::size_t> fields;  // indices into Entity::fields()
    Kind kind = Kind::clinical;
    bool is_secret = false;
};

constexpr std::uint16_t life_register = 0;

class Entity {
public:
    Entity(std::uint16_t number, std::string name, std::string label);

    Entity& field(Field field);
    /// Fields that change as one; the register has the number of the first. Never changed after release.
    Entity& group(std::string name, std::string label, std::vector<Field> fields, std::optional<Kind> kind = std::nullopt);
    /// Default kind of the registers that say nothing; clinical if not called.
    Entity& administrative() {
        default_kind_ = Kind::administrative;
        return *this;
    }
    /// Rows lie together by this reference: PRIMARY KEY (field, id). DESIGN.md section 2.
    Entity& clustered_by(std::string field) {
        cluster_ = std::move(field);
        return *this;
    }
    /// The reference that says whose chart the row is on; the entity `patient` is its own subject.
    Entity& subject(std::string field) {
        subject_ = std::move(field);
        return *this;
    }
    /// Kind A: inserted, never changed.
    Entity& append_only() {
        append_only_ = true;
        return *this;
    }
    Entity& ordered_by(std::string field) {
        order_ = std::move(field);
        return *this;
    }  // "-visit_date"; default "-created_at"
    Entity& readable_by(Roles roles) {
        readers_ = roles;
        return *this;
    }
    Entity& writable_by(Roles roles) {
        writers_ = roles;
        return *this;
    }

    std::uint16_t number() const { return number_; }
    std::string const& name() const { return name_; }  // also the table's
    std::string const& label() const { return label_; }
    std::vector<Field> const& fields() const { return fields_; }
    std::vector<Register> const& registers() const { return registers_; }
    std::string const& cluster() const { return cluster_; }
    std::string const& subject() const { return subject_; }
    std::string const& order() const { return order_; }
    bool is_append_only() const { return append_only_; }
    Roles readers() const { return readers_; }
    Roles writers() const { return writers_; }

    /// Index into fields(); throws std::out_of_range for a name that is not declared (a programming error).
    std::size_t index(std::string_view field_name) const;
    std::optional<std::size_t> find(std::string_view field_name) const;
    Register const* register_numbered(std::uint16_t number) const;
    Register const& register_of(std::size_t field_index) const;
    /// A row of initial values.
    Values blank() const;
    /// The register's part of a row.
    Values part(Values const& row, Register const& which) const;

private:
    void add(Field field, std::size_t register_index);

    std::uint16_t number_;
    std::string name_;
    std::string label_;
    std::vector<Field> fields_;
    std::vector<Register> registers_;
    std::vector<std::size_t> register_of_field_;
    Kind default_kind_ = Kind::clinical;
    std::string cluster_;
    std::string subject_;
    std::string order_ = "-created_at";
    bool append_only_ = false;
    Roles readers_ = 0;
    Roles writers_ = 0;
};

/// All entities of a node. Must outlive everything that uses it.
class Dictionary {
public:
    explicit Dictionary(std::vector<Entity> entities);

    std::vector<Entity> const& entities() const { return entities_; }
    Entity const* numbered(std::uint16_t number) const;
    Entity const* named(std::string_view name) const;
    /// Hash of numbers, types and groups: two nodes with the same schema understand each other's bundles.
    std::uint64_t schema() const { return schema_; }

private:
    std::vector<Entity> entities_;
    std::uint64_t schema_;
};

}  // namespace himsog::journal
