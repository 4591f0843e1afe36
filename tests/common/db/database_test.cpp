#include "common/base/random.hpp"
#include "common/db/data_dir.hpp"
#include "common/db/database.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

using namespace himsog;

namespace {

class Folder {
public:
    Folder() {
        SystemRandom random;
        path = std::filesystem::temp_directory_path() / ("himsog-db-" + to_hex(random.bytes(8)));
        std::filesystem::create_directories(path);
    }
    ~Folder() { std::filesystem::remove_all(path); }
    Folder(Folder const&) = delete;
    Folder& operator=(Folder const&) = delete;

    db::Settings settings() const { return {.path = (path / "himsog.db").string(), .key = Bytes(32, 'k')}; }
    std::string octets(char const* file) const {
        std::ifstream in{path / file, std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, {}};
    }

    std::filesystem::path path;
};

}  // namespace

TEST_CASE("database: what lies on the disk is encrypted, from the first octet on") {
    Folder const folder;
    {
        db::Connection connection{folder.settings()};
        connection.execute("CREATE TABLE note (text TEXT); INSERT INTO note VALUES ('Peñaflorida')");
        CHECK(folder.octets("himsog.db-wal").find("Peñaflorida") == std::string::npos);
        connection.checkpoint();
    }
    auto const octets = folder.octets("himsog.db");
    REQUIRE(octets.size() >= 8192);
    CHECK(octets.substr(0, 15) != "SQLite format 3");
    CHECK(octets.find("Peñaflorida") == std::string::npos);
}

TEST_CASE("database: another key, or none, opens nothing") {
    Folder const folder;
    { db::Connection{folder.settings()}.execute("CREATE TABLE note (text TEXT)"); }
    auto settings = folder.settings();
    settings.key = Bytes(32, 'x');
    CHECK_THROWS_AS(db::Connection{settings}, db::Error);
    settings.key = {};
    CHECK_THROWS_AS(db::Connection{settings}, db::Error);
    CHECK(db::Connection{folder.settings()}.has_table("note"));
}

TEST_CASE("database: a reader cannot write") {
    Folder const folder;
    db::Connection writer{folder.settings()};
    writer.execute("CREATE TABLE note (text TEXT)");
    auto settings = folder.settings();
    settings.access = db::Access::reader;
    db::Connection reader{settings};
    CHECK_THROWS_AS(reader.execute("INSERT INTO note VALUES ('a')"), db::Error);
}

TEST_CASE("database: a protected table is written with the grant alone") {
    db::Connection connection{{.path = ":memory:", .key = {}}};
    connection.execute("CREATE TABLE note (text TEXT)");
    connection.protect("note");
    CHECK_THROWS_AS(connection.prepare("INSERT INTO note VALUES ('a')"), db::Error);
    {
        db::Connection::Grant const grant{connection};
        connection.prepare("INSERT INTO note VALUES ('b')").run();
    }
    CHECK_THROWS_AS(connection.prepare("INSERT INTO note VALUES ('b')"), db::Error);
    CHECK_THROWS_AS(connection.prepare("DELETE FROM note"), db::Error);
    auto row = connection.prepare("SELECT count(*) FROM note");
    REQUIRE(row.step());
    CHECK(row.integer(0) == 1);
}

TEST_CASE("database: an id bound from a value that is gone by the first step is found") {
    db::Connection connection{{.path = ":memory:", .key = {}}};
    connection.execute("CREATE TABLE one (id BLOB PRIMARY KEY)");
    auto const id = Uuid::from_bytes(Bytes(16, 'i'));
    connection.prepare("INSERT INTO one VALUES (?)").bind(id).run();
    auto row = connection.prepare("SELECT 1 FROM one WHERE id = ?");
    row.bind(Uuid::from_bytes(id.bytes()));
    std::array<char volatile, 512> overwritten{};  // what the temporary lay in
    std::fill(overwritten.begin(), overwritten.end(), 'x');
    CHECK(row.step());
}

TEST_CASE("database: a transaction that is not committed leaves nothing") {
    db::Connection connection{{.path = ":memory:", .key = {}}};
    connection.execute("CREATE TABLE note (text TEXT)");
    {
        db::Transaction const transaction{connection};
        connection.prepare("INSERT INTO note VALUES ('a')").run();
    }
    {
        db::Transaction transaction{connection};
        {
            db::Savepoint const part{connection};
            connection.prepare("INSERT INTO note VALUES ('b')").run();
        }
        connection.prepare("INSERT INTO note VALUES ('c')").run();
        transaction.commit();
    }
    auto row = connection.prepare("SELECT text FROM note");
    REQUIRE(row.step());
    CHECK(row.text(0) == "c");
    CHECK_FALSE(row.step());
}

TEST_CASE("data folder: one process at a time") {
    Folder const folder;
    {
        db::DataDir const first{folder.path / "node"};
        CHECK_THROWS_AS(db::DataDir{folder.path / "node"}, std::runtime_error);
    }
    CHECK_NOTHROW(db::DataDir{folder.path / "node"});
}
