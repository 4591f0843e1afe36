#include "tests/common/http/running.hpp"

#include <catch2/catch_test_macros.hpp>

#include <sys/stat.h>

#include <atomic>

using namespace himsog;
using namespace himsog::http;
using namespace himsog::http::testing;

namespace {

Handler saying(std::string text) {
    return [text = std::move(text)](Request&&, PathArgs const&, Responder responder) { responder.send(Response{200, text}); };
}

std::vector<Route> routes() {
    return {
        Route{Method::get, "/api/hello/", saying(R"({"hello":"world"})")},
        Route{Method::get, "/api/patients/{id}/",
              [](Request&& request, PathArgs const& args, Responder responder) {
                  responder.note("user", "u-1");
                  responder.send(Response{200, std::string{args.text("id")} + '|' + request.query("q").value_or("-")});
              }},
        Route{Method::post, "/api/echo/",
              [](Request&& request, PathArgs const&, Responder responder) {
                  responder.send(Response{201, request.body});
              }},
        Route{Method::get, "/api/pooled/",
              [](Request&&, PathArgs const&, Responder responder) {
                  responder.send(Response{200, std::to_string(thread_index())});
              },
              Run::pool},
        Route{Method::get, "/api/throws/", [](Request&&, PathArgs const&, Responder) { throw std::runtime_error{"the disk has a hole"}; }},
        Route{Method::get, "/api/forgets/", [](Request&&, PathArgs const&, Responder) {}},
        Route{Method::get, "/api/large/", saying(std::string(3'000'000, 'x'))},
        Route{Method::get, "/api/nothing/", [](Request&&, PathArgs const&, Responder responder) { responder.send(Response{204}); }},
    };
}

}  // namespace

TEST_CASE("server: answers over TLS with the fixed headers", "[common][http]") {
    Running running{routes()};
    auto client = running.client();
    REQUIRE(client.connected());

    auto const answer = client.get("/api/hello/");
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->body == R"({"hello":"world"})");
    CHECK(answer->header("Content-Type") == "application/json");
    CHECK(answer->header("X-Content-Type-Options") == "nosniff");
    CHECK(answer->header("X-Frame-Options") == "SAMEORIGIN");
    CHECK(answer->header("Referrer-Policy") == "strict-origin-when-cross-origin");
    CHECK(answer->header("Permissions-Policy") == "geolocation=(), microphone=(), camera=()");
    CHECK(answer->header("Cross-Origin-Opener-Policy") == "same-origin");
    CHECK(answer->header("Content-Security-Policy").find("script-src 'self';") != std::string::npos);
    CHECK(answer->header("Content-Security-Policy").find("unsafe-eval") == std::string::npos);
    CHECK(answer->header("API-Version") == "v1");
    CHECK(answer->header("X-API-Version") == "v1");
    CHECK(answer->header("Cache-Control") == "no-store");
    CHECK(Uuid::parse(answer->header("X-Request-Id")));
    CHECK(answer->header("Date").ends_with(" GMT"));

    auto const outside = client.get("/nowhere");
    REQUIRE(outside);
    CHECK(outside->status == 404);
    CHECK(outside->header("API-Version").empty());
    CHECK(outside->header("X-Content-Type-Options") == "nosniff");
}

TEST_CASE("server: one connection serves many requests, pipelined ones in order", "[common][http]") {
    Running running{routes()};
    auto client = running.client();
    for (int i = 0; i < 20; ++i) REQUIRE(client.get("/api/hello")->status == 200);

    std::string burst;
    for (int i = 0; i < 10; ++i) burst += "GET /api/patients/" + std::to_string(i) + "/?q=a%20b+c HTTP/1.1\r\nHost: localhost\r\n\r\n";
    burst += "POST /api/echo/ HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
    burst +=
        "POST /api/echo/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nGET /api/pooled/ HTTP/1.1\r\nHost: x\r\n\r\n";
    REQUIRE(client.send(burst));
    for (int i = 0; i < 10; ++i) CHECK(client.read()->body == std::to_string(i) + "|a b c");
    CHECK(client.read()->body == "hello");
    CHECK(client.read()->body == "abc");
    auto const pooled = client.read();
    REQUIRE(pooled);
    CHECK((pooled->body == "2" || pooled->body == "3"));  // after the two I/O threads
}

TEST_CASE("server: a request that comes byte by byte is the same request", "[common][http]") {
    Running running{routes()};
    Client client{running.socket_path};
    for (char const byte :
         std::string{"POST /api/echo/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\n\r\n"})
        REQUIRE(client.send({&byte, 1}));
    CHECK(client.read()->body == "abc");
    CHECK(client.get("/api/hello/")->status == 200);
}

TEST_CASE("server: a client that has said all it will say is still answered", "[common][http]") {
    Running running{routes()};
    std::string const two = "GET /api/hello/ HTTP/1.1\r\nHost: x\r\n\r\nGET /api/large/ HTTP/1.1\r\nHost: x\r\n\r\n";
    auto const both_answered = [&](Client& client) {
        REQUIRE(client.send(two));
        client.finish_sending();
        CHECK(client.read()->status == 200);
        CHECK(client.read()->body.size() == 3'000'000);
        CHECK(client.closed());
    };
    auto over_tls = running.client();
    both_answered(over_tls);
    Client plain{running.socket_path};
    both_answered(plain);
}

TEST_CASE("server: HEAD answers like GET without the body", "[common][http]") {
    Running running{routes()};
    auto client = running.client();
    REQUIRE(client.send("HEAD /api/large/ HTTP/1.1\r\nHost: x\r\n\r\n"));
    auto const answer = client.read(true);
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->header("Content-Length") == "3000000");
    CHECK(client.get("/api/large/")->body.size() == 3'000'000);
    auto const nothing = client.get("/api/nothing/");
    REQUIRE(nothing);
    CHECK(nothing->status == 204);
    CHECK(nothing->header("Content-Length").empty());
}

TEST_CASE("server: what goes wrong in a handler is a 500 without details, and a log line with them", "[common][http]") {
    Running running{routes()};
    auto client = running.client();
    auto const answer = client.get("/api/throws/?name=Maria");
    REQUIRE(answer);
    CHECK(answer->status == 500);
    CHECK(answer->body == R"({"detail":"A server error occurred."})");
    auto const line = running.lines.wait_for("http.failed");
    CHECK(line.find("the disk has a hole") != std::string::npos);
    CHECK(line.find(answer->header("X-Request-Id")) != std::string::npos);
    CHECK(client.get("/api/forgets/")->status == 500);
    CHECK(client.get("/api/hello/")->status == 200);
}

TEST_CASE("server: one log line a request, with the template and never the path", "[common][http]") {
    Running running{routes()};
    auto client = running.client();
    auto const answer = client.get("/api/patients/Maria/?q=Santos");
    REQUIRE(answer);
    auto const line = running.lines.wait_for(answer->header("X-Request-Id"));
    CHECK(line.find(R"("event":"http.request","method":"GET","route":"/api/patients/{id}/","status":200,"us":)") != std::string::npos);
    CHECK(line.find(R"("bytes":12,)") != std::string::npos);
    CHECK(line.find(R"("user":"u-1")") != std::string::npos);
    CHECK(line.find("Maria") == std::string::npos);
    CHECK(line.find("Santos") == std::string::npos);
    CHECK(line.ends_with("}\n"));
}

TEST_CASE("server: the Unix socket is for its owner only, and has no peer address", "[common][http]") {
    Running running{routes()};
    struct stat found {};
    REQUIRE(::stat(running.socket_path.c_str(), &found) == 0);
    CHECK((found.st_mode & 0777) == 0600);
    Client client{running.socket_path};
    CHECK(client.get("/api/hello/")->status == 200);
    running.stop();
    CHECK(::stat(running.socket_path.c_str(), &found) != 0);
}

TEST_CASE("server: answers may come from any thread, later", "[common][http]") {
    std::mutex mutex;
    std::vector<Responder> waiting;
    std::vector<Route> late{Route{Method::get, "/api/late/", [&](Request&&, PathArgs const&, Responder responder) {
                                      std::lock_guard const lock{mutex};
                                      waiting.push_back(std::move(responder));
                                  }}};
    Running running{std::move(late)};
    std::atomic<bool> done = false;
    std::thread writer{[&] {
        while (!done) {
            std::vector<Responder> group;
            {
                std::lock_guard const lock{mutex};
                group.swap(waiting);
            }
            for (auto const& responder : group) responder.send(Response{200, "committed"});
            std::this_thread::yield();
        }
    }};
    std::vector<std::thread> clients;
    std::atomic<int> good = 0;
    for (int i = 0; i < 8; ++i) {
        clients.emplace_back([&] {
            auto client = running.client();
            for (int n = 0; n < 50; ++n)
                if (auto const answer = client.get("/api/late/"); answer && answer->body == "committed") ++good;
        });
    }
    for (auto& thread : clients) thread.join();
    done = true;
    writer.join();
    CHECK(good == 400);
}
