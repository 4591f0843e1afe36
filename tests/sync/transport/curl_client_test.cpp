#include "sync/transport/curl_client.hpp"
#include "tests/sync/transport/campus_keys.hpp"
#include "tests/sync/transport/small_server.hpp"

#include <catch2/catch_test_macros.hpp>

#include <unistd.h>

#include <filesystem>
#include <stdexcept>

using namespace himsog;
using namespace himsog::sync;
using namespace std::chrono_literals;

namespace {

std::string echo(std::string const& body) { return answer_of(200, body); }

SmallServerSettings server_settings(CampusKeys const& keys, std::string const& certificate) {
    return {keys.box.key, {certificate, keys.authority.certificate}, keys.authority.certificate, {}, echo};
}

ClientSettings client_settings(CampusKeys const& keys, SmallServer const& server) {
    ClientSettings settings;
    settings.base_url = "https://127.0.0.1:" + std::to_string(server.port());
    settings.authority = keys.authority.certificate;
    settings.certificate = keys.edge;
    settings.key = keys.box.key;
    settings.server_uri = "urn:himsog:site:0";
    settings.now = [now = keys.now] { return now; };
    settings.total = 10s;
    return settings;
}

ClientSettings pinned(CampusKeys const& keys, SmallServer const& server) {
    ClientSettings settings;
    settings.base_url = "https://127.0.0.1:" + std::to_string(server.port());
    settings.pinned_fingerprint = keys.pin();
    settings.now = [now = keys.now] { return now; };
    settings.total = 10s;
    return settings;
}

/// No answer, a sentence, and not one request seen by the server.
bool cut_off(ClientSettings settings, SmallServer const& server) {
    auto const before = server.requests();
    auto const answer = CurlClient{std::move(settings)}.post("/", "secret");
    INFO((answer ? answer->body : answer.error().detail()));
    CHECK_FALSE(answer);
    return !answer && !answer.error().detail().empty() && server.requests() == before;
}

/// Server certificates of 2016 are valid for the test's server too: its own check of clients uses the wall clock, so it has none here.
SmallServerSettings without_client_check(SmallServerSettings settings) {
    settings.client_authority.clear();
    return settings;
}

}  // namespace

SCENARIO("An edge talks to its hub", "[sync][transport]") {
    GIVEN("a hub that shows its node certificate") {
        CampusKeys keys;
        SmallServer server{without_client_check(server_settings(keys, keys.hub))};
        CurlClient client{client_settings(keys, server)};

        WHEN("several messages are sent") {
            std::string const message(20'000, '\0');
            for (int i = 0; i < 5; ++i) {
                auto const answer = client.post("/replication/session", message, "application/octet-stream");
                REQUIRE(answer);
                CHECK(answer->status == 200);
                CHECK(answer->body == message);
            }
            THEN("they share one connection, and what it carried is counted, TLS included") {
                CHECK(server.connections() == 1);
                CHECK(server.requests() == 5);
                CHECK(client.sent() > 100'000 + 500);
                CHECK(client.sent() < 100'000 + 5'000);
                CHECK(client.received() > 100'000 + 500);
                CHECK(client.received() < 100'000 + 5'000);
            }
        }
        WHEN("the message is empty") {
            auto const answer = client.post("/", {});
            THEN("it arrives as such") {
                REQUIRE(answer);
                CHECK(answer->body.empty());
            }
        }
    }
}

TEST_CASE("client: mTLS shows the edge's certificate", "[sync][transport]") {
    CampusKeys keys;
    SystemClock clock;  // this server checks by the wall clock
    keys.now = clock.now();
    keys.authority = crypto::make_authority("himsog USC", keys.now, keys.random);
    keys.hub = *crypto::issue_node(keys.authority, keys.box.request, 0, crypto::NodeRole::hub, keys.now, keys.random);
    keys.edge = *crypto::issue_node(keys.authority, keys.box.request, 3, crypto::NodeRole::edge, keys.now, keys.random);
    SmallServer server{server_settings(keys, keys.hub)};
    CHECK(CurlClient{client_settings(keys, server)}.post("/", "x"));

    auto nameless = client_settings(keys, server);
    nameless.certificate.clear();
    nameless.key.clear();
    CHECK(cut_off(nameless, server));

    auto by_wall_clock = client_settings(keys, server);
    by_wall_clock.now = {};
    CHECK(CurlClient{by_wall_clock}.post("/", "x"));
}

TEST_CASE("client: a server that is not the hub is not told anything", "[sync][transport]") {
    CampusKeys keys;
    CampusKeys stranger;
    for (auto const& certificate : {keys.edge, keys.web}) {
        SmallServer server{without_client_check(server_settings(keys, certificate))};
        CHECK(cut_off(client_settings(keys, server), server));
    }
    SmallServer impostor{without_client_check(server_settings(stranger, stranger.hub))};
    CHECK(cut_off(client_settings(keys, impostor), impostor));

    SmallServer hub{without_client_check(server_settings(keys, keys.hub))};
    auto late = client_settings(keys, hub);
    late.now = [at = keys.now + crypto::certificate_life] { return at; };
    CHECK(cut_off(late, hub));
    auto by_host_name = client_settings(keys, hub);
    by_host_name.server_uri.clear();  // the node certificate has no host name
    CHECK(cut_off(by_host_name, hub));
}

TEST_CASE("client: enrolment believes the authority that the code names, and the host name", "[sync][transport]") {
    CampusKeys keys;
    SmallServer hub{without_client_check(server_settings(keys, keys.web))};
    CHECK(CurlClient{pinned(keys, hub)}.post("/api/hub/enrol/", "{}"));

    auto short_chain = without_client_check(server_settings(keys, keys.web));
    short_chain.chain.pop_back();
    SmallServer silent_about_it{short_chain};
    CHECK(cut_off(pinned(keys, silent_about_it), silent_about_it));

    CampusKeys stranger;
    auto copied = without_client_check(server_settings(stranger, stranger.web));
    copied.chain = {stranger.web, keys.authority.certificate};
    SmallServer impostor{copied};
    CHECK(cut_off(pinned(keys, impostor), impostor));

    auto const elsewhere = *crypto::issue_web(keys.authority, keys.box.request, {"hub.example"}, keys.now, keys.random);
    SmallServer misnamed{without_client_check(server_settings(keys, elsewhere))};
    CHECK(cut_off(pinned(keys, misnamed), misnamed));
}

TEST_CASE("client: limits of size and time, and it goes on afterwards", "[sync][transport]") {
    CampusKeys keys;
    auto settings = without_client_check(server_settings(keys, keys.hub));
    settings.answer = [](std::string const& body) {
        if (body == "long") return answer_of(200, std::string(10'001, 'x'));
        if (body == "silent") return std::string{};
        if (body == "elsewhere") return answer_of(302, "", "Location: https://127.0.0.1:1/\r\n");
        if (body == "failing") return answer_of(503, "later");
        return answer_of(200, std::string(10'000, 'x'));
    };
    SmallServer server{settings};
    auto wanted = client_settings(keys, server);
    wanted.most_answer_bytes = 10'000;
    wanted.total = 500ms;
    CurlClient client{wanted};

    CHECK(client.post("/", "fits")->body.size() == 10'000);
    auto const longer = client.post("/", "long");
    REQUIRE_FALSE(longer);
    CHECK(longer.error().detail() == "The answer is longer than allowed.");

    auto const began = std::chrono::steady_clock::now();
    CHECK_FALSE(client.post("/", "silent"));
    CHECK(std::chrono::steady_clock::now() - began < 5s);

    CHECK(client.post("/", "elsewhere")->status == 302);
    CHECK(client.post("/", "failing")->status == 503);
    auto const sent = client.sent();
    CHECK(client.post("/", "fits"));
    CHECK(client.sent() > sent);
}

TEST_CASE("client: nobody there, nobody who speaks TLS, nobody to believe", "[sync][transport]") {
    CampusKeys keys;
    std::uint16_t port = 0;
    {
        SmallServer gone{without_client_check(server_settings(keys, keys.hub))};
        port = gone.port();
    }
    auto settings = pinned(keys, SmallServer{without_client_check(server_settings(keys, keys.hub))});
    settings.base_url = "https://127.0.0.1:" + std::to_string(port);
    CHECK(CurlClient{settings}.post("/", "x").error().kind() == ProblemKind::unavailable);

    SmallServer plain{{{}, {}, {}, {}, echo}};
    auto impatient = pinned(keys, plain);
    impatient.connect = 300ms;
    CHECK(cut_off(impatient, plain));
    auto unsafe = impatient;
    unsafe.base_url.erase(4, 1);  // http://
    CHECK(cut_off(unsafe, plain));

    ClientSettings nobody;
    nobody.base_url = "https://127.0.0.1:1";
    CHECK_THROWS_AS(CurlClient{nobody}, std::invalid_argument);
}

TEST_CASE("client: the operator's Unix socket", "[sync][transport]") {
    auto const path = std::filesystem::temp_directory_path() / ("himsog-transport-" + std::to_string(getpid()) + ".sock");
    ClientSettings settings;
    settings.base_url = "http://localhost";
    settings.unix_socket = path.string();
    {
        SmallServer server{{{}, {}, {}, path.string(), echo}};
        CurlClient client{settings};
        CHECK(client.post("/operator/sites/", R"({"name":"Talamban"})")->body == R"({"name":"Talamban"})");
        CHECK(client.sent() == 0);
    }
    std::filesystem::remove(path);
    CHECK_FALSE(CurlClient{settings}.post("/", "x"));
}
