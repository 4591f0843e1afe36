/// Reading what the journal keeps, through any connection: versions, conflicts, history, log. Thread rule: that of the connection.
#pragma once

#include "common/base/calendar.hpp"
#include "common/db/database.hpp"
#include "common/journal/entity.hpp"
#include "common/journal/txn.hpp"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace himsog::journal {

/// Columns that the dictionary adds to every replicated table, in this order after the fields:
/// v_writer, v_seq, v_rank, v_more, v_void, created_at, created_by, updated_at.
///  v_writer  local number of the base version's writer       v_seq   its number
///  v_rank    rank of the base version minus created_at       v_more  NULL, or registers changed since (see row.hpp)
///  v_void    0: shown, 1: void
///  created_at µs, created_by 16-byte blob (nil → NULL) of the base txn; updated_at NULL while it equals created_at
inline constexpr std::string_view version_columns = "v_writer, v_seq, v_rank, v_more, v_void, created_at, created_by, updated_at";

/// CREATE TABLE for an entity, ALTER TABLE ADD COLUMN for fields that an older file lacks, indexes; and the journal's own tables.
/// Runs in one transaction on the writable connection. Also protects the tables.
void migrate(db::Connection& connection, Dictionary const& dictionary);

/// Local writer numbers ↔ 64-bit ids and sites. Grows only; one cache per connection.
class Writers {
public:
    explicit Writers(db::Connection& connection) : connection_{connection} {}
    struct Known {
        std::uint64_t id = 0;
        std::uint16_t site = 0;
    };
    Known const& numbered(std::int64_t number);

private:
    db::Connection& connection_;
    std::unordered_map<std::int64_t, Known> known_;
};

/// Appends the ETag text of a row (without quotes) from its version columns (contract/sync.md "Versions").
void append_version(std::string& out, Writers& writers, std::int64_t writer, std::int64_t seq, std::string_view more);

enum class ConflictStatus : std::uint8_t { open = 0, automatic = 1, resolved = 2 };
enum class ConflictKind : std::uint8_t { reg = 0, life = 1 };

/// Who wrote a version, where and when, from the log.
struct Authorship {
    Label label;
    Uuid actor;
    std::uint16_t site = 0;
    std::int64_t time = 0;
    ClockQuality clock = ClockQuality::ok;
};

struct ConflictSide {
    Values values;  // the register's fields; life: 1 or 0
    Authorship by;
};

struct Conflict {
    Uuid id;  // 16 octets of SHA-256, the same on every node
    std::uint16_t entity = 0;
    Uuid record;
    Uuid patient;  // nil: no subject
    std::uint16_t reg = 0;
    ConflictKind kind = ConflictKind::reg;
    ConflictStatus status = ConflictStatus::open;
    ConflictSide kept;
    ConflictSide other;
    std::optional<Authorship> resolved_by;
    std::string note;
    std::string version;  // names the two versions it shows
};

struct ConflictFilter {
    std::optional<ConflictStatus> status;
    std::optional<Uuid> patient;
    std::optional<std::uint16_t> entity;
};

/// Newest first.
std::vector<Conflict> conflicts(db::Connection&, Dictionary const&, ConflictFilter const&, std::int64_t limit, std::int64_t offset);
std::int64_t count_conflicts(db::Connection&, ConflictFilter const&);
std::optional<Conflict> conflict(db::Connection&, Dictionary const&, Uuid const& id);

struct Change {
    std::uint16_t reg = 0;
    std::optional<Values> from;  // nothing on create
    Values to;
};

struct HistoryEntry {
    Authorship by;
    std::string action;  // create, update, void, restore
    std::vector<Change> changes;
    std::string reason;
};

/// Everything that was ever true of a row, newest first; registers marked secret are left out.
std::vector<HistoryEntry> history(db::Connection&, Dictionary const&, Entity const&, Uuid const& id);

}  // namespace himsog::journal
