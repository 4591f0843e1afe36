#include "common/http/event_stream.hpp"
#include "tests/common/http/running.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace himsog;
using namespace himsog::http;
using namespace himsog::http::testing;
using namespace std::chrono_literals;

namespace {

/// Stands until told.
class StandingClock : public Clock {
public:
    Instant now() override { return Instant{}; }
    Micros uptime() override { return at; }
    Micros at{};
};

/// `count` pieces, never waiting.
class Pieces : public BodySource {
public:
    Pieces(std::size_t count, std::size_t size) : left_{count}, size_{size} {}
    std::optional<std::string> next() override {
        if (left_ == 0) return std::nullopt;
        --left_;
        return std::string(size_, 'p');
    }
    void on_ready(std::function<void()>) override {}

private:
    std::size_t left_, size_;
};

/// Waits for its first piece for ever, and tells when it goes.
class Endless : public BodySource {
public:
    explicit Endless(std::atomic<bool>& gone) : gone_{gone} {}
    ~Endless() override { gone_ = true; }
    std::optional<std::string> next() override { return std::string{}; }
    void on_ready(std::function<void()>) override {}

private:
    std::atomic<bool>& gone_;
};

Response streaming(std::shared_ptr<BodySource> source) {
    Response response{200, {}, "application/octet-stream"};
    response.source = std::move(source);
    return response;
}

std::vector<Route> one_route(std::function<Response(Request const&)> answer) {
    std::vector<Route> routes;
    routes.emplace_back(Method::get, "/api/stream/", [answer = std::move(answer)](Request&& request, PathArgs const&, Responder responder) {
        responder.send(answer(request));
    });
    return routes;
}

std::string const ask = "GET /api/stream/ HTTP/1.1\r\nHost: x\r\n\r\n";

bool becomes(std::function<bool()> const& condition) {
    auto const end = std::chrono::steady_clock::now() + 5s;
    while (!condition() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
    return condition();
}

}  // namespace

TEST_CASE("streams: a long answer comes in chunks, and the connection goes on", "[common][http]") {
    Running running{one_route([](Request const&) { return streaming(std::make_shared<Pieces>(50, 40'000)); })};
    auto client = running.client();
    REQUIRE(client.send(ask + ask));
    for (int i = 0; i < 2; ++i) {
        auto const answer = client.read();
        REQUIRE(answer);
        CHECK(answer->header("Transfer-Encoding") == "chunked");
        CHECK(answer->header("Content-Length").empty());
        CHECK(answer->body.size() == 2'000'000);
    }
    REQUIRE(client.send("HEAD /api/stream/ HTTP/1.1\r\nHost: x\r\n\r\n"));
    CHECK(client.read(true)->status == 200);
    REQUIRE(client.send("GET /api/stream/ HTTP/1.0\r\n\r\n"));
    auto const old = client.read_head();
    REQUIRE(old);
    CHECK(old->header("Transfer-Encoding").empty());
    CHECK(client.closed());
}

TEST_CASE("streams: a client that goes is noticed while its stream waits", "[common][http]") {
    std::atomic<bool> gone = false;
    Running running{one_route([&](Request const&) { return streaming(std::make_shared<Endless>(gone)); })};
    {
        auto client = running.client();
        REQUIRE(client.send(ask));
        REQUIRE(client.read_head());
    }
    CHECK(becomes([&] { return gone.load(); }));
}

TEST_CASE("events: published ones arrive in order, after those that were missed", "[common][http]") {
    SystemClock clock;
    EventStream events{clock};
    Running running{one_route([&](Request const& request) {
        std::vector<Event> missed;
        if (request.header("Last-Event-ID") == "3") missed.emplace_back("sync", "4", "missed");
        return events.subscribe(missed, [](Event const& event) { return event.event != "secret"; });
    })};
    auto client = running.client();
    REQUIRE(client.send("GET /api/stream/ HTTP/1.1\r\nHost: x\r\nLast-Event-ID: 3\r\n\r\n"));
    auto const head = client.read_head();
    REQUIRE(head);
    CHECK(head->header("Content-Type") == "text/event-stream");
    CHECK(head->header("Cache-Control") == "no-store");
    CHECK(client.read_chunk() == "retry: 3000\n\nevent: sync\nid: 4\ndata: missed\n\n");

    REQUIRE(becomes([&] { return events.clients() == 1; }));
    events.publish("secret", "5", "not for all");
    events.publish("conflict", "6", "two\nlines");
    CHECK(client.read_chunk() == "event: conflict\nid: 6\ndata: two\ndata: lines\n\n");
    for (int i = 7; i < 40; ++i) events.publish("sync", std::to_string(i), "x");
    std::string got;
    while (got.find("id: 39\n") == std::string::npos) got += client.read_chunk().value();
    CHECK(got.find("id: 7\n") < got.find("id: 8\n"));

    SECTION("the end of the publisher ends the stream, not the connection") {
        events.close();
        CHECK_FALSE(client.read_chunk());
        CHECK(events.clients() == 0);
    }
    SECTION("the end of the server ends the stream in good form") {
        running.server.stop();
        CHECK_FALSE(client.read_chunk());
        CHECK(client.closed());
    }
}

TEST_CASE("events: a comment when nothing else was sent for a while", "[common][http]") {
    StandingClock clock;
    EventStream events{clock};
    auto const source = events.subscribe().source;
    CHECK(source->next() == "retry: 3000\n\n");
    clock.at = 14s;
    CHECK(source->next() == "");
    clock.at = 15s;
    CHECK(source->next() == ":\n\n");
    CHECK(source->next() == "");
    events.publish("sync", "", "a");
    CHECK(source->next() == "event: sync\ndata: a\n\n");
}

TEST_CASE("events: a client that does not read is dropped, the others go on", "[common][http]") {
    StandingClock clock;
    EventStream::Limits limits;
    limits.queued_bytes = 1000;
    EventStream events{clock, limits};
    auto const slow = events.subscribe().source;
    auto const quick = events.subscribe().source;
    int woken = 0;
    slow->on_ready([&] { ++woken; });
    for (int i = 0; i < 20; ++i) {
        events.publish("sync", std::to_string(i), std::string(100, 'x'));
        CHECK(quick->next()->find("data: xx") != std::string::npos);
    }
    CHECK_FALSE(slow->next());
    CHECK(events.clients() == 1);
    CHECK(woken > 0);
    CHECK(quick->next() == "");
    events.close();
    CHECK_FALSE(quick->next());
    CHECK_FALSE(events.subscribe().source->next().value().empty());  // its first line, then the end
}

TEST_CASE("stop: running requests finish, idle connections end, new ones are not taken", "[common][http]") {
    std::mutex mutex;
    std::vector<Responder> kept;
    std::vector<Route> routes;
    routes.emplace_back(Method::get, "/api/late/", [&](Request&&, PathArgs const&, Responder responder) {
        std::lock_guard const lock{mutex};
        kept.push_back(std::move(responder));
    });
    routes.emplace_back(Method::get, "/api/now/", [](Request&&, PathArgs const&, Responder responder) { responder.send(Response{200}); });
    Running running{std::move(routes)};
    auto idle = running.client();
    CHECK(idle.get("/api/now/")->status == 200);
    auto busy = running.client();
    REQUIRE(busy.send("GET /api/late/ HTTP/1.1\r\nHost: x\r\n\r\n"));
    REQUIRE(becomes([&] {
        std::lock_guard const lock{mutex};
        return kept.size() == 1;
    }));

    running.server.stop();
    CHECK(idle.closed());
    {
        std::lock_guard const lock{mutex};
        kept.front().send(Response{200, "finished"});
    }
    auto const answer = busy.read();
    REQUIRE(answer);
    CHECK(answer->body == "finished");
    CHECK(answer->header("Connection") == "close");
    CHECK(busy.closed());
    running.stop();
    CHECK_FALSE(Client{running.port}.connected());
}

TEST_CASE("stop: what does not finish within the grace is cut", "[common][http]") {
    std::mutex mutex;
    std::vector<Responder> kept;
    std::vector<Route> routes;
    routes.emplace_back(Method::get, "/api/never/", [&](Request&&, PathArgs const&, Responder responder) {
        std::lock_guard const lock{mutex};
        kept.push_back(std::move(responder));
    });
    auto settings = quick();
    settings.stop = 100ms;
    Running running{std::move(routes), settings};
    auto client = running.client();
    REQUIRE(client.send("GET /api/never/ HTTP/1.1\r\nHost: x\r\n\r\n"));
    REQUIRE(becomes([&] {
        std::lock_guard const lock{mutex};
        return kept.size() == 1;
    }));
    running.stop();
    CHECK_FALSE(client.read());
    kept.front().send(Response{200});  // to nobody
}

TEST_CASE("stop: before the start there is nothing to wait for", "[common][http]") {
    SystemClock clock;
    SystemRandom random;
    Log log{clock, [](std::string_view) {}};
    Server server{Settings{}, Router{{}}, log, clock, random};
    server.stop();
    server.run(2);
}
