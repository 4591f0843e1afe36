/// The order of a list: its SQL, where a row stands in it, and the cursors that name such a place. Constant after construction, any thread.
#pragma once

#include "common/journal/value.hpp"
#include "common/records/shape.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace himsog::records {

/// A condition that a row must meet: "patient = ?" with its value.
struct Condition {
    std::string sql;
    std::vector<journal::Value> values;
};

/// Total, because its last column is always the id.
class Order {
public:
    /// `asked` as in "?ordering=last_name,-visit_date"; unknown names are ignored, as the older API did, and "" is the entity's own order.
    Order(Shape const& shape, std::string_view asked);

    /// " ORDER BY visit_date DESC, id DESC"
    std::string const& sql() const { return sql_; }
    /// Rows in the order of these keys, as octets, are in the order that the database would put them in. `row` selected Shape::columns().
    Bytes sort_key(db::Statement const& row) const;
    /// Names the row's place for a client.
    std::string cursor(db::Statement const& row) const;
    /// What the rows beyond that place meet; nothing: the cursor is none of ours.
    std::optional<Condition> beyond(std::string_view cursor) const;

private:
    struct Column {
        std::string name;
        std::string sql;         // never NULL: databases differ in where they put NULL
        journal::Value instead;  // what `sql` says for NULL
        bool descending = false;
    };
    static std::optional<Column> column(journal::Entity const& entity, std::string_view name, bool descending);
    void add(std::string_view names);
    journal::Value value(Column const& column, db::Statement const& row) const;

    Shape const* shape_;
    std::vector<Column> columns_;
    std::string sql_;
};

}  // namespace himsog::records
