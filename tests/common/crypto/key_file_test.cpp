#include "common/crypto/key_file.hpp"

#include <catch2/catch_test_macros.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

using namespace himsog::crypto;
namespace fs = std::filesystem;

namespace {

class Folder {
public:
    Folder() {
        auto pattern = (fs::temp_directory_path() / "himsog-key-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"no temporary folder"};
        path_ = pattern;
    }
    ~Folder() { fs::remove_all(path_); }
    Folder(Folder const&) = delete;
    Folder& operator=(Folder const&) = delete;
    fs::path operator/(char const* name) const { return path_ / name; }

private:
    fs::path path_;
};

void write(fs::path const& path, std::string const& text, mode_t mode = 0600) {
    std::ofstream{path} << text;
    chmod(path.c_str(), mode);
}

bool refused(fs::path const& path, char const* why) {
    auto const key = load_key_file(path);
    INFO((key ? "accepted" : key.error().detail()));
    CHECK_FALSE(key);
    return !key && key.error().detail().find(why) != std::string::npos && key.error().detail().find(path.string()) != std::string::npos;
}

}  // namespace

TEST_CASE("key file: made once with mode 0600, and read again", "[crypto]") {
    Folder const folder;
    auto const path = folder / "hub.key";
    auto const before = umask(0);
    auto const made = create_key_file(path);
    umask(before);
    REQUIRE(made);
    CHECK(made->view().size() == 64);
    CHECK((fs::status(path).permissions() & fs::perms::all) == (fs::perms::owner_read | fs::perms::owner_write));

    auto const loaded = load_key_file(path);
    REQUIRE(loaded);
    CHECK(loaded->view() == made->view());

    auto const again = create_key_file(path);
    REQUIRE_FALSE(again);
    CHECK(again.error().detail().find("not overwritten") != std::string::npos);
    CHECK(load_key_file(path)->view() == made->view());
    CHECK_FALSE(create_key_file(folder / "no such folder" / "hub.key"));
}

TEST_CASE("key file: refused, with the reason", "[crypto]") {
    Folder const folder;
    std::string const key(64, 'a');
    auto const path = folder / "hub.key";
    CHECK(refused(path, "cannot be opened"));

    for (auto const mode : {0640, 0604, 0620, 0602, 0677, 0610}) {
        write(path, key, static_cast<mode_t>(mode));
        CHECK(refused(path, "0600"));
    }
    for (auto const& text :
         {std::string{}, key.substr(1), key + "a", key + "\n\n", std::string(32, 'k'), std::string(63, 'a') + "g", key.substr(1) + '\n'}) {
        write(path, text);
        CHECK(refused(path, "64 hex digits"));
    }
    write(path, key + '\n', 0400);
    CHECK(load_key_file(path));

    fs::create_symlink(path, folder / "link.key");
    CHECK(refused(folder / "link.key", "symbolic link"));
    fs::create_directory(folder / "folder.key");
    CHECK(refused(folder / "folder.key", "regular file"));
    REQUIRE(mkfifo((folder / "pipe.key").c_str(), 0600) == 0);
    CHECK(refused(folder / "pipe.key", "regular file"));
}
