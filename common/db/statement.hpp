/// A prepared statement. Owned by a Connection's cache and lent out; used by the connection's thread only.
#pragma once

#include "common/base/bytes.hpp"
#include "common/base/uuid.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace himsog::db {

/// The database is broken for its own sake: disk, key, memory, SQL. "No row" and "taken" are values, not errors.
class Error : public std::runtime_error {
public:
    Error(int code, std::string const& what) : std::runtime_error{what}, code_{code} {}
    int code() const { return code_; }
    bool storage_full() const;  // SQLITE_FULL

private:
    int code_;
};

enum class ColumnKind { null, integer, text, blob };

/// What a column holds, read once. Valid until the next step.
struct Cell {
    ColumnKind kind = ColumnKind::null;
    std::int64_t integer = 0;     // of an integer
    std::string_view bytes = {};  // of a text or blob

    bool is_null() const { return kind == ColumnKind::null; }
};

/// Marks NULL in bind().
struct Null {};

/// Lent by Connection::prepare(); resets itself when it goes. Texts and blobs bound must live until the last step.
class Statement {
public:
    Statement(sqlite3_stmt* handle, bool* lent) : handle_{handle}, lent_{lent} {}
    Statement(Statement&& other) noexcept;
    Statement& operator=(Statement&&) = delete;
    Statement(Statement const&) = delete;
    Statement& operator=(Statement const&) = delete;
    ~Statement();

    /// Binds the next `?`, from left to right.
    Statement& bind(std::int64_t value);
    Statement& bind(std::string_view text);
    /// Copied, so that an id just read from another row may be bound.
    Statement& bind(Uuid const& id);
    Statement& bind(Null);
    Statement& bind_blob(std::string_view bytes);

    /// True: a row is there. False: done. Throws Error.
    bool step();
    /// For statements without rows.
    void run();
    /// Back to the first `?`, to be bound and run again.
    Statement& again();

    Cell cell(int column) const;
    ColumnKind kind(int column) const;
    bool is_null(int column) const { return kind(column) == ColumnKind::null; }
    std::int64_t integer(int column) const;
    /// Both are valid until the next step. NULL reads as "".
    std::string_view text(int column) const;
    std::string_view blob(int column) const;
    /// A 16-byte blob; nil for NULL.
    Uuid uuid(int column) const;

private:
    sqlite3_stmt* handle_;
    bool* lent_;  // null: not from the cache, finalized with the loan
    int next_ = 1;
};

}  // namespace himsog::db
