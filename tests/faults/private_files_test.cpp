#include "common/db/database.hpp"
#include "sync/node/program.hpp"

#include <catch2/catch_test_macros.hpp>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <map>

using namespace himsog;

namespace {

/// What a node leaves in its folder, made in a process of its own: what it sets there stays for its whole life. Files are looked at while
/// the database is open, since SQLite removes the WAL with the last connection.
bool all_private_while_open(std::filesystem::path const& folder) {
    node::LogFile log{folder};
    log.sink()("{}\n");
    db::Connection connection{db::Settings{.path = (folder / "himsog.db").string(), .key = Bytes(32, 'k')}};
    connection.execute("CREATE TABLE one (id INTEGER PRIMARY KEY)");
    std::map<std::string, unsigned> modes;
    for (auto const& entry : std::filesystem::directory_iterator{folder}) {
        struct stat found {};
        if (stat(entry.path().c_str(), &found) != 0) return false;
        modes[entry.path().filename().string()] = found.st_mode & 0777U;
    }
    std::map<std::string, unsigned> const wanted{
        {"himsog.db", 0600}, {"himsog.db-shm", 0600}, {"himsog.db-wal", 0600}, {"himsog.log", 0600}};
    return modes == wanted;
}

}  // namespace

TEST_CASE("node: database and log are for the node's own user alone", "[faults]") {
    char folder[] = "/tmp/himsog-faults-XXXXXX";
    REQUIRE(mkdtemp(folder) != nullptr);
    auto const child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        umask(S_IWGRP | S_IWOTH);  // what a login shell has
        node::harden_process();
        _exit(all_private_while_open(folder) ? 0 : 1);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
    std::filesystem::remove_all(folder);
}
