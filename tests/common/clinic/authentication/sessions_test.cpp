#include "common/clinic/authentication/sessions.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace himsog;
using namespace himsog::clinic::authentication;
using namespace std::chrono_literals;

TEST_CASE("sessions: idle and absolute ends", "[authentication][sessions]") {
    Instant const start{1'800'000'000'000'000};
    Session session;
    session.created_at = session.used_at = start;

    session.kind = SessionKind::token;
    session.expires_at = start + lifetime_of(session.kind).absolute;
    CHECK_FALSE(is_over(session, start + 24h - 1s));
    CHECK(is_over(session, start + 24h));
    session.used_at = start + 24h * 29 + 23h;
    CHECK_FALSE(is_over(session, start + 24h * 30 - 1s));
    CHECK(is_over(session, start + 24h * 30));

    session.kind = SessionKind::cookie;
    session.used_at = start;
    session.expires_at = start + lifetime_of(session.kind).absolute;
    CHECK_FALSE(is_over(session, start + 15min - 1s));
    CHECK(is_over(session, start + 15min));
    session.used_at = start + 12h - 1min;
    CHECK(is_over(session, start + 12h));
}

TEST_CASE("sessions: what a clock far ahead made is over once the clock is right", "[authentication][sessions]") {
    Instant const today{1'800'000'000'000'000};
    Session session;
    session.created_at = session.used_at = today + 24h * 365;
    session.expires_at = session.created_at + 24h;
    CHECK(is_over(session, today));
    CHECK_FALSE(is_over(session, session.created_at - 2min));
}

TEST_CASE("sessions: use is written lazily, well within the idle time", "[authentication][sessions]") {
    for (auto const kind : {SessionKind::token, SessionKind::cookie}) {
        CHECK(lifetime_of(kind).lag * 10 < lifetime_of(kind).idle);
        Session session;
        session.kind = kind;
        CHECK_FALSE(needs_touch(session, session.used_at + lifetime_of(kind).lag - 1s));
        CHECK(needs_touch(session, session.used_at + lifetime_of(kind).lag));
    }
}

TEST_CASE("sessions: tokens are 64 hex characters, and csrf is another secret", "[authentication][sessions]") {
    SeededRandom random{7};
    auto const token = new_token(random);
    CHECK(is_token(token));
    CHECK(token != new_token(random));
    CHECK_FALSE(is_token(token.substr(1)));
    CHECK_FALSE(is_token("G" + token.substr(1)));
    CHECK(csrf_of(token).size() == 64);
    CHECK(csrf_of(token) != token);
    CHECK(csrf_of(token) != csrf_of(new_token(random)));
}

TEST_CASE("sessions: the cookie is bound to the node, to HTTPS and to same-site requests", "[authentication][sessions]") {
    CHECK(cookie_name("edge", 3) == "__Host-himsog-edge3");
    CHECK(set_cookie("__Host-himsog-hub0", "abc") == "__Host-himsog-hub0=abc; Path=/; Secure; HttpOnly; SameSite=Strict");
    CHECK(set_cookie("__Host-himsog-hub0", "") == "__Host-himsog-hub0=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
}
