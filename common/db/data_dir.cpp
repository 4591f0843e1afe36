#include "common/db/data_dir.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <stdexcept>

namespace himsog::db {

DataDir::DataDir(std::filesystem::path path) : path_{std::move(path)} {
    std::filesystem::create_directories(path_);
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all);
    auto const file = path_ / "lock";
    lock_ = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock_ < 0) throw std::runtime_error{"cannot open " + file.string()};
    if (flock(lock_, LOCK_EX | LOCK_NB) != 0) {
        close(lock_);
        throw std::runtime_error{"another process works on " + path_.string()};
    }
}

DataDir::~DataDir() { close(lock_); }

}  // namespace himsog::db
