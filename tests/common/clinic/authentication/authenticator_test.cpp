#include "tests/common/clinic/authentication/clinic.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace himsog;
using namespace himsog::clinic::authentication;
using namespace himsog::clinic::authentication::test;
using namespace std::chrono_literals;
using http::Method;

namespace {

constexpr auto profile = "/api/auth/profile/me/";

struct Browser {
    explicit Browser(Clinic& where) : clinic{where} {
        auto const response = clinic.login("nurse@usc.edu.ph", "Passw0rd", R"({"session":"cookie"})");
        csrf = json_of(response).at("csrf").get<std::string>();
        std::string const set{response.find("set-cookie")};
        cookie = set.substr(0, set.find(';'));
        login = response;
    }
    http::Response ask(Method method, std::string path, std::string body = {}, std::vector<std::string> headers = {}) {
        headers.push_back("Cookie: " + cookie);
        headers.emplace_back("Host: localhost:8441");
        return clinic.ask(method, std::move(path), std::move(body), headers);
    }

    Clinic& clinic;
    http::Response login{0};
    std::string csrf;
    std::string cookie;
};

std::string detail(http::Response const& response) { return json_of(response).at("detail").get<std::string>(); }

}  // namespace

TEST_CASE("tokens: the literal texts of 401", "[authentication][tokens]") {
    Clinic clinic;
    auto const id = clinic.add("nurse@usc.edu.ph");
    auto const token = clinic.token_of("nurse@usc.edu.ph");
    auto const asked = [&](std::vector<std::string> const& headers) { return clinic.ask(Method::get, profile, {}, headers); };

    CHECK(asked({}).status == 401);
    CHECK(asked({}).find("www-authenticate") == "Token");
    CHECK(detail(asked({})) == "Authentication credentials were not provided.");
    CHECK(detail(asked({"Authorization: Bearer " + token})) == "Authentication credentials were not provided.");
    CHECK(detail(asked({"Authorization: Token"})) == "Invalid token header. No credentials provided.");
    CHECK(detail(asked({"Authorization: Token a b"})) == "Invalid token header. Token string should not contain spaces.");
    CHECK(detail(asked({"Authorization: Token " + std::string(64, '0')})) == "Invalid token.");
    CHECK(detail(asked({"Authorization: Token nonsense"})) == "Invalid token.");
    CHECK(asked({"Authorization: tOkEn " + token}).status == 200);

    clinic.set(id, "is_active", journal::Value{std::int64_t{0}});
    CHECK(asked({Clinic::bearing(token)}).status == 401);
    CHECK(detail(asked({Clinic::bearing(token)})) == "User inactive or deleted.");
    clinic.set(id, "is_active", journal::Value{std::int64_t{1}});
    CHECK(asked({Clinic::bearing(token)}).status == 200);
}

TEST_CASE("tokens: a bad one is refused on public routes too, a voided account's everywhere", "[authentication][tokens]") {
    Clinic clinic;
    auto const id = clinic.add("nurse@usc.edu.ph");
    auto const token = clinic.token_of("nurse@usc.edu.ph");
    CHECK(clinic.login("nurse@usc.edu.ph", "Passw0rd", "", {"Authorization: Token " + std::string(64, 'f')}).status == 401);
    clinic.write([&](journal::Writer& writer) { writer.void_row(*clinic.dictionary.named("user"), id); });
    CHECK(detail(clinic.get_profile(token)) == "User inactive or deleted.");
    CHECK(clinic.login("nurse@usc.edu.ph").status == 401);
}

TEST_CASE("tokens: idle 24 hours, absolute 30 days; use keeps one alive", "[authentication][tokens]") {
    Clinic clinic;
    clinic.add("nurse@usc.edu.ph");
    auto const idle = clinic.token_of("nurse@usc.edu.ph");
    auto const used = clinic.token_of("nurse@usc.edu.ph");
    for (int half_day = 1; half_day < 60; ++half_day) {
        clinic.clock.pass(12h);
        CHECK(clinic.get_profile(used).status == 200);
    }
    clinic.clock.pass(12h);
    CHECK(clinic.get_profile(used).status == 401);
    CHECK(detail(clinic.get_profile(idle)) == "Invalid token.");
    auto const late = clinic.token_of("nurse@usc.edu.ph");
    CHECK(clinic.count("authentication_session") == 1);  // what was over is forgotten
    clinic.clock.pass(24h);
    CHECK(clinic.get_profile(late).status == 401);
}

TEST_CASE("tokens: use is not written with each request", "[authentication][tokens]") {
    Clinic clinic;
    clinic.add("nurse@usc.edu.ph");
    auto const token = clinic.token_of("nurse@usc.edu.ph");
    std::int64_t first = 0;
    auto const used_at = [&] {
        std::int64_t at = 0;
        clinic.write([&](journal::Writer& writer) { at = session(writer.database(), hash_of(token))->used_at.us; });
        return at;
    };
    first = used_at();
    clinic.clock.pass(1min);
    clinic.get_profile(token);
    CHECK(used_at() == first);
    clinic.clock.pass(5min);
    clinic.get_profile(token);
    CHECK(used_at() == clinic.clock.at.us);
}

TEST_CASE("tokens: logout ends this session and no other", "[authentication][tokens]") {
    Clinic clinic;
    clinic.add("nurse@usc.edu.ph");
    auto const one = clinic.token_of("nurse@usc.edu.ph");
    auto const other = clinic.token_of("nurse@usc.edu.ph");
    REQUIRE(clinic.get_profile(one).status == 200);
    CHECK(clinic.ask(Method::post, "/api/auth/logout/", {}, {Clinic::bearing(one)}).status == 200);
    CHECK(clinic.get_profile(one).status == 401);
    CHECK(clinic.ask(Method::post, "/api/auth/logout/", {}, {Clinic::bearing(one)}).status == 401);
    CHECK(clinic.get_profile(other).status == 200);
}

TEST_CASE("tokens: a role that changes counts from the commit on", "[authentication][tokens]") {
    Clinic clinic;
    auto const id = clinic.add("nurse@usc.edu.ph");
    auto const token = clinic.token_of("nurse@usc.edu.ph");
    CHECK(json_of(clinic.get_profile(token)).at("role") == "NURSE");
    clinic.set(id, "role", "DOCTOR");
    CHECK(json_of(clinic.get_profile(token)).at("role") == "DOCTOR");
    clinic.set(id, "is_verified", journal::Value{std::int64_t{0}});
    CHECK(clinic.get_profile(token).status == 403);
}

TEST_CASE("sessions and lock-out do not mind that the hub's clock is hours apart", "[authentication][tokens]") {
    for (auto const lag : {Micros{3h}, Micros{-3h}}) {
        Clinic clinic;
        clinic.add("nurse@usc.edu.ph");
        clinic.hear_hub(lag);
        auto const token = clinic.token_of("nurse@usc.edu.ph");
        CHECK(clinic.get_profile(token).status == 200);
        for (int i = 0; i < 5; ++i) CHECK(clinic.login("nurse@usc.edu.ph", "Wrong0ne").status == 401);
        CHECK(clinic.login("nurse@usc.edu.ph").status == 429);
        clinic.clock.pass(15min);
        CHECK(clinic.login("nurse@usc.edu.ph").status == 200);
        clinic.clock.pass(24h);
        CHECK(clinic.get_profile(token).status == 401);
    }
}

TEST_CASE("cookie: login sets it and answers csrf in place of a token", "[authentication][cookie]") {
    Clinic clinic;
    clinic.add("nurse@usc.edu.ph");
    Browser browser{clinic};
    auto const body = json_of(browser.login);
    CHECK_FALSE(body.contains("token"));
    CHECK(body.at("user").at("email") == "nurse@usc.edu.ph");
    std::string const set{browser.login.find("set-cookie")};
    CHECK(set.starts_with("__Host-himsog-edge1="));
    CHECK(set.ends_with("; Path=/; Secure; HttpOnly; SameSite=Strict"));
    CHECK(browser.login.body.find(browser.cookie.substr(browser.cookie.find('=') + 1)) == std::string::npos);

    auto const session = browser.ask(Method::get, "/api/auth/session/");
    CHECK(session.status == 200);
    CHECK(json_of(session).at("csrf") == browser.csrf);
    CHECK(json_of(session).at("user").at("email") == "nurse@usc.edu.ph");
}

TEST_CASE("cookie: what changes something needs csrf from this origin", "[authentication][cookie]") {
    Clinic clinic;
    clinic.add("nurse@usc.edu.ph");
    Browser browser{clinic};
    auto const change = [&](std::vector<std::string> headers) {
        return browser.ask(Method::patch, profile, R"({"department":"X"})", std::move(headers)).status;
    };
    auto const csrf = "X-CSRFToken: " + browser.csrf;
    CHECK(browser.ask(Method::get, profile).status == 200);
    CHECK(change({}) == 403);
    CHECK(change({"X-CSRFToken: " + std::string(64, '0')}) == 403);
    CHECK(change({csrf, "Origin: https://evil.example"}) == 403);
    CHECK(change({csrf, "Origin: http://localhost:8441"}) == 403);
    CHECK(change({csrf, "Origin: null"}) == 403);
    CHECK(change({csrf, "Sec-Fetch-Site: cross-site"}) == 403);
    CHECK(change({csrf, "Sec-Fetch-Site: same-site"}) == 403);
    CHECK(json_of(clinic.get_profile(clinic.token_of("nurse@usc.edu.ph"))).at("department").is_null());
    CHECK(change({csrf}) == 200);
    CHECK(change({csrf, "Origin: https://localhost:8441", "Sec-Fetch-Site: same-origin"}) == 200);
}

TEST_CASE("cookie: 15 minutes idle, 12 hours at most; an old one keeps nobody from signing in", "[authentication][cookie]") {
    Clinic clinic;
    clinic.add("nurse@usc.edu.ph");
    Browser browser{clinic};
    for (int i = 0; i < 71; ++i) {
        clinic.clock.pass(10min);
        CHECK(browser.ask(Method::get, profile).status == 200);
    }
    clinic.clock.pass(10min);
    auto const over = browser.ask(Method::get, profile);
    CHECK(over.status == 401);
    CHECK(detail(over) == "Authentication credentials were not provided.");
    CHECK(clinic.login("nurse@usc.edu.ph", "Passw0rd", R"({"session":"cookie"})", {"Cookie: " + browser.cookie}).status == 200);

    Browser idle{clinic};
    CHECK(idle.ask(Method::get, profile).status == 200);
    clinic.clock.pass(15min);
    CHECK(idle.ask(Method::get, profile).status == 401);
}

TEST_CASE("cookie: neither credential works as the other", "[authentication][cookie]") {
    Clinic clinic;
    clinic.add("nurse@usc.edu.ph");
    Browser browser{clinic};
    auto const token = clinic.token_of("nurse@usc.edu.ph");
    CHECK(clinic.get_profile(browser.cookie.substr(browser.cookie.find('=') + 1)).status == 401);
    CHECK(clinic.ask(Method::get, profile, {}, {"Cookie: __Host-himsog-edge1=" + token}).status == 401);
    CHECK(clinic.ask(Method::get, profile, {}, {"Cookie: __Host-himsog-edge2" + browser.cookie.substr(browser.cookie.find('='))}).status ==
          401);
}

TEST_CASE("cookie: another site can neither sign a browser in nor read with a login", "[authentication][cookie]") {
    Clinic clinic;
    clinic.add("nurse@usc.edu.ph");
    CHECK(clinic.login("nurse@usc.edu.ph", "Passw0rd", R"({"session":"cookie"})", {"Sec-Fetch-Site: cross-site"}).status == 403);
    CHECK(clinic.login("nurse@usc.edu.ph", "Passw0rd", "", {"Host: localhost:8441", "Origin: https://evil.example"}).status == 403);
    CHECK(clinic.count("authentication_session") == 0);
}

TEST_CASE("cookie: logout takes it away; change-password gives another", "[authentication][cookie]") {
    Clinic clinic;
    clinic.add("nurse@usc.edu.ph");
    Browser browser{clinic};
    auto const csrf = "X-CSRFToken: " + browser.csrf;
    auto const changed = browser.ask(Method::post, "/api/auth/change-password/",
                                     R"({"old_password":"Passw0rd","new_password":"Better0ne","new_password2":"Better0ne"})", {csrf});
    REQUIRE(changed.status == 200);
    CHECK_FALSE(json_of(changed).contains("token"));
    CHECK(browser.ask(Method::get, profile).status == 401);
    std::string const set{changed.find("set-cookie")};
    browser.cookie = set.substr(0, set.find(';'));
    auto const fresh = json_of(changed).at("csrf").get<std::string>();
    CHECK(browser.ask(Method::post, "/api/auth/logout/", {}, {csrf}).status == 403);
    auto const out = browser.ask(Method::post, "/api/auth/logout/", {}, {"X-CSRFToken: " + fresh});
    CHECK(out.status == 200);
    CHECK(out.find("set-cookie").ends_with("; Max-Age=0"));
    CHECK(browser.ask(Method::get, profile).status == 401);
}
