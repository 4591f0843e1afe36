#include "tests/common/http/running.hpp"

#include <catch2/catch_test_macros.hpp>

#include <openssl/ssl.h>

#include <atomic>
#include <ctime>
#include <stdexcept>

using namespace himsog;
using namespace himsog::http;
using namespace himsog::http::testing;

namespace {

std::vector<Route> who() {
    std::vector<Route> routes;
    routes.emplace_back(Method::get, "/api/who/", [](Request&& request, PathArgs const&, Responder responder) {
        auto const site = request.client_site ? std::to_string(*request.client_site) : "nobody";
        responder.send(Response{200, site + '|' + request.client_certificate_serial + '|' + request.peer});
    });
    return routes;
}

std::string site(int number) { return "URI:urn:himsog:site:" + std::to_string(number); }

}  // namespace

TEST_CASE("tls: 1.2 and 1.3, nothing older", "[common][http][security]") {
    Running running{who()};
    for (int const version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        Client client{running.port, running.authority.certificate(), nullptr, version};
        REQUIRE(client.connected());
        CHECK(client.get("/api/who/")->body == "nobody||127.0.0.1");
    }
    CHECK_FALSE(Client(running.port, running.authority.certificate(), nullptr, TLS1_1_VERSION).connected());
}

TEST_CASE("tls: a site is known by its certificate, and nobody comes in without one", "[common][http][security]") {
    std::atomic<int> revoked = 0;
    auto settings = quick();
    settings.accept_client = [&](std::uint16_t no, std::string_view) { return no != revoked.load(); };
    Running running{who(), settings};
    auto const& authority = running.authority;
    auto const body = [&](Issued const* identity) {
        Client client{running.mtls_port, authority.certificate(), identity};
        auto const answer = client.get("/api/who/");
        return answer ? answer->body : std::string{"refused"};
    };

    auto const seven = authority.issue(site(7), 0x1f00);
    CHECK(body(&seven) == "7|1f00|127.0.0.1");
    CHECK(body(nullptr) == "refused");

    revoked = 7;
    CHECK(body(&seven) == "refused");
    CHECK(running.lines.wait_for("http.client_refused").find(R"("site":7,"serial":"1f00")") != std::string::npos);
    revoked = 0;

    auto const browser = authority.issue("DNS:localhost");
    CHECK(body(&browser) == "refused");
    auto const two = authority.issue(site(7) + ',' + site(8));
    CHECK(body(&two) == "refused");
    auto const odd = authority.issue("URI:urn:himsog:site:70000");
    CHECK(body(&odd) == "refused");
    auto const stranger = Authority{}.issue(site(7));
    CHECK(body(&stranger) == "refused");
    auto const expired = authority.issue(site(7), 3, -7200, -3600);
    CHECK(body(&expired) == "refused");
    auto const early = authority.issue(site(7), 4, 3600, 7200);
    CHECK(body(&early) == "refused");
    CHECK(body(&seven) == "7|1f00|127.0.0.1");
}

TEST_CASE("tls: certificates are checked at trusted time, not at the wall clock", "[common][http][security]") {
    auto settings = quick();
    settings.verification_time = [] { return std::time(nullptr) - 5400; };
    Running running{who(), settings};
    auto const expired = running.authority.issue(site(9), 3, -7200, -3600);
    Client client{running.mtls_port, running.authority.certificate(), &expired};
    CHECK(client.get("/api/who/")->body.starts_with("9|"));
}

TEST_CASE("tls: a renewed certificate serves new connections, old ones go on", "[common][http]") {
    Running running{who()};
    auto old = running.client();
    REQUIRE(old.get("/api/who/"));

    Authority const next;
    running.server.replace_tls(running.port, next.server());
    CHECK_FALSE(running.client().connected());
    Client fresh{running.port, next.certificate()};
    CHECK(fresh.get("/api/who/")->status == 200);
    CHECK(old.get("/api/who/")->status == 200);

    auto broken = next.server();
    broken.private_key = running.authority.server().private_key;
    CHECK_THROWS_AS(running.server.replace_tls(running.port, broken), std::runtime_error);
    CHECK(Client(running.port, next.certificate()).connected());
}

TEST_CASE("tls: material that cannot serve is refused at once", "[common][http]") {
    Authority const authority;
    auto const good = authority.server();
    CHECK_NOTHROW(TlsContext{good, true});
    CHECK_THROWS_AS(TlsContext(TlsMaterial{"", good.private_key, good.client_ca}, false), std::runtime_error);
    CHECK_THROWS_AS(TlsContext(TlsMaterial{good.certificate_chain, "", good.client_ca}, false), std::runtime_error);
    CHECK_THROWS_AS(TlsContext(TlsMaterial{good.certificate_chain, good.private_key, "not PEM"}, true), std::runtime_error);
}
