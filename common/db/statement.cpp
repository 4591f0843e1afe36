#include "common/db/statement.hpp"

#include <sqlcipher/sqlite3.h>

#include <utility>

namespace himsog::db {
namespace {

[[noreturn]] void fail(sqlite3_stmt* statement, int code) {
    // The message names tables and columns, never bound values.
    throw Error{code, sqlite3_errmsg(sqlite3_db_handle(statement))};
}

void check(sqlite3_stmt* statement, int code) {
    if (code != SQLITE_OK) fail(statement, code);
}

// sqlite3_column_value() hands out a value once; each sqlite3_column_type(), _blob() and _bytes() looks the column up again, which takes twice
// as long in all. Reading an "unprotected" value is allowed where no mutex guards connections, and ours are opened with NOMUTEX.

ColumnKind kind_of(sqlite3_value* value) {
    switch (sqlite3_value_type(value)) {
        case SQLITE_NULL: return ColumnKind::null;
        case SQLITE_INTEGER: return ColumnKind::integer;
        case SQLITE_TEXT: return ColumnKind::text;
        case SQLITE_BLOB: return ColumnKind::blob;
        default: throw Error{SQLITE_MISMATCH, "a column holds a floating point number"};
    }
}

std::string_view bytes_of(sqlite3_value* value) {
    auto const* const data = static_cast<char const*>(sqlite3_value_blob(value));
    return {data, data == nullptr ? 0 : static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

}  // namespace

bool Error::storage_full() const { return (code_ & 0xff) == SQLITE_FULL; }

Statement::Statement(Statement&& other) noexcept : handle_{std::exchange(other.handle_, nullptr)}, lent_{other.lent_}, next_{other.next_} {}

Statement::~Statement() {
    if (handle_ == nullptr) return;
    if (lent_ == nullptr) {
        sqlite3_finalize(handle_);
        return;
    }
    sqlite3_reset(handle_);
    sqlite3_clear_bindings(handle_);
    *lent_ = false;
}

Statement& Statement::bind(std::int64_t value) {
    check(handle_, sqlite3_bind_int64(handle_, next_++, value));
    return *this;
}

Statement& Statement::bind(std::string_view text) {
    char const* const data = text.data() == nullptr ? "" : text.data();  // a null pointer would bind NULL
    check(handle_, sqlite3_bind_text64(handle_, next_++, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
    return *this;
}

Statement& Statement::bind(Uuid const& id) {
    auto const bytes = id.bytes();
    check(handle_, sqlite3_bind_blob64(handle_, next_++, bytes.data(), bytes.size(), SQLITE_TRANSIENT));
    return *this;
}

Statement& Statement::bind(Null) {
    check(handle_, sqlite3_bind_null(handle_, next_++));
    return *this;
}

Statement& Statement::bind_blob(std::string_view bytes) {
    char const* const data = bytes.data() == nullptr ? "" : bytes.data();
    check(handle_, sqlite3_bind_blob64(handle_, next_++, data, bytes.size(), SQLITE_STATIC));
    return *this;
}

bool Statement::step() {
    auto const code = sqlite3_step(handle_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    fail(handle_, sqlite3_extended_errcode(sqlite3_db_handle(handle_)));
}

void Statement::run() {
    while (step()) continue;
}

Statement& Statement::again() {
    sqlite3_reset(handle_);
    next_ = 1;
    return *this;
}

Cell Statement::cell(int column) const {
    auto* const value = sqlite3_column_value(handle_, column);
    Cell cell{kind_of(value)};
    if (cell.kind == ColumnKind::integer) cell.integer = sqlite3_value_int64(value);
    else if (cell.kind != ColumnKind::null) cell.bytes = bytes_of(value);
    return cell;
}

ColumnKind Statement::kind(int column) const { return kind_of(sqlite3_column_value(handle_, column)); }

std::int64_t Statement::integer(int column) const { return sqlite3_value_int64(sqlite3_column_value(handle_, column)); }

std::string_view Statement::text(int column) const { return blob(column); }

std::string_view Statement::blob(int column) const { return bytes_of(sqlite3_column_value(handle_, column)); }

Uuid Statement::uuid(int column) const {
    auto const bytes = blob(column);
    return bytes.empty() ? Uuid{} : Uuid::from_bytes(bytes);
}

}  // namespace himsog::db
