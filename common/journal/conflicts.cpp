#include "common/journal/conflicts.hpp"

#include "common/crypto/hash.hpp"

#include <algorithm>

namespace himsog::journal {
namespace {

constexpr auto open_status = static_cast<std::int64_t>(ConflictStatus::open);
constexpr auto auto_status = static_cast<std::int64_t>(ConflictStatus::automatic);
constexpr auto resolved_status = static_cast<std::int64_t>(ConflictStatus::resolved);

bool is_secret(Row const& row, std::uint16_t reg) {
    auto const* const one = row.entity->register_numbered(reg);
    return one != nullptr && one->is_secret;
}

std::int64_t status_of(Row const& row, std::uint16_t reg) {
    auto const* const one = row.entity->register_numbered(reg);
    return one != nullptr && one->kind == Kind::clinical ? open_status
                                                         : auto_status;  // life has no kind: void against restore goes by rank
}

bool is_void(Head const& life) { return life.values.at(0) == Value{0}; }

/// Somebody else's head that this void did not see, among those a later life change saw.
bool missed(Head const& life, std::vector<Seen> const& later) {
    return std::any_of(later.begin(), later.end(), [&](Seen const& seen) {
        return std::none_of(life.saw.begin(), life.saw.end(),
                            [&](Seen const& own) { return own.label == seen.label && (own.reg == seen.reg || own.reg == seen_base); });
    });
}

Uuid patient_of(Row const& row) {
    if (row.entity->name() == "patient") return row.id;
    if (row.entity->subject().empty()) return {};
    return row.values().at(row.entity->index(row.entity->subject())).uuid();
}

}  // namespace

std::vector<Uuid> Conflicts::refresh(std::vector<Touched> const& touched) {
    db::Connection::Grant const grant{connection_};
    std::vector<Uuid> ids;
    for (auto const& what : touched) {
        auto const row = rows_.load(*what.entity, what.id);
        if (!row) continue;
        for (auto const reg : what.contested) {
            if (is_secret(*row, reg)) continue;
            connection_.prepare("DELETE FROM sync_conflict WHERE entity = ? AND record = ? AND reg = ? AND status <> ?")
                .bind(std::int64_t{row->entity->number()})
                .bind(row->id)
                .bind(std::int64_t{reg})
                .bind(resolved_status)
                .run();
            std::set<Uuid> waiting;
            for (auto const& entry : reg == life_register ? of_life(*row) : of_heads(*row, reg)) {
                put(*row, entry);
                waiting.insert(entry.id);
            }
            ids.insert(ids.end(), waiting.begin(), waiting.end());
            if (reg == life_register) continue;
            for (auto const& entry : of_agreement(*row, reg))
                if (!waiting.contains(entry.id) && !resolved_earlier(entry)) put(*row, entry);
        }
        for (auto const& [reg, version] : what.joins) {
            if (is_secret(*row, reg)) continue;
            for (auto const& entry : of_join(*row, reg, version))
                if (!resolved_earlier(entry)) put(*row, entry);
        }
    }
    return ids;
}

/// One entry for each value that is not the first head's; the highest head that holds it names the conflict.
std::vector<Conflicts::Entry> Conflicts::differing(Row const& row, std::uint16_t reg, std::vector<Head> const& heads) {
    std::vector<Entry> entries;
    std::vector<Values> seen{heads.front().values};
    for (auto const& head : heads) {
        if (std::find(seen.begin(), seen.end(), head.values) != seen.end()) continue;
        seen.push_back(head.values);
        Entry entry;
        entry.id = id_of(row, reg, head.label);
        entry.reg = reg;
        entry.is_life = reg == life_register;
        entry.status = status_of(row, reg);
        entry.kept = heads.front().label;
        entry.kept_reg = reg;
        entry.other = head.label;
        entries.push_back(entry);
    }
    return entries;
}

std::vector<Conflicts::Entry> Conflicts::of_heads(Row const& row, std::uint16_t reg) { return differing(row, reg, row.heads.at(reg)); }

std::vector<Conflicts::Entry> Conflicts::of_life(Row const& row) {
    auto const& heads = row.heads.at(life_register);
    auto entries = differing(row, life_register, heads);
    for (auto const& head : heads) {
        if (!is_void(head)) continue;
        auto const unseen = row.unseen_by(head);
        if (!unseen) continue;
        auto const id = id_of(row, life_register, head.label);
        std::erase_if(entries, [&](Entry const& entry) { return entry.id == id; });
        Entry entry;
        entry.id = id;
        entry.is_life = true;
        entry.status = open_status;
        entry.kept = row.shown(*unseen).label;
        entry.kept_reg = *unseen;
        entry.other = head.label;
        entries.push_back(entry);
    }
    return entries;
}

/// What a version settled by naming heads of different values, or a void together with what it had not seen.
std::vector<Conflicts::Entry> Conflicts::of_join(Row const& row, std::uint16_t reg, Head const& version) {
    std::vector<Head> parents;
    for (auto const& label : version.parents)
        if (auto head = rows_.past(row, reg, label)) parents.push_back(std::move(*head));
    if (parents.empty()) return {};
    std::sort(parents.begin(), parents.end(), shown_before);
    auto entries = differing(row, reg, parents);
    for (auto const& parent : parents) {
        if (reg != life_register || !is_void(parent) || !missed(parent, version.saw)) continue;
        Entry entry;
        entry.id = id_of(row, life_register, parent.label);
        std::erase_if(entries, [&](Entry const& one) { return one.id == entry.id; });
        entry.is_life = true;
        entry.kept = parents.front().label;
        entry.kept_reg = life_register;
        entry.other = parent.label;
        entries.push_back(entry);
    }
    for (auto& entry : entries) {
        entry.status = resolved_status;
        entry.by = version.label;
    }
    return entries;
}

/// Two people may settle one conflict at two places, or one version may agree with several; every node keeps the same one of them.
bool Conflicts::resolved_earlier(Entry const& entry) {
    auto row = connection_.prepare("SELECT by_writer, by_seq, kept_writer, kept_seq FROM sync_conflict WHERE id = ? AND status = ?");
    if (!row.bind(entry.id).bind(resolved_status).step()) return false;
    auto const chain = [&](int column) {
        return stamp_of_({writers_.numbered(row.integer(column)).id, static_cast<std::uint64_t>(row.integer(column + 1))}).chain;
    };
    return std::pair{chain(0), chain(2)} <= std::pair{stamp_of_(*entry.by).chain, stamp_of_(entry.kept).chain};
}

Uuid Conflicts::id_of(Row const& row, std::uint16_t reg, Label const& other) {
    Bytes name;
    put_varint(name, row.entity->number());
    name += row.id.bytes();
    put_varint(name, reg);
    auto const chain = stamp_of_(other).chain;
    name += bytes_of(chain);
    return Uuid::from_bytes(std::string_view{crypto::sha256(name)}.substr(0, 16));
}

void Conflicts::put(Row const& row, Entry const& entry) {
    auto statement = connection_.prepare(
        "INSERT INTO sync_conflict (id, entity, record, reg, kind, status, patient, at, kept_writer, kept_seq, kept_reg, other_writer, other_seq, by_writer, by_seq) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET status = excluded.status, patient = excluded.patient, at = excluded.at, "
        "kept_writer = excluded.kept_writer, kept_seq = excluded.kept_seq, kept_reg = excluded.kept_reg, other_writer = excluded.other_writer, "
        "other_seq = excluded.other_seq, by_writer = excluded.by_writer, by_seq = excluded.by_seq");
    statement.bind(entry.id).bind(std::int64_t{row.entity->number()}).bind(row.id).bind(std::int64_t{entry.reg});
    statement.bind(entry.is_life ? 1 : 0).bind(entry.status);
    auto const patient = patient_of(row);
    if (patient.is_nil()) statement.bind(db::Null{});
    else statement.bind(patient);
    statement.bind(std::max(stamp_of_(entry.kept).time, stamp_of_(entry.other).time));
    statement.bind(writers_.number(entry.kept.writer)).bind(static_cast<std::int64_t>(entry.kept.seq)).bind(std::int64_t{entry.kept_reg});
    statement.bind(writers_.number(entry.other.writer)).bind(static_cast<std::int64_t>(entry.other.seq));
    if (entry.by) statement.bind(writers_.number(entry.by->writer)).bind(static_cast<std::int64_t>(entry.by->seq));
    else statement.bind(db::Null{}).bind(db::Null{});
    statement.run();
}

}  // namespace himsog::journal
