#include "common/db/database.hpp"

#include "common/db/folding.hpp"

#ifndef SQLITE_HAS_CODEC
#define SQLITE_HAS_CODEC 1
#endif
#include <sqlcipher/sqlite3.h>

#include <algorithm>

namespace himsog::db {
namespace {

constexpr int page_size = 8192;
constexpr std::size_t key_size = 32;

void check(sqlite3* handle, int code) {
    if (code != SQLITE_OK) throw Error{code, sqlite3_errmsg(handle)};
}

/// Memory statistics cost a lock that all threads share at each allocation, and nothing reads them.
void drop_statistics() {
    [[maybe_unused]] static int const once =
        sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);  // refused, without harm, once the library is in use
}

std::string answer_of(Connection& connection, std::string_view pragma) {
    auto row = connection.prepare(pragma);
    return row.step() ? std::string{row.text(0)} : std::string{};
}

/// Stock SQLite takes PRAGMA key without a word and writes plain text; temp files outside memory would hold plain rows too.
void require_codec(Connection& connection) {
    if (answer_of(connection, "PRAGMA cipher_version").empty()) throw Error{SQLITE_ERROR, "this SQLite library has no encryption"};
    auto options = connection.prepare("PRAGMA compile_options");
    while (options.step())
        if (options.text(0) == "TEMP_STORE=2" || options.text(0) == "TEMP_STORE=3") return;
    throw Error{SQLITE_ERROR, "this SQLCipher library could write temporary files in plain text"};
}

void fold(sqlite3_context* context, int, sqlite3_value** values) {
    auto const* const data = static_cast<char const*>(sqlite3_value_blob(values[0]));
    if (data == nullptr) return sqlite3_result_text(context, "", 0, SQLITE_STATIC);
    auto const text = folded({data, static_cast<std::size_t>(sqlite3_value_bytes(values[0]))});
    sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

}  // namespace

Connection::Connection(Settings const& settings) : access_{settings.access} {
    int const flags = (settings.access == Access::writer ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE) |
                      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    drop_statistics();
    auto const* const vfs = settings.vfs.empty() ? nullptr : settings.vfs.c_str();
    auto const code = sqlite3_open_v2(settings.path.c_str(), &handle_, flags, vfs);
    try {
        check(handle_, code);
        configure(settings);
    } catch (...) {
        close();
        throw;
    }
}

Connection::~Connection() { close(); }

void Connection::close() {
    for (auto* cache : {&plain_, &granted_})
        for (auto const& [sql, cached] : *cache) sqlite3_finalize(cached->handle);
    sqlite3_close_v2(handle_);
}

void Connection::configure(Settings const& settings) {
    require_codec(*this);
    bool const in_memory = settings.path == ":memory:";
    if (!in_memory) {
        if (settings.key.size() != key_size) throw Error{SQLITE_MISUSE, "the database key has 32 octets"};
        auto key = "x'" + to_hex(settings.key) + "'";
        auto const keyed = sqlite3_key_v2(handle_, "main", key.data(), static_cast<int>(key.size()));
        key.assign(key.size(), '\0');
        check(handle_, keyed);
        execute("PRAGMA cipher_page_size = " + std::to_string(page_size) + "; PRAGMA cipher_hmac_algorithm = HMAC_SHA256;");
    } else {
        execute("PRAGMA page_size = " + std::to_string(page_size) + ";");
    }
    execute(
        "PRAGMA cipher_log_level = NONE; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA cache_size = -" +
        std::to_string(settings.cache_kib) + ";");
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    execute("PRAGMA wal_autocheckpoint = 0;");
    if (settings.access == Access::reader) {
        execute("PRAGMA query_only = ON;");
    } else {
        if (!in_memory && answer_of(*this, "PRAGMA journal_mode = WAL") != "wal")
            throw Error{SQLITE_ERROR, "the database cannot use a WAL"};
        execute(settings.synchronous_full ? "PRAGMA synchronous = FULL;" : "PRAGMA synchronous = OFF;");
        execute("PRAGMA secure_delete = ON;");
        sqlite3_wal_hook(handle_, &Connection::count_wal, this);
    }
    if (answer_of(*this, "PRAGMA page_size") != std::to_string(page_size))
        throw Error{SQLITE_ERROR, "the database was made with another page size"};
    check(handle_, sqlite3_create_function_v2(handle_, "folded", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, nullptr, &fold,
                                              nullptr, nullptr, nullptr));
    sqlite3_set_authorizer(handle_, &Connection::authorize, this);
}

int Connection::authorize(void* self, int action, char const* first, char const*, char const*, char const*) {
    auto const& connection = *static_cast<Connection*>(self);
    bool const writes = action == SQLITE_INSERT || action == SQLITE_UPDATE || action == SQLITE_DELETE;
    if (writes && connection.grants_ == 0 && connection.protected_.contains(first)) return SQLITE_DENY;
    return SQLITE_OK;
}

int Connection::count_wal(void* self, sqlite3*, char const*, int pages) {
    auto& connection = *static_cast<Connection*>(self);
    connection.wal_pages_ = pages;
    connection.wal_file_pages_ = std::max(connection.wal_file_pages_, pages);
    return SQLITE_OK;
}

sqlite3_stmt* Connection::compile(std::string_view sql) {
    sqlite3_stmt* handle = nullptr;
    check(handle_, sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &handle, nullptr));
    return handle;
}

/// Lists can be ordered and searched in thousands of ways: what is not used now is compiled again when it is asked for.
void Connection::forget_idle(Cache& cache) {
    std::erase_if(cache, [](auto const& entry) {
        if (entry.second->lent) return false;
        sqlite3_finalize(entry.second->handle);
        return true;
    });
}

Statement Connection::prepare(std::string_view sql) {
    auto& cache = grants_ > 0 ? granted_ : plain_;
    auto found = cache.find(sql);
    if (found == cache.end()) {
        if (cache.size() >= most_cached) forget_idle(cache);
        auto cached = std::make_unique<Cached>();
        cached->handle = compile(sql);
        found = cache.emplace(std::string{sql}, std::move(cached)).first;
    }
    auto& cached = *found->second;
    if (cached.lent) return {compile(sql), nullptr};
    cached.lent = true;
    return {cached.handle, &cached.lent};
}

void Connection::execute(std::string const& sql) { check(handle_, sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr)); }

std::int64_t Connection::changes() const { return sqlite3_changes64(handle_); }

void Connection::protect(std::string table) { protected_.insert(std::move(table)); }

void Connection::checkpoint() {
    // RESTART waits for readers through the busy handler; there is none, so it takes what it gets and never blocks the writer.
    int left = 0;
    int moved = 0;
    auto const code = sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_RESTART, &left, &moved);
    if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) check(handle_, code);
    if (code == SQLITE_OK) wal_pages_ = 0;
}

bool Connection::cut_wal() {
    auto const code = sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    if ((code & 0xff) == SQLITE_BUSY) return false;
    check(handle_, code);
    wal_pages_ = wal_file_pages_ = 0;
    return true;
}

bool Connection::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

bool Connection::has_table(std::string_view name) {
    return prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").bind(name).step();
}

void Connection::create_clustered_table(std::string const& name, std::string const& columns, std::string const& primary_key) {
    execute("CREATE TABLE IF NOT EXISTS " + name + " (" + columns + ", PRIMARY KEY (" + primary_key + ")) WITHOUT ROWID");
}

std::vector<std::string> Connection::columns(std::string_view table) {
    std::vector<std::string> names;
    auto row = prepare("SELECT name FROM pragma_table_info(?)");
    row.bind(table);
    while (row.step()) names.emplace_back(row.text(0));
    return names;
}

void Connection::copy_to(Connection& to) {
    auto* const backup = sqlite3_backup_init(to.handle_, "main", handle_, "main");
    if (backup == nullptr) throw Error{sqlite3_errcode(to.handle_), sqlite3_errmsg(to.handle_)};
    sqlite3_backup_step(backup, -1);
    check(to.handle_, sqlite3_backup_finish(backup));
}

Transaction::Transaction(Connection& connection, Access access) : connection_{connection} {
    connection_.prepare(access == Access::writer ? "BEGIN IMMEDIATE" : "BEGIN").run();
}

Transaction::~Transaction() {
    if (!open_ || !connection_.in_transaction()) return;  // a full disk may have rolled back by itself
    try {
        connection_.prepare("ROLLBACK").run();
    } catch (Error const&) {
        // The connection is broken for its own sake; whoever threw past us says so.
    }
}

void Transaction::commit() {
    connection_.prepare("COMMIT").run();
    open_ = false;
}

Savepoint::Savepoint(Connection& connection) : connection_{connection} { connection_.prepare("SAVEPOINT job").run(); }

Savepoint::~Savepoint() {
    if (!open_ || !connection_.in_transaction()) return;
    try {
        connection_.prepare("ROLLBACK TO job").run();
        connection_.prepare("RELEASE job").run();
    } catch (Error const&) {
        // As above: the group as a whole is lost and says so.
    }
}

void Savepoint::release() {
    connection_.prepare("RELEASE job").run();
    open_ = false;
}

}  // namespace himsog::db
