/// The yardsticks of the benchmarks: the same rows read and written with nothing but SQLCipher, by one thread.
#pragma once

#include "common/base/bytes.hpp"
#include "common/base/uuid.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace himsog::bench {

/// A connection with the cipher settings of a node and no layer of ours over it. Throws std::runtime_error.
class Bare {
public:
    Bare(std::string const& path, Bytes const& key, int cache_kib, bool writable);
    ~Bare();
    Bare(Bare const&) = delete;
    Bare& operator=(Bare const&) = delete;

    void execute(std::string const& sql);
    /// Histories a second: every column of a patient's visits, newest first, stepped. `next` says whose.
    double histories_per_second(double seconds, std::function<Uuid const&()> const& next);
    /// Copies what makes `table` out of another database: its CREATE statements.
    std::vector<std::string> statements_of(std::string const& table);

    /// Rows of `table`, each a list of columns, in the order of `id`.
    struct Cell {
        int type = 0;
        std::int64_t integer = 0;
        std::string bytes;
    };
    std::vector<std::vector<Cell>> rows_of(std::string const& table);
    /// Rows a second: inserts in commits of `in_one`.
    double insert_per_second(std::string const& table, std::vector<std::vector<Cell>> const& rows, std::size_t in_one);

private:
    sqlite3_stmt* prepare(std::string const& sql);
    sqlite3* handle_ = nullptr;
};

}  // namespace himsog::bench
