/// A request body as values of an entity, checked field by field on the I/O thread: by the time a rule runs, input is of the domain.
/// Plain functions, any thread.
#pragma once

#include "common/base/problem.hpp"
#include "common/records/shape.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace himsog::records {

constexpr int deepest_json = 32;  // contract README decision 19

enum class Mode { create, put, patch };

struct Draft {
    std::optional<Uuid> id;                             // a client's own UUIDv7 on create
    std::vector<std::optional<journal::Value>> fields;  // by field index; empty: not sent
    /// PATCH of an object: what changes of its unknown keys, as (field index, JSON object in which null removes a key).
    std::vector<std::pair<std::size_t, std::string>> merges;
    std::set<std::string> flags;  // keys that were sent as true, such as force_create
    FieldErrors errors;           // what the fields say; rules may add theirs

    bool sent(std::size_t field) const { return fields.at(field).has_value(); }
    /// The text as it will be stored; "" when not sent.
    std::string_view text(std::size_t field) const { return sent(field) ? fields[field]->text() : std::string_view{}; }
    /// `row` with what was sent in its place.
    journal::Values over(journal::Values row) const;
};

/// Reads a JSON object. A problem for what is no JSON, no object, too deep or not UTF-8; everything else lands in Draft::errors.
/// Unknown and read-only keys are ignored; keys of an object that are no field of it are kept together (decision 19).
Result<Draft> read_draft(Shape const& shape, std::string_view body, Mode mode, Zone zone);

/// E2 or E3 form of the draft's errors; nothing when there are none.
std::optional<Problem> errors_of(Draft const& draft);
/// 400 when unknown keys grew, PATCH by PATCH, beyond what an object may keep.
std::optional<Problem> too_many_unknown(journal::Entity const& entity, journal::Values const& row);

}  // namespace himsog::records
