/// The encrypted database (SQLCipher). With statement.hpp the only place that sees sqlite3*. A connection belongs to one thread.
///
/// One process has one writable connection, which is also the only one that checkpoints (SQLite's WAL-reset race, fixed in 3.51.3,
/// cannot occur then); every other connection is read-only.
#pragma once

#include "common/db/statement.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace himsog::db {

enum class Access { writer, reader };

struct Settings {
    std::string path;  // ":memory:" for tests
    Bytes key;         // 32 octets, raw; empty only for ":memory:"
    Access access = Access::writer;
    int cache_kib = 8192;
    std::string vfs = {};  // tests put a counting or failing VFS here
    /// Off only in the test that shows that the gate catches it.
    bool synchronous_full = true;
};

/// Refuses (throws Error) a library without a codec, a wrong key, a file made with other cipher settings.
class Connection {
public:
    explicit Connection(Settings const& settings);
    ~Connection();
    Connection(Connection const&) = delete;
    Connection& operator=(Connection const&) = delete;

    /// A statement of the cache; the same text may be lent twice at once. Only literals and generated DDL names go in, never values.
    Statement prepare(std::string_view sql);
    /// One or more statements without parameters.
    void execute(std::string const& sql);
    std::int64_t changes() const;

    /// From now on no statement but those prepared while a Grant lives may write to `table`.
    void protect(std::string table);
    /// The journal's right to write protected tables. Statements are cached apart, so that one prepared with the grant is not found without.
    class Grant {
    public:
        explicit Grant(Connection& connection) : connection_{connection} { ++connection_.grants_; }
        ~Grant() { --connection_.grants_; }
        Grant(Grant const&) = delete;
        Grant& operator=(Grant const&) = delete;

    private:
        Connection& connection_;
    };

    /// Pages now in the WAL after the last commit of this connection.
    int wal_pages() const { return wal_pages_; }
    /// Most pages that lay in the WAL since its file was last cut: starting it over leaves the file as large as it was.
    int wal_file_pages() const { return wal_file_pages_; }
    /// Moves the WAL into the database as far as readers allow, and starts it over when none is in the way. Fast: for a writer under load.
    void checkpoint();
    /// The same, and cuts the file to nothing. False: a reader is in the way.
    bool cut_wal();
    bool in_transaction() const;
    Access access() const { return access_; }
    /// Table exists?
    bool has_table(std::string_view name);
    /// Makes the table if it is missing: rows lie in the order of `primary_key` ("patient, id").
    void create_clustered_table(std::string const& name, std::string const& columns, std::string const& primary_key);
    /// Names of a table's columns, in order; empty without the table.
    std::vector<std::string> columns(std::string_view table);
    /// The whole content, copied: for tests and backups. `to` must be empty or of the same shape.
    void copy_to(Connection& to);

private:
    struct Cached {
        sqlite3_stmt* handle = nullptr;
        bool lent = false;
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    using Cache = std::unordered_map<std::string, std::unique_ptr<Cached>, Hash, std::equal_to<>>;

    static constexpr std::size_t most_cached = 512;

    void configure(Settings const& settings);
    void close();
    static void forget_idle(Cache& cache);
    sqlite3_stmt* compile(std::string_view sql);
    static int authorize(void* self, int action, char const* first, char const* second, char const* database, char const* trigger);
    static int count_wal(void* self, sqlite3* handle, char const* database, int pages);

    sqlite3* handle_ = nullptr;
    Access access_;
    Cache plain_;
    Cache granted_;
    std::unordered_set<std::string> protected_;
    int grants_ = 0;
    int wal_pages_ = 0;
    int wal_file_pages_ = 0;
};

/// BEGIN IMMEDIATE (writer) or BEGIN (reader: one snapshot for several reads); rolls back unless commit() ran.
class Transaction {
public:
    explicit Transaction(Connection& connection, Access access = Access::writer);
    ~Transaction();
    Transaction(Transaction const&) = delete;
    Transaction& operator=(Transaction const&) = delete;
    void commit();

private:
    Connection& connection_;
    bool open_ = true;
};

/// Part of a transaction that can be taken back alone.
class Savepoint {
public:
    explicit Savepoint(Connection& connection);
    ~Savepoint();
    Savepoint(Savepoint const&) = delete;
    Savepoint& operator=(Savepoint const&) = delete;
    void release();

private:
    Connection& connection_;
    bool open_ = true;
};

}  // namespace himsog::db
