#include "common/records/list.hpp"

#include "common/base/log.hpp"
#include "common/db/folding.hpp"
#include "common/http/problem.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace himsog::records {
namespace {

using journal::Type;
using journal::Value;

constexpr std::size_t usual_size = 40'000;  // 50 visits: most answers are made without growing
constexpr std::size_t most_order_columns = 3;
constexpr int most_search_words = 8;

/// The order of a list, its last column always the id: so it is total, and a cursor names one place in it.
struct Order {
    struct Column {
        std::string name;
        std::string sql;  // never NULL: databases differ in where they put NULL
        Value instead;    // what `sql` says for NULL
        bool descending = false;
    };
    std::vector<Column> columns;
    std::string sql;  // " ORDER BY visit_date DESC, id DESC"
};

std::optional<std::int64_t> number(std::optional<std::string> const& text) {
    if (!text) return std::nullopt;
    std::int64_t value = 0;
    auto const [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error != std::errc{} || end != text->data() + text->size()) return std::nullopt;
    return value;
}

/// Nothing for names that a list cannot be ordered by.
std::optional<Order::Column> order_column(journal::Entity const& entity, std::string_view name, bool descending) {
    if (name == "id" || name == "created_at") return Order::Column{std::string{name}, std::string{name}, {}, descending};
    if (name == "updated_at") return Order::Column{"updated_at", "coalesce(updated_at, created_at)", {}, descending};
    auto const index = entity.find(name);
    if (!index) return std::nullopt;
    auto const& field = entity.fields()[*index];
    if (field.is_secret || field.type == Type::json || (field.type == Type::reference && !field.is_required)) return std::nullopt;
    if (field.is_required) return Order::Column{field.name, field.name, {}, descending};
    constexpr auto least = std::int64_t{INT64_MIN + 1};
    if (field.is_text()) return Order::Column{field.name, "coalesce(" + field.name + ", '')", Value{""}, descending};
    return Order::Column{field.name, "coalesce(" + field.name + ", " + std::to_string(least) + ")", Value{least}, descending};
}

void add_columns(Order& order, journal::Entity const& entity, std::string_view names) {
    while (!names.empty() && order.columns.size() < most_order_columns) {
        auto const comma = std::min(names.find(','), names.size());
        auto name = trimmed(names.substr(0, comma));
        names.remove_prefix(std::min(comma + 1, names.size()));
        bool const descending = name.starts_with('-');
        if (descending) name.remove_prefix(1);
        auto column = order_column(entity, name, descending);
        auto const is_there = [&](Order::Column const& one) { return one.name == name || one.name == "id"; };
        if (column && std::none_of(order.columns.begin(), order.columns.end(), is_there)) order.columns.push_back(std::move(*column));
    }
}

/// Unknown names are ignored, as the older API did.
Order order_of(Shape const& shape, Call const& call) {
    Order order;
    add_columns(order, shape.entity(), call.request.query("ordering").value_or(""));
    if (order.columns.empty()) add_columns(order, shape.entity(), shape.entity().order());
    bool const descending = !order.columns.empty() && order.columns.front().descending;
    if (order.columns.empty() || order.columns.back().name != "id") order.columns.push_back({"id", "id", {}, descending});
    for (auto const& column : order.columns)
        order.sql += (order.sql.empty() ? " ORDER BY " : ", ") + column.sql + (column.descending ? " DESC" : "");
    return order;
}

std::string escaped_like(std::string_view word) {
    std::string out = "%";
    for (char const c : word) {
        if (c == '%' || c == '_' || c == '!') out += '!';
        out += c;
    }
    return out + '%';
}

/// Every word must be in one of the searchable fields, whatever its letter case.
void add_search(Shape const& shape, std::string const& text, std::vector<Condition>& conditions) {
    auto const& fields = shape.entity().fields();
    auto rest = trimmed(text);
    for (int words = 0; !rest.empty() && words < most_search_words; ++words) {
        auto const end = std::min(rest.find(' '), rest.size());
        auto const word = db::folded(rest.substr(0, end));
        rest = trimmed(rest.substr(end));
        Condition condition;
        for (auto const& field : fields) {
            if (!field.is_searchable) continue;
            condition.sql += (condition.sql.empty() ? "(" : " OR ") + std::string{"folded("} + field.name + ") LIKE ? ESCAPE '!'";
            condition.values.emplace_back(escaped_like(word));
        }
        if (condition.sql.empty()) return;
        condition.sql += ")";
        conditions.push_back(std::move(condition));
    }
}

std::string where(std::vector<Condition> const& conditions) {
    std::string sql = " WHERE v_void = 0";
    for (auto const& condition : conditions) sql += " AND " + condition.sql;
    return sql;
}

db::Statement& bind_all(db::Statement& statement, std::vector<Condition> const& conditions) {
    for (auto const& condition : conditions)
        for (auto const& value : condition.values) value.bind(statement);
    return statement;
}

std::string url_with(Call const& call, std::string_view name, std::string const& value) {
    std::string url = "https://" + std::string{call.request.header("host")} + call.request.path;
    char joint = '?';
    auto const encode = [](std::string_view text) {
        static constexpr char digits[] = "0123456789ABCDEF";
        std::string out;
        for (char const c : text) {
            auto const octet = static_cast<unsigned char>(c);
            bool const plain =
                (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
            if (plain) out += c;
            else out += {'%', digits[octet >> 4], digits[octet & 15]};
        }
        return out;
    };
    for (auto const& [key, old] : call.request.queries()) {
        if (key == name || (name == "cursor" && key == "page")) continue;
        url += joint + encode(key) + '=' + encode(old);
        joint = '&';
    }
    return url + joint + std::string{name} + '=' + encode(value);
}

std::string json_text(std::optional<std::string> const& text) {
    if (!text) return "null";
    std::string out;
    append_json_string(out, *text);
    return out;
}

class Lister {
public:
    Lister(Shape const& shape, Call const& call, std::vector<Condition> conditions)
        : shape_{shape},
          call_{call},
          conditions_{std::move(conditions)},
          order_{order_of(shape, call)},
          rendering_{call.reader, call.zone} {
        rendering_.with_version = call.request.query("version") == "1";
    }

    http::Response answer() {
        db::Transaction const snapshot{call_.reader.connection, db::Access::reader};
        auto const page = call_.request.query("page");
        auto const size = call_.request.query("page_size");
        auto const cursor = call_.request.query("cursor");
        auto const per_page = std::clamp(number(size).value_or(usual_page), std::int64_t{1}, most_in_page);
        if (cursor) return keyset(*cursor, per_page);
        if (page || size) return numbered(page, per_page);
        return bare();
    }

private:
    /// Appends up to `limit` rows; what is left of the last one serves the next cursor.
    std::int64_t rows(std::string& out, std::vector<Condition> const& conditions, std::int64_t limit, std::int64_t offset) {
        auto row = call_.reader.connection.prepare("SELECT " + shape_.columns() + " FROM " + shape_.entity().name() + where(conditions) +
                                                   order_.sql + " LIMIT ? OFFSET ?");
        bind_all(row, conditions).bind(limit + 1).bind(offset);
        std::int64_t count = 0;
        out.reserve(usual_size);
        out += '[';
        while (row.step()) {
            if (count == limit) {
                more_ = true;
                break;
            }
            if (count++ > 0) out += ',';
            shape_.write(out, row, rendering_);
            if (count == limit) remember(row);
        }
        out += ']';
        return count;
    }

    /// What a cursor holds: the row's place in the order.
    void remember(db::Statement const& row) {
        Bytes key;
        for (auto const& column : order_.columns) place_in(column, row).write(key);
        last_ = to_base64url(key);
    }

    Value place_in(Order::Column const& column, db::Statement const& row) const {
        auto const version_at = 1 + static_cast<int>(shape_.entity().fields().size());
        auto const created_at = version_at + 5;
        auto const updated_at = version_at + 7;
        if (column.name == "id") return Value{row.uuid(0)};
        if (column.name == "created_at") return Value{row.integer(created_at)};
        if (column.name == "updated_at") return Value{row.integer(row.is_null(updated_at) ? created_at : updated_at)};
        auto const index = shape_.column(column.name);
        return row.is_null(index) ? column.instead : Value::column(row, index);
    }

    http::Response bare() {
        std::string out;
        rows(out, conditions_, most_in_bare_array, 0);
        http::Response response{200, std::move(out)};
        if (more_) response.header("Link", "<" + url_with(call_, "cursor", last_) + ">; rel=\"next\"");
        return response;
    }

    http::Response numbered(std::optional<std::string> const& asked, std::int64_t per_page) {
        auto const page = asked ? number(asked) : std::optional{std::int64_t{1}};
        auto counted = call_.reader.connection.prepare("SELECT count(*) FROM " + shape_.entity().name() + where(conditions_));
        bind_all(counted, conditions_).step();
        auto const total = counted.integer(0);
        if (!page || *page < 1 || *page > 1'000'000 || (*page > 1 && (*page - 1) * per_page >= total))
            return http::render(Problem{ProblemKind::not_found, "Invalid page."}, call_.request.header("accept"));
        std::string results;
        rows(results, conditions_, per_page, (*page - 1) * per_page);
        std::optional<std::string> next;
        std::optional<std::string> previous;
        if (more_) next = url_with(call_, "page", std::to_string(*page + 1));
        if (*page > 1) previous = url_with(call_, "page", std::to_string(*page - 1));
        return {200, "{\"count\":" + std::to_string(total) + ",\"next\":" + json_text(next) + ",\"previous\":" + json_text(previous) +
                         ",\"results\":" + results + '}'};
    }

    http::Response keyset(std::string const& cursor, std::int64_t per_page) {
        auto conditions = conditions_;
        if (!cursor.empty() && !add_start(cursor, conditions))
            return http::render(Problem{ProblemKind::not_found, "Invalid cursor."}, call_.request.header("accept"));
        std::string results;
        rows(results, conditions, per_page, 0);
        std::optional<std::string> next;
        if (more_) next = url_with(call_, "cursor", last_);
        return {200, "{\"next\":" + json_text(next) + ",\"previous\":null,\"results\":" + results + '}'};
    }

    /// "Beyond that place": a > ? OR (a = ? AND (b > ? OR (b = ? AND id > ?))). False: the cursor is none of ours.
    bool add_start(std::string const& cursor, std::vector<Condition>& conditions) const {
        auto const bytes = from_base64url(cursor);
        if (!bytes) return false;
        Condition beyond;
        try {
            ByteReader in{*bytes};
            for (auto const& column : order_.columns) {
                auto const value = Value::read(in);
                bool const is_last = &column == &order_.columns.back();
                beyond.sql += '(' + column.sql + (column.descending ? " < ?" : " > ?");
                beyond.values.push_back(value);
                if (is_last) continue;
                beyond.sql += " OR (" + column.sql + " = ? AND ";
                beyond.values.push_back(value);
            }
            if (!in.at_end()) return false;
        } catch (MalformedBytes const&) {
            return false;
        }
        beyond.sql.append(order_.columns.size() * 2 - 1, ')');
        conditions.push_back(std::move(beyond));
        return true;
    }

    Shape const& shape_;
    Call const& call_;
    std::vector<Condition> conditions_;
    Order order_;
    Rendering rendering_;
    bool more_ = false;
    std::string last_;
};

}  // namespace

Scope everything() {
    return [](Call const&) { return std::optional{std::vector<Condition>{}}; };
}

Result<std::optional<std::vector<Condition>>> filters(Shape const& shape, Call const& call) {
    std::vector<Condition> conditions;
    for (auto const& field : shape.entity().fields()) {
        if (!field.is_filterable) continue;
        auto const asked = call.request.query(field.name);
        if (!asked || asked->empty()) continue;
        Value value{*asked};
        if (field.type == Type::reference) {
            auto const id = Uuid::parse(*asked);
            if (!id) return std::optional<std::vector<Condition>>{};
            value = Value{*id};
        } else if (field.type == Type::choice) {
            bool const known =
                std::any_of(field.choices.begin(), field.choices.end(), [&](auto const& one) { return one.value == *asked; });
            if (!known)
                return Problem{FieldErrors{{field.name, {"Select a valid choice. " + *asked + " is not one of the available choices."}}}};
        } else if (field.type == Type::date) {
            auto const date = parse_date(*asked);
            if (!date) return std::optional<std::vector<Condition>>{};
            value = Value{date->days};
        } else if (field.type == Type::integer || field.type == Type::boolean) {
            auto const one = number(field.type == Type::boolean ? std::optional{std::string{*asked == "true"    ? "1"
                                                                                            : *asked == "false" ? "0"
                                                                                                                : *asked}}
                                                                : asked);
            if (!one) return std::optional<std::vector<Condition>>{};
            value = Value{*one};
        }
        conditions.push_back({field.name + " = ?", {std::move(value)}});
    }
    if (auto const text = call.request.query("search")) add_search(shape, *text, conditions);
    return std::optional{std::move(conditions)};
}

http::Response list(Shape const& shape, Call const& call, std::vector<Condition> conditions, bool with_filters) {
    if (!with_filters) return Lister{shape, call, std::move(conditions)}.answer();
    auto more = filters(shape, call);
    if (!more) return http::render(more.error(), call.request.header("accept"));
    if (!*more) conditions.push_back({"1 = 0", {}});
    else conditions.insert(conditions.end(), std::make_move_iterator((*more)->begin()), std::make_move_iterator((*more)->end()));
    return Lister{shape, call, std::move(conditions)}.answer();
}

}  // namespace himsog::records
