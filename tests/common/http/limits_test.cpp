#include "tests/common/http/running.hpp"

#include <catch2/catch_test_macros.hpp>

#include <atomic>

using namespace himsog;
using namespace himsog::http;
using namespace himsog::http::testing;
using namespace std::chrono_literals;

namespace {

/// Counts what an upload brought.
class Counting : public BodySink {
public:
    explicit Counting(std::size_t& bytes) : bytes_{bytes} {}
    std::optional<Problem> write(std::string_view piece) override {
        bytes_ += piece.size();
        largest_ = std::max(largest_, piece.size());
        if (piece.find("STOP") != std::string_view::npos) return Problem{ProblemKind::unsupported_media, "Not this kind of file."};
        return std::nullopt;
    }
    std::size_t largest() const { return largest_; }

private:
    std::size_t& bytes_;
    std::size_t largest_ = 0;
};

struct Upload {
    std::size_t bytes = 0;
    std::size_t largest = 0;

    std::vector<Route> routes() {
        auto echo = [](Request&& request, PathArgs const&, Responder responder) {
            responder.send(Response{200, std::to_string(request.body.size())});
        };
        auto stored = [this](Request&& request, PathArgs const&, Responder responder) {
            largest = dynamic_cast<Counting&>(*request.sink).largest();
            responder.send(Response{201, std::to_string(bytes)});
        };
        auto sink = [this](Request const&) { return std::make_unique<Counting>(bytes); };
        return {
            Route{Method::get, "/api/small/", echo},
            Route{Method::post, "/api/small/", echo, Run::inline_, 100},
            Route{Method::post, "/api/upload/", stored, Run::inline_, 2'000'000, sink},
        };
    }
};

std::string chunks(std::size_t count, std::size_t size) {
    std::string const piece(size, 'x');
    std::string all;
    std::array<char, 32> line{};
    std::snprintf(line.data(), line.size(), "%zx\r\n", size);
    for (std::size_t i = 0; i < count; ++i) all.append(line.data()).append(piece).append("\r\n");
    return all + "0\r\n\r\n";
}

}  // namespace

TEST_CASE("limits: a body over its route's limit is 413 before it is read", "[common][http]") {
    Upload upload;
    Running running{upload.routes()};
    {
        auto client = running.client();
        CHECK(client.post("/api/small/", std::string(100, 'a'))->body == "100");
        REQUIRE(client.send("POST /api/small/ HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n"));  // and no body
        auto const answer = client.read();
        REQUIRE(answer);
        CHECK(answer->status == 413);
        CHECK(answer->body == R"({"detail":"The request is too large."})");
        CHECK(answer->header("Connection") == "close");
        CHECK(client.closed());
    }
    auto client = running.client();
    REQUIRE(client.send("POST /api/small/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" + std::string(101, 'a')));
    CHECK(client.read()->status == 413);
    CHECK(client.closed());
}

TEST_CASE("limits: an unknown path with a body is 404, and the connection goes on", "[common][http]") {
    Upload upload;
    Running running{upload.routes()};
    auto client = running.client();
    CHECK(client.post("/api/unknown/", std::string(5000, 'a'))->status == 404);
    CHECK(client.get("/api/small/")->status == 200);
}

TEST_CASE("limits: Expect: 100-continue is answered, or refused before the body", "[common][http]") {
    Upload upload;
    Running running{upload.routes()};
    std::string const expecting = "POST /api/small/ HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: ";
    {
        auto client = running.client();
        REQUIRE(client.send(expecting + "5\r\n\r\n"));
        CHECK(client.read_head()->status == 100);
        REQUIRE(client.send("hello"));
        CHECK(client.read()->body == "5");
        REQUIRE(client.send(expecting + "500\r\n\r\n"));
        CHECK(client.read()->status == 413);
        CHECK(client.closed());
    }
    {
        auto client = running.client();
        REQUIRE(client.send("POST /api/unknown/ HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"));
        CHECK(client.read()->status == 404);
        CHECK(client.closed());
    }
    auto client = running.client();
    REQUIRE(client.send("POST /api/small/ HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\nContent-Length: 5\r\n\r\nhello"));
    CHECK(client.read()->status == 417);
}

TEST_CASE("limits: 1.2 MiB in chunks goes through a sink piece by piece", "[common][http]") {
    Upload upload;
    Running running{upload.routes()};
    auto client = running.client();
    std::string const head = "POST /api/upload/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    REQUIRE(client.send(head + chunks(96, 13'107)));
    auto const answer = client.read();
    REQUIRE(answer);
    CHECK(answer->status == 201);
    CHECK(answer->body == std::to_string(96 * 13'107));
    CHECK(upload.largest < 64 * 1024);
    CHECK(client.post("/api/upload/", std::string(300'000, 'y'))->body == std::to_string(96 * 13'107 + 300'000));
}

TEST_CASE("limits: a sink may refuse, and its limit counts", "[common][http]") {
    Upload upload;
    Running running{upload.routes()};
    std::string const head = "POST /api/upload/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    {
        auto client = running.client();
        REQUIRE(client.send(head + "4\r\nSTOP\r\n"));
        CHECK(client.read()->status == 415);
        CHECK(client.closed());
    }
    auto client = running.client();
    client.send(head + chunks(40, 64'000));
    CHECK(client.read()->status == 413);
}

TEST_CASE("limits: each phase has its time", "[common][http]") {
    Upload upload;
    auto settings = quick();
    settings.handshake = settings.head = settings.idle = settings.transfer_grace = 150ms;
    settings.min_rate = 1'000'000'000;
    Running running{upload.routes(), settings};

    SECTION("no handshake") {
        Client client{running.port};
        REQUIRE(client.connected());
        CHECK(client.closed());
    }
    SECTION("no TLS") {
        Client client{running.port};
        REQUIRE(client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
        CHECK_FALSE(client.read());
        CHECK(client.closed());
    }
    SECTION("a head that drips") {
        Client client{running.socket_path};
        int sent = 0;
        do {
            if (!client.send("G")) break;
        } while (!client.hears(20ms) && ++sent < 200);
        CHECK(client.closed());
        CHECK(sent < 100);  // bytes do not buy time
    }
    SECTION("a head that stops") {
        auto client = running.client();
        REQUIRE(client.send("GET / HTTP/1.1\r\nHost:"));
        CHECK(client.closed());
    }
    SECTION("a body that stops") {
        auto client = running.client();
        REQUIRE(client.send("POST /api/small/ HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab"));
        CHECK(client.closed());
    }
    SECTION("nothing between requests") {
        auto client = running.client();
        CHECK(client.get("/api/small/")->status == 200);
        CHECK(client.closed());
    }
}

TEST_CASE("limits: an answer that nobody reads ends", "[common][http]") {
    auto settings = quick();
    settings.transfer_grace = 200ms;
    settings.min_rate = 1'000'000'000;
    std::vector<Route> routes;
    routes.emplace_back(Method::get, "/big", [](Request&&, PathArgs const&, Responder responder) {
        responder.send(Response{200, std::string(std::size_t{64} << 20, 'x')});
    });
    Running running{std::move(routes), settings};
    auto client = running.client();
    REQUIRE(client.send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n"));
    CHECK_FALSE(running.lines.wait_for("http.request").empty());  // written when the sending has ended
    auto const answer = client.read();
    CHECK_FALSE(answer);
}

TEST_CASE("limits: a handler that never answers is a 503", "[common][http]") {
    std::mutex mutex;
    std::vector<Responder> kept;
    std::vector<Route> routes;
    routes.emplace_back(Method::get, "/api/never/", [&](Request&&, PathArgs const&, Responder responder) {
        std::lock_guard const lock{mutex};
        kept.push_back(std::move(responder));
    });
    auto settings = quick();
    settings.handler = 100ms;
    Running running{std::move(routes), settings};
    auto client = running.client();
    auto const answer = client.get("/api/never/");
    REQUIRE(answer);
    CHECK(answer->status == 503);
    CHECK_FALSE(answer->header("Retry-After").empty());
    CHECK(client.closed());
    std::lock_guard const lock{mutex};
    kept.front().send(Response{200});  // too late: dropped
}

TEST_CASE("limits: a full pool sheds load", "[common][http]") {
    std::mutex gate;
    std::vector<Route> routes;
    routes.emplace_back(
        Method::get, "/api/slow/",
        [&](Request&&, PathArgs const&, Responder responder) {
            std::lock_guard const wait{gate};
            responder.send(Response{200});
        },
        Run::pool);
    auto settings = quick();
    settings.pool_threads = 1;
    settings.pool_queue = 2;
    Running running{std::move(routes), settings};

    std::vector<std::unique_ptr<Client>> clients;
    std::unique_lock hold{gate};
    for (int i = 0; i < 6; ++i) {
        clients.push_back(std::make_unique<Client>(running.port, running.authority.certificate()));
        REQUIRE(clients.back()->send("GET /api/slow/ HTTP/1.1\r\nHost: x\r\n\r\n"));
    }
    auto const shed = running.lines.wait_for(R"("status":503)");
    CHECK_FALSE(shed.empty());
    hold.unlock();
    int served = 0, refused = 0;
    for (auto const& client : clients) {
        auto const answer = client->read();
        REQUIRE(answer);
        ++(answer->status == 200 ? served : refused);
        if (answer->status == 503) CHECK(answer->header("Retry-After") == "1");
    }
    CHECK(served >= 2);
    CHECK(refused >= 1);
}

TEST_CASE("limits: connections are capped in all and by address", "[common][http]") {
    Upload upload;
    auto settings = quick();
    SECTION("in all: the next one waits for a place") {
        settings.connections = 2;
        Running running{upload.routes(), settings};
        auto first = std::make_unique<Client>(running.socket_path);
        Client second{running.socket_path};
        CHECK(first->get("/api/small/")->status == 200);
        CHECK(second.get("/api/small/")->status == 200);
        Client third{running.socket_path};
        REQUIRE(third.send("GET /api/small/ HTTP/1.1\r\nHost: x\r\n\r\n"));
        first.reset();
        CHECK(third.read()->status == 200);
    }
    SECTION("by address: the next one is closed") {
        settings.connections_per_address = 2;
        Running running{upload.routes(), settings};
        auto first = running.client();
        auto second = running.client();
        CHECK(first.get("/api/small/")->status == 200);
        CHECK(second.get("/api/small/")->status == 200);
        CHECK_FALSE(running.client().connected());
        Client local{running.socket_path};
        CHECK(local.get("/api/small/")->status == 200);
    }
}
