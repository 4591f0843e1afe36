/// One read-only connection for each thread that serves requests.
#pragma once

#include "common/base/calendar.hpp"
#include "common/db/database.hpp"
#include "common/journal/store.hpp"

#include <memory>
#include <mutex>
#include <vector>

namespace himsog::records {

/// What a thread reads through. Thread rule: that thread's.
class Reader {
public:
    explicit Reader(db::Settings const& settings)
        : own_{std::make_unique<db::Connection>(settings)}, connection{*own_}, writers{connection} {}
    /// Over a connection of somebody else: tests, and reads on the writer thread.
    explicit Reader(db::Connection& other) : connection{other}, writers{connection} {}

private:
    std::unique_ptr<db::Connection> own_;

public:
    db::Connection& connection;
    journal::Writers writers;
};

/// Thread rule: any thread; each gets its own Reader, opened at its first use.
class Readers {
public:
    explicit Readers(db::Settings settings) : settings_{std::move(settings)} {}
    Reader& here();

private:
    db::Settings settings_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Reader>> by_thread_;
};

}  // namespace himsog::records
