/// A node's folder: made if missing, and locked, so that one process at a time works on it.
#pragma once

#include <filesystem>

namespace himsog::db {

/// Holds the lock from construction to destruction. Throws std::runtime_error when another process has it.
class DataDir {
public:
    explicit DataDir(std::filesystem::path path);
    ~DataDir();
    DataDir(DataDir const&) = delete;
    DataDir& operator=(DataDir const&) = delete;

    std::filesystem::path const& path() const { return path_; }
    std::filesystem::path database() const { return path_ / "himsog.db"; }

private:
    std::filesystem::path path_;
    int lock_;
};

}  // namespace himsog::db
