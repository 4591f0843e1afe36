/// How an entity looks as JSON, both ways: which key is which field, in which order. Made once at start from the declaration; what the
/// contract adds (second names, joined names, "120/80") is said here in one line each. Constant afterwards, any thread.
#pragma once

#include "common/base/calendar.hpp"
#include "common/journal/entity.hpp"
#include "common/records/readers.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace himsog::records {

/// What the keys of one answer share, so that what is looked up once is not looked up for every row.
struct Rendering {
    Reader& reader;
    Zone zone;
    bool with_version = false;
    bool is_detail = false;  // one record, with what lists leave out
    /// Results of computed keys by what they depend on: "patient_name" of the rows of one chart.
    std::map<std::pair<std::string_view, Uuid>, std::string> memo = {};
};

/// Appends a JSON value. The row's statement selected Shape::columns().
using Computed = std::function<void(std::string& out, db::Statement const& row, Rendering& rendering)>;

class Shape {
public:
    explicit Shape(journal::Entity const& entity);

    /// One more key after `after`, not stored.
    Shape& computed(std::string const& after, std::string key, Computed value);
    /// A second name of a field, readable (after `after`) and writable.
    Shape& alias(std::string const& after, std::string key, std::string const& field);
    Shape& hide(std::string const& key);
    /// Two integer fields of an object as one text "120/80".
    Shape& pair(std::string const& object, std::string key, std::string const& first, std::string const& second);

    journal::Entity const& entity() const { return *entity_; }
    /// "id, …fields…, v_writer, …": what write() expects, in that order.
    std::string const& columns() const { return columns_; }
    int column(std::string_view field) const { return 1 + static_cast<int>(entity_->index(field)); }

    /// Appends the row as a JSON object.
    void write(std::string& out, db::Statement const& row, Rendering& rendering) const;
    /// The row with that id, also a void one; "" when there is none. `etag` gets the version.
    std::string one(Uuid const& id, Rendering& rendering, std::string* etag = nullptr) const;

    struct Pair {
        std::string object;
        std::string key;
        std::size_t first = 0;
        std::size_t second = 0;
    };
    std::vector<Pair> const& pairs() const { return pairs_; }
    /// Null: there is none.
    Pair const* pair_named(std::string_view object, std::string_view key) const;
    /// Field by wire key, inside `object` ("" = top level); nothing for keys that are not ours. A pair's fields have no key of their own.
    std::optional<std::size_t> field_named(std::string_view object, std::string_view key) const;
    /// The keys under which a field may be sent, its own name first.
    std::vector<std::string> names_of(std::size_t field) const;
    /// Is there a key of that name (at top level or in an object)?
    bool shows(std::string_view key) const;
    std::vector<std::string> computed_keys() const;
    /// Names of the JSON objects that hold fields.
    std::vector<std::string> const& objects() const { return objects_; }
    /// A register's values as the wire shows them: one value, or an object of its fields (contract/sync.md "Conflict").
    std::string register_json(journal::Register const& reg, journal::Values const& values, Zone zone) const;

private:
    struct Item {
        enum class What : std::uint8_t { field, computed, open, close, pair, created_at, updated_at, created_by } what = What::field;
        std::string key;   // `,"visit_date":`
        std::string name;  // visit_date
        std::size_t field = 0;
        std::size_t second = 0;
        Computed value;
    };
    std::size_t position_after(std::string const& name) const;
    void add_item(Item::What what, std::string const& name, std::size_t field = 0);

    journal::Entity const* entity_;
    std::vector<Item> items_;
    std::vector<Pair> pairs_;
    std::vector<std::string> objects_;
    std::vector<std::pair<std::string, std::size_t>> aliases_;
    std::string columns_;
};

/// 3650 at scale 2 → "36.5".
std::string decimal_text(std::int64_t scaled, int scale);

/// Appends one value as JSON: dates, instants with the zone's offset, ids as text. Decimals are strings with all their digits ("150.50"),
/// inside an object numbers without trailing zeros (36.5): authentication.md section 0, patients.md 1.6.
void append_value(std::string& out, journal::Field const& field, journal::Value const& value, Zone zone);

}  // namespace himsog::records
