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
constexpr int most_search_words = 8;

std::optional<std::int64_t> number(std::optional<std::string> const& text) {
    if (!text) return std::nullopt;
    std::int64_t value = 0;
    auto const [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error != std::errc{} || end != text->data() + text->size()) return std::nullopt;
    return value;
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
          order_{shape, call.request.query("ordering").value_or("")},
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
                                                   order_.sql() + " LIMIT ? OFFSET ?");
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
            if (count == limit) last_ = order_.cursor(row);
        }
        out += ']';
        return count;
    }

    /// A chart's rows are read as they lie and put in order here: a sort in the database copies every row with all its columns,
    /// which takes three times as long. False: these are no chart's rows, or more than `limit`; nothing was appended.
    bool chart(std::string& out, std::int64_t limit) {
        auto const& entity = shape_.entity();
        auto const names_chart = [&](Condition const& one) { return one.sql == entity.cluster() + " = ?"; };
        if (std::none_of(conditions_.begin(), conditions_.end(), names_chart)) return false;

        struct Piece {
            Bytes key;
            std::size_t begin = 0;
            std::size_t size = 0;
        };
        std::vector<Piece> pieces;
        std::string rendered;
        rendered.reserve(usual_size);
        auto row = call_.reader.connection.prepare("SELECT " + shape_.columns() + " FROM " + entity.name() + where(conditions_));
        bind_all(row, conditions_);
        while (row.step()) {
            if (static_cast<std::int64_t>(pieces.size()) == limit) return false;
            auto const begin = rendered.size();
            shape_.write(rendered, row, rendering_);
            pieces.push_back({order_.sort_key(row), begin, rendered.size() - begin});
        }
        std::sort(pieces.begin(), pieces.end(), [](Piece const& a, Piece const& b) { return a.key < b.key; });

        out.reserve(rendered.size() + pieces.size() + 2);
        out += '[';
        for (auto const& piece : pieces) {
            if (out.size() > 1) out += ',';
            out.append(rendered, piece.begin, piece.size);
        }
        out += ']';
        return true;
    }

    http::Response bare() {
        std::string out;
        if (!chart(out, most_in_bare_array)) rows(out, conditions_, most_in_bare_array, 0);
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
        if (!cursor.empty()) {
            auto beyond = order_.beyond(cursor);
            if (!beyond) return http::render(Problem{ProblemKind::not_found, "Invalid cursor."}, call_.request.header("accept"));
            conditions.push_back(std::move(*beyond));
        }
        std::string results;
        rows(results, conditions, per_page, 0);
        std::optional<std::string> next;
        if (more_) next = url_with(call_, "cursor", last_);
        return {200, "{\"next\":" + json_text(next) + ",\"previous\":null,\"results\":" + results + '}'};
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
