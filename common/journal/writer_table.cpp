#include "common/journal/row.hpp"

namespace himsog::journal {

void WriterTable::load() {
    by_id_.clear();
    id_of_.clear();
    auto row = connection_.prepare(
        "SELECT w.no, w.id, w.site, w.signing_key, w.parent_id, w.parent_seq, w.parent_chain, w.have, l.chain FROM sync_writer w "
        "LEFT JOIN sync_run r ON r.pos = (SELECT max(x.pos) FROM sync_run x WHERE x.writer = w.no) "
        "LEFT JOIN sync_log l ON l.pos = r.pos + r.n - 1");
    while (row.step()) {
        Entry entry;
        entry.number = row.integer(0);
        entry.id = static_cast<std::uint64_t>(row.integer(1));
        entry.site = static_cast<std::uint16_t>(row.integer(2));
        entry.signing_key = Bytes{row.blob(3)};
        entry.parent = {static_cast<std::uint64_t>(row.integer(4)), static_cast<std::uint64_t>(row.integer(5))};
        entry.parent_chain = chain_from(row.blob(6));
        entry.have = static_cast<std::uint64_t>(row.integer(7));
        entry.tip = row.is_null(8) ? entry.parent_chain : chain_from(row.blob(8));
        id_of_[entry.number] = entry.id;
        by_id_.emplace(entry.id, std::move(entry));
    }
}

WriterTable::Entry* WriterTable::find(std::uint64_t id) {
    auto const found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : &found->second;
}

WriterTable::Entry const& WriterTable::numbered(std::int64_t number) const { return by_id_.at(id_of_.at(number)); }

std::int64_t WriterTable::number(std::uint64_t id) const { return by_id_.at(id).number; }

WriterTable::Entry& WriterTable::add(std::uint64_t id, WriterOrigin const& origin) {
    auto insert = connection_.prepare("INSERT INTO sync_writer (id, site, signing_key, parent_id, parent_seq, parent_chain, have) "
                                      "VALUES (?, ?, ?, ?, ?, ?, 0) RETURNING no");
    insert.bind(static_cast<std::int64_t>(id)).bind(std::int64_t{origin.site}).bind_blob(origin.signing_key);
    insert.bind(static_cast<std::int64_t>(origin.parent.writer)).bind(static_cast<std::int64_t>(origin.parent.seq));
    insert.bind_blob(bytes_of(origin.parent_chain)).step();
    Entry entry;
    entry.number = insert.integer(0);
    entry.id = id;
    entry.site = origin.site;
    entry.signing_key = origin.signing_key;
    entry.parent = origin.parent;
    entry.parent_chain = origin.parent_chain;
    entry.tip = origin.parent_chain;
    insert.run();
    id_of_[entry.number] = id;
    return by_id_.emplace(id, std::move(entry)).first->second;
}

void WriterTable::save(Entry const& entry) {
    connection_.prepare("UPDATE sync_writer SET have = ? WHERE no = ?")
        .bind(static_cast<std::int64_t>(entry.have))
        .bind(entry.number)
        .run();
}

std::vector<WriterTable::Entry const*> WriterTable::all() const {
    std::vector<Entry const*> entries;
    for (auto const& [id, entry] : by_id_) entries.push_back(&entry);
    return entries;
}

}  // namespace himsog::journal
