#include "common/records/order.hpp"

#include "common/base/bytes.hpp"

#include <algorithm>

namespace himsog::records {
namespace {

using journal::Type;
using journal::Value;

constexpr std::size_t most_columns = 3;

/// Octets that compare as the values do: an integer big-endian with its sign turned round; of texts and blobs a zero is followed by 255
/// and the end is two zeros, so that nothing after it decides before it.
void append_key(Bytes& key, Value const& value) {
    if (value.is_integer()) {
        auto const biased = static_cast<std::uint64_t>(value.integer()) ^ (std::uint64_t{1} << 63);
        for (int shift = 56; shift >= 0; shift -= 8) key += static_cast<char>(biased >> shift);
        return;
    }
    for (char const c : value.is_text() ? value.text() : value.bytes()) {
        key += c;
        if (c == 0) key += static_cast<char>(255);
    }
    key.append(2, 0);
}

}  // namespace

Order::Order(Shape const& shape, std::string_view asked) : shape_{&shape} {
    add(asked);
    if (columns_.empty()) add(shape.entity().order());
    bool const descending = !columns_.empty() && columns_.front().descending;
    if (columns_.empty() || columns_.back().name != "id") columns_.push_back({"id", "id", {}, descending});
    for (auto const& one : columns_) sql_ += (sql_.empty() ? " ORDER BY " : ", ") + one.sql + (one.descending ? " DESC" : "");
}

/// Nothing for names that a list cannot be ordered by.
std::optional<Order::Column> Order::column(journal::Entity const& entity, std::string_view name, bool descending) {
    if (name == "id" || name == "created_at") return Column{std::string{name}, std::string{name}, {}, descending};
    if (name == "updated_at") return Column{"updated_at", "coalesce(updated_at, created_at)", {}, descending};
    auto const index = entity.find(name);
    if (!index) return std::nullopt;
    auto const& field = entity.fields()[*index];
    if (field.is_secret || field.type == Type::json || (field.type == Type::reference && !field.is_required)) return std::nullopt;
    if (field.is_required) return Column{field.name, field.name, {}, descending};
    constexpr auto least = std::int64_t{INT64_MIN + 1};
    if (field.is_text()) return Column{field.name, "coalesce(" + field.name + ", '')", Value{""}, descending};
    return Column{field.name, "coalesce(" + field.name + ", " + std::to_string(least) + ")", Value{least}, descending};
}

void Order::add(std::string_view names) {
    while (!names.empty() && columns_.size() < most_columns) {
        auto const comma = std::min(names.find(','), names.size());
        auto name = trimmed(names.substr(0, comma));
        names.remove_prefix(std::min(comma + 1, names.size()));
        bool const descending = name.starts_with('-');
        if (descending) name.remove_prefix(1);
        auto found = column(shape_->entity(), name, descending);
        auto const is_there = [&](Column const& one) { return one.name == name || one.name == "id"; };
        if (found && std::none_of(columns_.begin(), columns_.end(), is_there)) columns_.push_back(std::move(*found));
    }
}

Value Order::value(Column const& column, db::Statement const& row) const {
    auto const version_at = 1 + static_cast<int>(shape_->entity().fields().size());
    auto const created_at = version_at + 5;
    auto const updated_at = version_at + 7;
    if (column.name == "id") return Value{row.uuid(0)};
    if (column.name == "created_at") return Value{row.integer(created_at)};
    if (column.name == "updated_at") return Value{row.integer(row.is_null(updated_at) ? created_at : updated_at)};
    auto const index = shape_->column(column.name);
    return row.is_null(index) ? column.instead : Value::column(row, index);
}

Bytes Order::sort_key(db::Statement const& row) const {
    Bytes key;
    for (auto const& one : columns_) {
        auto const begin = key.size();
        append_key(key, value(one, row));
        if (!one.descending) continue;
        for (auto i = begin; i < key.size(); ++i) key[i] = static_cast<char>(~key[i]);
    }
    return key;
}

std::string Order::cursor(db::Statement const& row) const {
    Bytes key;
    for (auto const& one : columns_) value(one, row).write(key);
    return to_base64url(key);
}

/// a > ? OR (a = ? AND (b > ? OR (b = ? AND id > ?)))
std::optional<Condition> Order::beyond(std::string_view cursor) const {
    auto const bytes = from_base64url(cursor);
    if (!bytes) return std::nullopt;
    Condition beyond;
    try {
        ByteReader in{*bytes};
        for (auto const& column : columns_) {
            auto const value = Value::read(in);
            bool const is_last = &column == &columns_.back();
            beyond.sql += '(' + column.sql + (column.descending ? " < ?" : " > ?");
            beyond.values.push_back(value);
            if (is_last) continue;
            beyond.sql += " OR (" + column.sql + " = ? AND ";
            beyond.values.push_back(value);
        }
        if (!in.at_end()) return std::nullopt;
    } catch (MalformedBytes const&) {
        return std::nullopt;
    }
    beyond.sql.append(columns_.size() * 2 - 1, ')');
    return beyond;
}

}  // namespace himsog::records
