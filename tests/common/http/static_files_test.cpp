#include "common/http/static_files.hpp"

#include <catch2/catch_test_macros.hpp>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace himsog::http;

namespace {

/// A small web client on disk.
class WebRoot {
public:
    WebRoot() : path_{std::filesystem::temp_directory_path() / ("himsog-web-" + std::to_string(::getpid()))} {
        std::filesystem::create_directories(path_ / "assets");
        put("index.html", "<!doctype html>");
        put("favicon.svg", "<svg/>");
        put("assets/app-1a2b.js", "let a = 1;");
        put("assets/app-1a2b.js.br", "BROTLI");
        put("assets/app-1a2b.js.gz", "GZIP");
        std::ofstream{path_.string() + "-secret"} << "secret";
    }
    ~WebRoot() {
        std::filesystem::remove_all(path_);
        std::filesystem::remove(path_.string() + "-secret");
    }
    std::filesystem::path const& path() const { return path_; }

private:
    void put(char const* name, char const* text) { std::ofstream{path_ / name} << text; }
    std::filesystem::path const path_;
};

Request get(std::string target) { return Request{Method::get, std::move(target)}; }

}  // namespace

TEST_CASE("static files: files, pages, and what is missing", "[common][http]") {
    WebRoot const root;
    StaticFiles const files{root.path()};
    CHECK(files.count() == 3);
    CHECK(files.answer(get("/static/favicon.svg")).body == "<svg/>");
    CHECK(files.answer(get("/static/favicon.svg")).content_type == "image/svg+xml");
    CHECK(files.answer(get("/static/none.js")).status == 404);
    CHECK(files.answer(get("/static/")).status == 404);

    for (auto const* page : {"/", "/home", "/feedback/7", "/password-reset/a/b"}) {
        auto const answer = files.answer(get(page));
        CHECK(answer.status == 200);
        CHECK(answer.body == "<!doctype html>");
        CHECK(answer.content_type == "text/html; charset=utf-8");
        CHECK(answer.find("Cache-Control") == "no-cache");
    }
}

TEST_CASE("static files: forms, caching and 304", "[common][http]") {
    WebRoot const root;
    StaticFiles const files{root.path()};
    std::string const name = "/static/assets/app-1a2b.js";
    auto const plain = files.answer(get(name));
    CHECK(plain.body == "let a = 1;");
    CHECK(plain.find("Cache-Control") == "public, max-age=31536000, immutable");
    CHECK(plain.find("Vary") == "Accept-Encoding");
    CHECK(plain.find("Content-Encoding").empty());

    auto const brotli = files.answer(get(name).with_header("Accept-Encoding", "gzip, deflate, br"));
    CHECK(brotli.body == "BROTLI");
    CHECK(brotli.find("Content-Encoding") == "br");
    CHECK(brotli.content_type == "text/javascript; charset=utf-8");
    CHECK(brotli.find("ETag") != plain.find("ETag"));
    CHECK(files.answer(get(name).with_header("Accept-Encoding", "gzip;q=0.5, br;q=0")).body == "GZIP");
    CHECK(files.answer(get(name).with_header("Accept-Encoding", "identity")).body == "let a = 1;");

    auto const known = files.answer(get(name).with_header("If-None-Match", plain.find("ETag")));
    CHECK(known.status == 304);
    CHECK(known.body.empty());
    CHECK(known.find("ETag") == plain.find("ETag"));
    CHECK(files.answer(get(name).with_header("If-None-Match", "\"other\"")).status == 200);
}

TEST_CASE("static files: no path leaves the folder", "[common][http][security]") {
    WebRoot const root;
    StaticFiles const files{root.path()};
    auto const outside = "../" + root.path().filename().string() + "-secret";
    for (std::string const& name :
         std::vector<std::string>{outside, "assets/../" + outside, "assets/../index.html", "/etc/passwd", "./index.html"})
        CHECK(files.answer(get("/static/" + name)).status == 404);
}

TEST_CASE("static files: without a folder there is a plain sentence", "[common][http]") {
    StaticFiles const files{"/nonexistent/web"};
    auto const answer = files.answer(get("/"));
    CHECK(answer.status == 404);
    CHECK(answer.content_type == "text/plain; charset=utf-8");
    CHECK(answer.body.ends_with(".\n"));
}
