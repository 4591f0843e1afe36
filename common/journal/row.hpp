/// A row of a replicated table with all its versions, as it lies in memory while it is changed (SYNC.md sections 1 and 4).
/// Thread rule: the writer thread's.
#pragma once

#include "common/db/database.hpp"
#include "common/journal/entity.hpp"
#include "common/journal/txn.hpp"

#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

namespace himsog::journal {

/// Local writer numbers of this database ↔ 64-bit ids; all of them, in memory.
class WriterTable {
public:
    explicit WriterTable(db::Connection& connection) : connection_{connection} {}

    struct Entry {
        std::int64_t number = 0;
        std::uint64_t id = 0;
        std::uint16_t site = 0;
        Bytes signing_key;
        Label parent;
        Chain parent_chain{};
        std::uint64_t have = 0;
        Chain tip{};  // chain at `have`
    };

    /// Reads everything again: after start and after a group was lost.
    void load();
    Entry* find(std::uint64_t id);
    Entry const& numbered(std::int64_t number) const;
    std::int64_t number(std::uint64_t id) const;  // throws std::out_of_range for a writer that is not known
    Entry& add(std::uint64_t id, WriterOrigin const& origin);
    /// Writes `have` of an entry into the transaction.
    void save(Entry const& entry);
    std::vector<Entry const*> all() const;

private:
    db::Connection& connection_;
    std::map<std::uint64_t, Entry> by_id_;
    std::unordered_map<std::int64_t, std::uint64_t> id_of_;
};

/// A version that no other replaces.
struct Head {
    Label label;
    std::int64_t rank = 0;
    std::vector<Label> parents;
    Values values;
    std::vector<Seen> saw;  // life only
};
/// Highest rank first; ties by writer id, then seq (SYNC.md section 2).
bool shown_before(Head const& a, Head const& b);

struct Row {
    Entity const* entity = nullptr;
    Uuid id;
    /// The row's first version: lowest (rank, writer id, seq) of the inserts.
    Label base;
    std::int64_t base_rank = 0;
    std::int64_t created_at = 0;
    Uuid created_by;
    std::int64_t updated_at = 0;
    bool is_void = false;
    std::map<std::uint16_t, std::vector<Head>> heads;  // life too; the first of each is shown

    Head const& shown(std::uint16_t reg) const { return heads.at(reg).front(); }
    /// The row as its readers see it.
    Values values() const;
    /// Every head but those at the base, as a life change names them; the base itself first.
    std::vector<Seen> seen() const;
    /// Somebody wrote a head that this life version did not see.
    std::optional<std::uint16_t> unseen_by(Head const& life) const;
};

/// Between Row and tables. The parts that a Row does not hold lie in sync_past.
class RowStore {
public:
    RowStore(db::Connection& connection, WriterTable& writers) : connection_{connection}, writers_{writers} {}

    std::optional<Row> load(Entity const& entity, Uuid const& id);
    bool exists(Entity const& entity, Uuid const& id);
    /// A row that is new: one statement, no version but the base.
    void insert(Row const& row);
    void store(Row const& before, Row const& after);

    /// A version that was replaced; nothing when it is not there.
    std::optional<Head> past(Row const& row, std::uint16_t reg, Label const& label);
    void keep_past(Row const& row, std::uint16_t reg, Head const& head);
    /// All versions of a register that were replaced.
    std::vector<Head> all_past(Row const& row, std::uint16_t reg);

private:
    Bytes encode_more(Row const& row) const;
    void decode_more(Row& row, std::string_view more) const;
    Bytes encode_labels(std::vector<Label> const& labels) const;
    std::vector<Label> decode_labels(ByteReader& in) const;
    void load_heads(Row& row);
    void store_heads(Row const& before, Row const& after);
    Head read_head(db::Statement const& row) const;
    void write_head(std::string_view sql, Row const& row, std::uint16_t reg, Head const& head);

    db::Connection& connection_;
    WriterTable& writers_;
};

/// (register, local writer number, seq) of the registers changed since the base, ascending, from a v_more blob: all that an ETag needs.
struct MoreEntry {
    std::uint16_t reg = 0;
    std::int64_t writer = 0;
    std::uint64_t seq = 0;
};
std::vector<MoreEntry> more_entries(std::string_view more);

/// The shown life value (1 live, 0 void) in a v_more blob.
int life_in_more(std::string_view more);

/// The ETag text of a row in memory; the same as append_version() makes of its columns.
std::string version_text(Row const& row);

}  // namespace himsog::journal
