#include "common/journal/row.hpp"

#include <algorithm>
#include <stdexcept>
#include <tuple>

namespace himsog::journal {
namespace {

Values const live{Value{1}};

std::string insert_sql(Entity const& entity) {
    std::string names = "id";
    std::string marks = "?";
    for (auto const& field : entity.fields()) {
        names += ", " + field.name;
        marks += ", ?";
    }
    return "INSERT INTO " + entity.name() + " (" + names +
           ", v_writer, v_seq, v_rank, v_more, v_void, created_at, created_by, updated_at) VALUES (" + marks + ", ?, ?, ?, ?, ?, ?, ?, ?)";
}

std::string select_sql(Entity const& entity) {
    std::string names;
    for (auto const& field : entity.fields()) names += field.name + ", ";
    return "SELECT " + names + "v_writer, v_seq, v_rank, v_more, v_void, created_at, created_by, updated_at FROM " + entity.name() +
           " WHERE id = ?";
}

std::string update_sql(Entity const& entity) {
    std::string sets;
    for (auto const& field : entity.fields()) sets += field.name + " = ?, ";
    return "UPDATE " + entity.name() + " SET " + sets +
           "v_writer = ?, v_seq = ?, v_rank = ?, v_more = ?, v_void = ?, created_at = ?, created_by = ?, updated_at = ? WHERE id = ?";
}

/// Statement texts by entity: built once.
std::string const& cached(std::string (*build)(Entity const&), Entity const& entity, std::unordered_map<std::string, std::string>& cache) {
    auto found = cache.find(entity.name());
    if (found == cache.end()) found = cache.emplace(entity.name(), build(entity)).first;
    return found->second;
}

void bind_versions(db::Statement& statement, Row const& row, std::int64_t writer, Bytes const& more) {
    statement.bind(writer).bind(static_cast<std::int64_t>(row.base.seq)).bind(row.base_rank - row.created_at);
    if (more.empty()) statement.bind(db::Null{});
    else statement.bind_blob(more);
    statement.bind(row.is_void ? 1 : 0).bind(row.created_at);
    if (row.created_by.is_nil()) statement.bind(db::Null{});
    else statement.bind(row.created_by);
    if (row.updated_at == row.created_at) statement.bind(db::Null{});
    else statement.bind(row.updated_at);
}

Bytes encode_value(Values const& values) {
    Bytes out;
    put_varint(out, values.size());
    for (auto const& value : values) value.write(out);
    return out;
}

Values decode_value(ByteReader& in) {
    Values values;
    auto const count = in.varint();
    for (std::uint64_t i = 0; i < count; ++i) values.push_back(Value::read(in));
    return values;
}

bool is_base(Row const& row, Head const& head) { return head.label == row.base && head.parents.empty(); }

}  // namespace

bool shown_before(Head const& a, Head const& b) { return std::tuple{a.rank, a.label} > std::tuple{b.rank, b.label}; }

Values Row::values() const {
    Values row = entity->blank();
    for (auto const& one : entity->registers()) {
        auto const& values = shown(one.number).values;
        for (std::size_t i = 0; i < one.fields.size(); ++i) row[one.fields[i]] = values.at(i);
    }
    return row;
}

std::vector<Seen> Row::seen() const {
    std::vector<Seen> saw{{seen_base, base}};
    for (auto const& [reg, versions] : heads) {
        if (reg == life_register) continue;
        if (versions.size() == 1 && is_base(*this, versions.front())) continue;
        for (auto const& head : versions) saw.push_back({reg, head.label});
    }
    std::sort(saw.begin() + 1, saw.end());
    return saw;
}

std::optional<std::uint16_t> Row::unseen_by(Head const& life) const {
    for (auto const& [reg, versions] : heads) {
        if (reg == life_register) continue;
        bool const listed = std::any_of(life.saw.begin(), life.saw.end(), [number = reg](Seen const& seen) { return seen.reg == number; });
        for (auto const& head : versions) {
            bool const saw = listed ? std::find(life.saw.begin(), life.saw.end(), Seen{reg, head.label}) != life.saw.end()
                                    : std::find(life.saw.begin(), life.saw.end(), Seen{seen_base, head.label}) != life.saw.end();
            if (!saw) return reg;
        }
    }
    return std::nullopt;
}

bool RowStore::exists(Entity const& entity, Uuid const& id) {
    static thread_local std::unordered_map<std::string, std::string> cache;
    auto const& sql = cached([](Entity const& one) { return "SELECT 1 FROM " + one.name() + " WHERE id = ?"; }, entity, cache);
    return connection_.prepare(sql).bind(id).step();
}

std::optional<Row> RowStore::load(Entity const& entity, Uuid const& id) {
    static thread_local std::unordered_map<std::string, std::string> cache;
    auto statement = connection_.prepare(cached(select_sql, entity, cache));
    if (!statement.bind(id).step()) return std::nullopt;

    Row row;
    row.entity = &entity;
    row.id = id;
    auto const at = static_cast<int>(entity.fields().size());
    row.base = {writers_.numbered(statement.integer(at)).id, static_cast<std::uint64_t>(statement.integer(at + 1))};
    row.created_at = statement.integer(at + 5);
    row.base_rank = row.created_at + statement.integer(at + 2);
    row.is_void = statement.integer(at + 4) != 0;
    row.created_by = statement.uuid(at + 6);
    row.updated_at = statement.is_null(at + 7) ? row.created_at : statement.integer(at + 7);
    for (auto const& one : entity.registers()) {
        Head head;
        head.label = row.base;
        head.rank = row.base_rank;
        for (auto const index : one.fields) head.values.push_back(Value::column(statement, static_cast<int>(index)));
        row.heads[one.number].push_back(std::move(head));
    }
    Head life;
    life.label = row.base;
    life.rank = row.base_rank;
    life.values = live;
    row.heads[life_register].push_back(std::move(life));
    if (!statement.is_null(at + 3)) decode_more(row, statement.blob(at + 3));
    load_heads(row);
    return row;
}

void RowStore::insert(Row const& row) {
    static thread_local std::unordered_map<std::string, std::string> cache;
    db::Connection::Grant const grant{connection_};
    auto statement = connection_.prepare(cached(insert_sql, *row.entity, cache));
    statement.bind(row.id);
    auto const values = row.values();
    for (auto const& value : values) value.bind(statement);
    bind_versions(statement, row, writers_.number(row.base.writer), {});
    statement.run();
}

void RowStore::store(Row const& before, Row const& after) {
    static thread_local std::unordered_map<std::string, std::string> cache;
    db::Connection::Grant const grant{connection_};
    auto statement = connection_.prepare(cached(update_sql, *after.entity, cache));
    auto const values = after.values();
    for (auto const& value : values) value.bind(statement);
    auto const more = encode_more(after);
    bind_versions(statement, after, writers_.number(after.base.writer), more);
    statement.bind(after.id).run();
    store_heads(before, after);
}

void RowStore::load_heads(Row& row) {
    auto statement = connection_.prepare("SELECT writer, seq, rank, parents, value, reg FROM sync_head WHERE entity = ? AND id = ?");
    statement.bind(std::int64_t{row.entity->number()}).bind(row.id);
    while (statement.step()) row.heads[static_cast<std::uint16_t>(statement.integer(5))].push_back(read_head(statement));
    for (auto& [reg, versions] : row.heads) std::sort(versions.begin(), versions.end(), shown_before);
}

void RowStore::store_heads(Row const& before, Row const& after) {
    auto const hidden = [](Row const& row, std::uint16_t reg, Label const& label) {
        auto const found = row.heads.find(reg);
        if (found == row.heads.end() || found->second.empty()) return false;
        return std::any_of(found->second.begin() + 1, found->second.end(), [&](Head const& head) { return head.label == label; });
    };
    for (auto const& [reg, versions] : before.heads)
        for (std::size_t i = 1; i < versions.size(); ++i)
            if (!hidden(after, reg, versions[i].label))
                connection_.prepare("DELETE FROM sync_head WHERE entity = ? AND id = ? AND reg = ? AND writer = ? AND seq = ?")
                    .bind(std::int64_t{after.entity->number()})
                    .bind(after.id)
                    .bind(std::int64_t{reg})
                    .bind(writers_.number(versions[i].label.writer))
                    .bind(static_cast<std::int64_t>(versions[i].label.seq))
                    .run();
    for (auto const& [reg, versions] : after.heads)
        for (std::size_t i = 1; i < versions.size(); ++i)
            if (!hidden(before, reg, versions[i].label))
                write_head("INSERT INTO sync_head (entity, id, reg, writer, seq, rank, parents, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                           after, reg, versions[i]);
}

void RowStore::keep_past(Row const& row, std::uint16_t reg, Head const& head) {
    db::Connection::Grant const grant{connection_};
    write_head("INSERT INTO sync_past (entity, id, reg, writer, seq, rank, parents, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row, reg,
               head);
}

std::optional<Head> RowStore::past(Row const& row, std::uint16_t reg, Label const& label) {
    if (writers_.find(label.writer) == nullptr) return std::nullopt;
    auto statement = connection_.prepare(
        "SELECT writer, seq, rank, parents, value FROM sync_past WHERE entity = ? AND id = ? AND reg = ? AND writer = ? AND seq = ?");
    statement.bind(std::int64_t{row.entity->number()}).bind(row.id).bind(std::int64_t{reg});
    if (!statement.bind(writers_.number(label.writer)).bind(static_cast<std::int64_t>(label.seq)).step()) return std::nullopt;
    return read_head(statement);
}

std::vector<Head> RowStore::all_past(Row const& row, std::uint16_t reg) {
    auto statement = connection_.prepare("SELECT writer, seq, rank, parents, value FROM sync_past WHERE entity = ? AND id = ? AND reg = ?");
    statement.bind(std::int64_t{row.entity->number()}).bind(row.id).bind(std::int64_t{reg});
    std::vector<Head> found;
    while (statement.step()) found.push_back(read_head(statement));
    return found;
}

Head RowStore::read_head(db::Statement const& row) const {
    Head head;
    head.label = {writers_.numbered(row.integer(0)).id, static_cast<std::uint64_t>(row.integer(1))};
    head.rank = row.integer(2);
    ByteReader parents{row.blob(3)};
    head.parents = decode_labels(parents);
    ByteReader value{row.blob(4)};
    head.values = decode_value(value);
    if (!value.at_end()) {
        auto const count = value.varint();
        for (std::uint64_t i = 0; i < count; ++i) {
            Seen seen;
            seen.reg = static_cast<std::uint16_t>(value.varint());
            seen.label.writer = writers_.numbered(static_cast<std::int64_t>(value.varint())).id;
            seen.label.seq = value.varint();
            head.saw.push_back(seen);
        }
    }
    return head;
}

void RowStore::write_head(std::string_view sql, Row const& row, std::uint16_t reg, Head const& head) {
    auto const parents = encode_labels(head.parents);
    auto value = encode_value(head.values);
    if (!head.saw.empty()) {
        put_varint(value, head.saw.size());
        for (auto const& seen : head.saw) {
            put_varint(value, seen.reg);
            put_varint(value, static_cast<std::uint64_t>(writers_.number(seen.label.writer)));
            put_varint(value, seen.label.seq);
        }
    }
    connection_.prepare(sql)
        .bind(std::int64_t{row.entity->number()})
        .bind(row.id)
        .bind(std::int64_t{reg})
        .bind(writers_.number(head.label.writer))
        .bind(static_cast<std::int64_t>(head.label.seq))
        .bind(head.rank)
        .bind_blob(parents)
        .bind_blob(value)
        .run();
}

Bytes RowStore::encode_labels(std::vector<Label> const& labels) const {
    Bytes out;
    put_varint(out, labels.size());
    for (auto const& label : labels) {
        put_varint(out, static_cast<std::uint64_t>(writers_.number(label.writer)));
        put_varint(out, label.seq);
    }
    return out;
}

std::vector<Label> RowStore::decode_labels(ByteReader& in) const {
    std::vector<Label> labels;
    auto const count = in.varint();
    for (std::uint64_t i = 0; i < count; ++i) {
        auto const writer = writers_.numbered(static_cast<std::int64_t>(in.varint())).id;
        labels.push_back({writer, in.varint()});
    }
    return labels;
}

// v_more: for each register whose shown version is not the base, ascending: register, writer number, seq, length of the rest,
// rest = rank − base rank, parents, and for life its value and what it saw.
Bytes RowStore::encode_more(Row const& row) const {
    Bytes out;
    for (auto const& [reg, versions] : row.heads) {
        auto const& head = versions.front();
        if (is_base(row, head)) continue;
        put_varint(out, reg);
        put_varint(out, static_cast<std::uint64_t>(writers_.number(head.label.writer)));
        put_varint(out, head.label.seq);
        Bytes rest;
        put_signed(rest, head.rank - row.base_rank);
        rest += encode_labels(head.parents);
        if (reg == life_register) {
            rest += static_cast<char>(head.values.at(0).integer());
            put_varint(rest, head.saw.size());
            for (auto const& seen : head.saw) {
                put_varint(rest, seen.reg);
                put_varint(rest, static_cast<std::uint64_t>(writers_.number(seen.label.writer)));
                put_varint(rest, seen.label.seq);
            }
        }
        put_sized(out, rest);
    }
    return out;
}

void RowStore::decode_more(Row& row, std::string_view more) const {
    ByteReader in{more};
    while (!in.at_end()) {
        auto const reg = static_cast<std::uint16_t>(in.varint());
        auto& head = row.heads.at(reg).front();
        head.label.writer = writers_.numbered(static_cast<std::int64_t>(in.varint())).id;
        head.label.seq = in.varint();
        ByteReader rest{in.sized()};
        head.rank = row.base_rank + rest.signed_varint();
        head.parents = decode_labels(rest);
        if (reg != life_register) continue;
        head.values = {Value{rest.byte()}};
        auto const count = rest.varint();
        for (std::uint64_t i = 0; i < count; ++i) {
            Seen seen;
            seen.reg = static_cast<std::uint16_t>(rest.varint());
            seen.label.writer = writers_.numbered(static_cast<std::int64_t>(rest.varint())).id;
            seen.label.seq = rest.varint();
            head.saw.push_back(seen);
        }
    }
}

std::vector<MoreEntry> more_entries(std::string_view more) {
    std::vector<MoreEntry> entries;
    ByteReader in{more};
    while (!in.at_end()) {
        MoreEntry entry;
        entry.reg = static_cast<std::uint16_t>(in.varint());
        entry.writer = static_cast<std::int64_t>(in.varint());
        entry.seq = in.varint();
        in.sized();
        entries.push_back(entry);
    }
    return entries;
}

int life_in_more(std::string_view more) {
    ByteReader in{more};
    if (in.at_end() || in.varint() != life_register) return 1;  // registers ascend: life is the first
    in.varint();
    in.varint();
    ByteReader rest{in.sized()};
    rest.signed_varint();
    auto const parents = rest.varint();
    for (std::uint64_t i = 0; i < parents * 2; ++i) rest.varint();
    return rest.byte();
}

}  // namespace himsog::journal
