#include "tests/bench/bare.hpp"

#ifndef SQLITE_HAS_CODEC
#define SQLITE_HAS_CODEC 1
#endif
#include <sqlcipher/sqlite3.h>

#include <chrono>
#include <stdexcept>

namespace himsog::bench {
namespace {

using Time = std::chrono::steady_clock;

double since(Time::time_point start) { return std::chrono::duration<double>{Time::now() - start}.count(); }

constexpr int wal_bound_pages = 4096;  // as the journal's

struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Owned = std::unique_ptr<sqlite3_stmt, Finalize>;

Bare::Cell cell(sqlite3_stmt* row, int column) {
    Bare::Cell out;
    out.type = sqlite3_column_type(row, column);
    if (out.type == SQLITE_INTEGER) out.integer = sqlite3_column_int64(row, column);
    if (out.type == SQLITE_TEXT || out.type == SQLITE_BLOB) {
        auto const* const data = static_cast<char const*>(sqlite3_column_blob(row, column));
        out.bytes.assign(data == nullptr ? "" : data, static_cast<std::size_t>(sqlite3_column_bytes(row, column)));
    }
    return out;
}

void bind(sqlite3_stmt* statement, int place, Bare::Cell const& value) {
    auto const size = static_cast<int>(value.bytes.size());
    if (value.type == SQLITE_INTEGER) sqlite3_bind_int64(statement, place, value.integer);
    else if (value.type == SQLITE_TEXT) sqlite3_bind_text(statement, place, value.bytes.data(), size, SQLITE_STATIC);
    else if (value.type == SQLITE_BLOB) sqlite3_bind_blob(statement, place, value.bytes.data(), size, SQLITE_STATIC);
    else sqlite3_bind_null(statement, place);
}

}  // namespace

Bare::Bare(std::string const& path, Bytes const& key, int cache_kib, bool writable) {
    int const flags = SQLITE_OPEN_READWRITE | (writable ? SQLITE_OPEN_CREATE : 0) | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path.c_str(), &handle_, flags, nullptr) != SQLITE_OK) throw std::runtime_error{"bench: cannot open " + path};
    auto const text = "x'" + to_hex(key) + "'";
    sqlite3_key_v2(handle_, "main", text.data(), static_cast<int>(text.size()));
    execute(
        "PRAGMA cipher_page_size = 8192; PRAGMA cipher_hmac_algorithm = HMAC_SHA256; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -" +
        std::to_string(cache_kib) + "; PRAGMA wal_autocheckpoint = 0;");
    if (writable) execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;");
}

Bare::~Bare() { sqlite3_close_v2(handle_); }

void Bare::execute(std::string const& sql) {
    if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        throw std::runtime_error{std::string{"bench: "} + sqlite3_errmsg(handle_)};
}

sqlite3_stmt* Bare::prepare(std::string const& sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(handle_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
        throw std::runtime_error{std::string{"bench: "} + sqlite3_errmsg(handle_)};
    return statement;
}

double Bare::histories_per_second(double seconds, std::function<Uuid const&()> const& next) {
    Owned const read{prepare("SELECT * FROM medical_record WHERE patient = ? AND v_void = 0 ORDER BY visit_date DESC")};
    auto const columns = sqlite3_column_count(read.get());
    std::uint64_t histories = 0;
    std::uint64_t octets = 0;  // read, so that the work cannot be left out
    auto const start = Time::now();
    while (since(start) < seconds) {
        auto const bytes = next().bytes();
        sqlite3_bind_blob(read.get(), 1, bytes.data(), static_cast<int>(bytes.size()), SQLITE_STATIC);
        while (sqlite3_step(read.get()) == SQLITE_ROW)
            for (int column = 0; column < columns; ++column)
                if (sqlite3_column_type(read.get(), column) == SQLITE_INTEGER)
                    octets += static_cast<std::uint64_t>(sqlite3_column_int64(read.get(), column) & 1);
                else if (sqlite3_column_blob(read.get(), column) != nullptr)
                    octets += static_cast<std::uint64_t>(sqlite3_column_bytes(read.get(), column));
        sqlite3_reset(read.get());
        ++histories;
    }
    if (octets == 0) throw std::runtime_error{"bench: no rows were read"};
    return static_cast<double>(histories) / since(start);
}

std::vector<std::string> Bare::statements_of(std::string const& table) {
    Owned const read{prepare("SELECT sql FROM sqlite_schema WHERE tbl_name = '" + table + "' AND sql IS NOT NULL ORDER BY type DESC")};
    std::vector<std::string> out;
    while (sqlite3_step(read.get()) == SQLITE_ROW) out.push_back(cell(read.get(), 0).bytes);
    return out;
}

std::vector<std::vector<Bare::Cell>> Bare::rows_of(std::string const& table) {
    Owned const read{prepare("SELECT * FROM " + table + " ORDER BY id")};
    auto const columns = sqlite3_column_count(read.get());
    std::vector<std::vector<Cell>> rows;
    while (sqlite3_step(read.get()) == SQLITE_ROW) {
        auto& row = rows.emplace_back();
        for (int column = 0; column < columns; ++column) row.push_back(cell(read.get(), column));
    }
    return rows;
}

double Bare::insert_per_second(std::string const& table, std::vector<std::vector<Cell>> const& rows, std::size_t in_one) {
    std::string places = "?";
    for (std::size_t i = 1; i < rows.at(0).size(); ++i) places += ", ?";
    Owned const insert{prepare("INSERT INTO " + table + " VALUES (" + places + ")")};
    int wal_pages = 0;
    auto const note = [](void* pages, sqlite3*, char const*, int now) {
        *static_cast<int*>(pages) = now;
        return SQLITE_OK;
    };
    sqlite3_wal_hook(handle_, note, &wal_pages);
    auto const start = Time::now();
    for (std::size_t done = 0; done < rows.size();) {
        execute("BEGIN IMMEDIATE");
        for (std::size_t i = 0; i < in_one && done < rows.size(); ++i, ++done) {
            int place = 0;
            for (auto const& value : rows[done]) bind(insert.get(), ++place, value);
            if (sqlite3_step(insert.get()) != SQLITE_DONE) throw std::runtime_error{std::string{"bench: "} + sqlite3_errmsg(handle_)};
            sqlite3_reset(insert.get());
        }
        execute("COMMIT");
        if (wal_pages > wal_bound_pages) sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
    }
    return static_cast<double>(rows.size()) / since(start);
}

}  // namespace himsog::bench
