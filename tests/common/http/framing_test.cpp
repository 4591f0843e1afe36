#include "common/http/framing.hpp"
#include "tests/common/http/running.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

using namespace himsog::http;
using namespace himsog::http::testing;

namespace {

std::string const get = "GET /api/x/ HTTP/1.1\r\nHost: localhost\r\n";
std::string const post = "POST /api/x/ HTTP/1.1\r\nHost: localhost\r\n";
std::string const chunked = post + "Transfer-Encoding: chunked\r\n\r\n";

/// A name and raw bytes that the server must answer 400 and close.
struct Case {
    std::string name, bytes;
};

std::string times(int count, std::string const& text) {
    std::string all;
    for (int i = 0; i < count; ++i) all += text;
    return all;
}

/// One entry for each line of the checklist.
std::vector<Case> smuggling_cases() {
    return {
        {"TE with CL", post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"},
        {"CL with TE", post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"TE gzip", post + "Transfer-Encoding: gzip\r\n\r\n"},
        {"TE identity", post + "Transfer-Encoding: identity\r\n\r\n"},
        {"TE gzip, chunked", post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
        {"TE chunked, chunked", post + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"},
        {"TE chunked twice", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"TE with a vertical tab", post + "Transfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n"},
        {"TE quoted", post + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n"},
        {"TE empty", post + "Transfer-Encoding:\r\n\r\n"},
        {"TE in HTTP/1.0", "POST /api/x/ HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"two equal CL", post + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na"},
        {"two different CL", post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"},
        {"CL list", post + "Content-Length: 1, 1\r\n\r\na"},
        {"CL with sign", post + "Content-Length: +1\r\n\r\na"},
        {"CL negative", post + "Content-Length: -1\r\n\r\na"},
        {"CL hex", post + "Content-Length: 0x1\r\n\r\na"},
        {"CL empty", post + "Content-Length:\r\n\r\n"},
        {"CL beyond 64 bit", post + "Content-Length: 184467440737095516160\r\n\r\n"},
        {"folded field", get + "X-A: b\r\n c\r\n\r\n"},
        {"folded first field", "GET /api/x/ HTTP/1.1\r\n Host: localhost\r\n\r\n"},
        {"no Host", "GET /api/x/ HTTP/1.1\r\n\r\n"},
        {"two equal Hosts", get + "Host: localhost\r\n\r\n"},
        {"empty Host", "GET /api/x/ HTTP/1.1\r\nHost:\r\n\r\n"},
        {"Host with a path", "GET /api/x/ HTTP/1.1\r\nHost: localhost/api\r\n\r\n"},
        {"Host with a user", "GET /api/x/ HTTP/1.1\r\nHost: a@localhost\r\n\r\n"},
        {"65 fields", get + times(64, "X-A: b\r\n") + "\r\n"},
        {"head beyond 16 KiB", get + "X-A: " + std::string(17'000, 'a') + "\r\n\r\n"},
        {"request line beyond 8 KiB", "GET /" + std::string(8'300, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"head without end", get + "X-A: " + std::string(20'000, 'a')},
        {"request line without end", std::string(9'000, 'G')},
        {"chunk extension beyond 256 B", chunked + "1;a=" + std::string(300, 'b') + "\r\na\r\n0\r\n\r\n"},
        {"chunk size not hex", chunked + "g\r\na\r\n0\r\n\r\n"},
        {"chunk size with sign", chunked + "+1\r\na\r\n0\r\n\r\n"},
        {"chunk size with 0x", chunked + "0x1\r\na\r\n0\r\n\r\n"},
        {"chunk size beyond 64 bit", chunked + "fffffffffffffffff\r\na\r\n0\r\n\r\n"},
        {"chunk longer than said", chunked + "1\r\nab\r\n0\r\n\r\n"},
        {"chunk line ended by LF", chunked + "1\na\r\n0\r\n\r\n"},
        {"trailer", chunked + "1\r\na\r\n0\r\nCookie: b\r\n\r\n"},
        {"trailer announced", post + "Transfer-Encoding: chunked\r\nTrailer: X-A\r\n\r\n0\r\n\r\n"},
        {"method off the list", "TRACE /api/x/ HTTP/1.1\r\nHost: localhost\r\n\r\n"},
        {"CONNECT", "CONNECT localhost:443 HTTP/1.1\r\nHost: localhost\r\n\r\n"},
        {"method in small letters", "get /api/x/ HTTP/1.1\r\nHost: localhost\r\n\r\n"},
        {"foreign authority", "GET http://example.org/api/x/ HTTP/1.1\r\nHost: localhost\r\n\r\n"},
        {"foreign port", "GET https://localhost:1/api/x/ HTTP/1.1\r\nHost: localhost\r\n\r\n"},
        {"other scheme", "GET ftp://localhost/api/x/ HTTP/1.1\r\nHost: localhost\r\n\r\n"},
        {"* with GET", "GET * HTTP/1.1\r\nHost: localhost\r\n\r\n"},
        {"NUL in a field", get + std::string{"X-A: b\0c\r\n\r\n", 12}},
        {"control character in a field", get + "X-A: b\x01"
                                               "c\r\n\r\n"},
        {"DEL in a field", get + "X-A: b\x7f\r\n\r\n"},
        {"bare CR in a field", get + "X-A: b\rc\r\n\r\n"},
        {"bare LF", "GET /api/x/ HTTP/1.1\nHost: localhost\n\n"},
        {"blank before the colon", get + "Content-Length : 1\r\n\r\na"},
        {"blank in a field name", get + "X A: b\r\n\r\n"},
        {"field without colon", get + "X-A\r\n\r\n"},
        {"field without name", get + ": b\r\n\r\n"},
        {"NUL in the target", std::string{"GET /a\0b HTTP/1.1\r\nHost: x\r\n\r\n", 30}},
        {"raw UTF-8 in the target", "GET /\xc3\xb1 HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"fragment", "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"blank in the target", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"bad percent encoding", "GET /a%zz HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"cut percent encoding", "GET /a%2 HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"bad percent encoding in the query", "GET /a?b=%g1 HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"encoded NUL", "GET /a%00b HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"encoded line break", "GET /a%0d%0ab HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"encoded slash", "GET /static/..%2f..%2fetc HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"path that is not UTF-8", "GET /%ff HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"HTTP/2.0", "GET / HTTP/2.0\r\nHost: x\r\n\r\n"},
        {"no version", "GET /\r\nHost: x\r\n\r\n"},
        {"two blanks", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"empty line first", "\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"binary", std::string{"\x16\x03\x01\x02\x00\x01", 6}},
    };
}

}  // namespace

TEST_CASE("framing: each smuggling vector is answered 400 and closed, and what follows it is never served", "[common][http][security]") {
    std::vector<Route> routes;
    for (auto const method : {Method::get, Method::post})
        routes.emplace_back(method, "/api/x/", [](Request&&, PathArgs const&, Responder responder) {
            responder.send(Response{200, "served"});
        });
    Running running{std::move(routes)};

    for (auto const& each : smuggling_cases()) {
        DYNAMIC_SECTION(each.name) {
            auto client = running.client();
            REQUIRE(client.send(each.bytes));
            client.send(get + "\r\n");  // may find the connection closed
            auto const answer = client.read();
            REQUIRE(answer);
            CHECK(answer->status == 400);
            CHECK(answer->header("Connection") == "close");
            CHECK(answer->body == R"({"detail":"Malformed request."})");
            CHECK_FALSE(client.read());
            CHECK(client.closed());
        }
    }
}

TEST_CASE("framing: the guard refuses by itself what is wrong with a head, whatever Beast would say", "[common][http][security]") {
    for (auto const& each : smuggling_cases()) {
        bool const in_body = each.name.starts_with("chunk ") || each.name == "trailer";
        CAPTURE(each.name);
        CHECK(check_head(each.bytes).state == (in_body ? HeadCheck::State::complete : HeadCheck::State::refused));
    }
}

TEST_CASE("framing: what looks odd but is right passes", "[common][http][security]") {
    std::vector<Route> routes;
    routes.emplace_back(Method::get, "/api/x/", [](Request&& request, PathArgs const&, Responder responder) {
        responder.send(Response{200, request.path + '|' + request.query("q").value_or("") + '|' + std::string{request.header("x-a")}});
    });
    routes.emplace_back(Method::post, "/api/x/", [](Request&& request, PathArgs const&, Responder responder) {
        responder.send(Response{200, request.body});
    });
    Running running{std::move(routes)};
    auto client = running.client();
    auto const ask = [&](std::string const& bytes) {
        REQUIRE(client.send(bytes));
        auto const answer = client.read();
        REQUIRE(answer);
        return answer->body;
    };
    CHECK(ask(get + "X-A:\t b c \t\r\n\r\n") == "/api/x/||b c");
    CHECK(ask("GET https://LOCALHOST:8440/api/x/?q=1 HTTP/1.1\r\nHost: localhost:8440\r\n\r\n") == "/api/x/|1|");
    CHECK(ask("GET /api/x/?q=%C3%B1+%2F%0A| HTTP/1.1\r\nHost: [::1]:8440\r\n\r\n") == "/api/x/|\xc3\xb1 /\n||");
    CHECK(ask("GET /%61pi/x HTTP/1.1\r\nhOsT: localhost\r\n\r\n") == "/api/x||");
    CHECK(ask(get + times(63, "X-A: b\r\n") + "\r\n") == "/api/x/||b");
    CHECK(ask(post + "Transfer-Encoding: Chunked\r\n\r\n5;a=\"b\"\r\nhello\r\n0\r\n\r\n") == "hello");
    CHECK(ask(post + "Content-Length: 0\r\n\r\n").empty());
    CHECK(ask("GET /api/x/ HTTP/1.0\r\n\r\n") == "/api/x/||");
    CHECK(client.closed());  // HTTP/1.0 has no keep-alive here
}

TEST_CASE("framing: every beginning of a good head is incomplete, and no byte after it matters", "[common][http]") {
    std::string const head = get + "X-A: b\r\n\r\n";
    for (std::size_t size = 0; size < head.size(); ++size) CHECK(check_head(head.substr(0, size)).state == HeadCheck::State::incomplete);
    for (std::string const rest : {"", "x", "\r\n", "GET / HTTP/9\r\n\r\n"}) {
        auto const check = check_head(head + rest);
        CHECK(check.state == HeadCheck::State::complete);
        CHECK(check.size == head.size());
    }
}
