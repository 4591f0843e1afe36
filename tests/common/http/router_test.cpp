#include "common/http/negotiation.hpp"
#include "common/http/problem.hpp"
#include "common/http/router.hpp"

#include <catch2/catch_test_macros.hpp>

#include <nlohmann/json.hpp>

#include <stdexcept>
#include <thread>

using namespace himsog;
using namespace himsog::http;

namespace {

Handler saying(std::string text) {
    return [text = std::move(text)](Request&&, PathArgs const& args, Responder responder) {
        responder.send(Response{200, text + std::string{args.text("id")}});
    };
}

Router sample() {
    return Router{{
        Route{Method::get, "/", saying("root")},
        Route{Method::get, "/api/patients/{id}/", saying("one:")},
        Route{Method::put, "/api/patients/{id}/", saying("put:")},
        Route{Method::get, "/api/patients/search/", saying("search")},
        Route{Method::get, "/api/patients/{patient}/visits/{id}", saying("visit:")},
        Route{Method::post, "/api/patients/", saying("new")},
        Route{Method::get, "/health", saying("well")},
    }};
}

Response ask(Router const& router, Request request) {
    std::optional<Response> answer;
    router.dispatch(std::move(request), Responder{[&](Response response, Notes const&) { answer = std::move(response); }});
    REQUIRE(answer);
    return *answer;
}

Response ask(Router const& router, Method method, std::string target) { return ask(router, Request{method, std::move(target)}); }

}  // namespace

TEST_CASE("router: paths, arguments, and the slash at the end", "[common][http]") {
    auto const router = sample();
    CHECK(ask(router, Method::get, "/").body == "root");
    CHECK(ask(router, Method::get, "/api/patients/7/").body == "one:7");
    CHECK(ask(router, Method::get, "/api/patients/7").body == "one:7");
    CHECK(ask(router, Method::get, "/api/patients/7?page=1").body == "one:7");
    CHECK(ask(router, Method::get, "/api/patients/search/").body == "search");
    CHECK(ask(router, Method::get, "/api/patients/search/visits/9/").body == "visit:9");
    CHECK(ask(router, Method::get, "/api/patients/a%20b/").body == "one:a b");
    CHECK(ask(router, Method::post, "/api/patients").body == "new");
    CHECK(ask(router, Method::get, "/health/").body == "well");
    CHECK(ask(router, Method::head, "/api/patients/7/").body == "one:7");
}

TEST_CASE("router: what is not there", "[common][http]") {
    auto const router = sample();
    for (std::string const target : {"/api/none/", "/none", "/api/patients/7/visits/", "/api//patients/", "/api/patients//", "//", "/api/",
                                     "/api/patients/7/visits/8/9/"}) {
        auto const answer = ask(router, Method::get, target);
        CHECK(answer.status == 404);
        CHECK(answer.body == R"({"detail":"Not found."})");
    }
    auto const wrong = ask(router, Method::del, "/api/patients/7/");
    CHECK(wrong.status == 405);
    CHECK(wrong.body == R"({"detail":"Method \"DELETE\" not allowed."})");
    CHECK(wrong.find("allow") == "GET, PUT, HEAD, OPTIONS");
    CHECK(ask(router, Method::get, "/api/patients/").find("Allow") == "POST, OPTIONS");
}

TEST_CASE("router: OPTIONS, and the pages beside the API", "[common][http]") {
    auto router = sample();
    CHECK(ask(router, Method::options, "/api/none/").body == R"({"status":"ok"})");
    CHECK(ask(router, Method::options, "/api/patients/").status == 200);
    CHECK(ask(router, Method::options, "/health").status == 204);
    CHECK(ask(router, Method::get, "/home").status == 404);

    router.otherwise(saying("page"));
    CHECK(ask(router, Method::get, "/home").body == "page");
    CHECK(ask(router, Method::head, "/home/deep/er").body == "page");
    CHECK(ask(router, Method::get, "/api/none/").status == 404);
    CHECK(ask(router, Method::post, "/home").status == 405);
    CHECK(ask(router, Method::post, "/home").find("Allow") == "GET, HEAD, OPTIONS");
    CHECK(ask(router, Method::get, "/health").body == "well");
}

TEST_CASE("router: two routes of one method and shape are a mistake", "[common][http]") {
    CHECK_THROWS_AS(Router({Route{Method::get, "/a/{x}/", saying("")}, Route{Method::get, "/a/{y}", saying("")}}), std::logic_error);
    CHECK_THROWS_AS(Router({Route{Method::get, "a", saying("")}}), std::logic_error);
    CHECK_NOTHROW(Router({Route{Method::get, "/a/{x}/", saying("")}, Route{Method::put, "/a/{x}/", saying("")}}));
}

TEST_CASE("router: only version v1 is spoken", "[common][http]") {
    auto const router = sample();
    auto const asking = [](std::string_view accept) { return Request{Method::get, "/api/patients/7/"}.with_header("Accept", accept); };
    CHECK(ask(router, asking("application/json; version=v1")).status == 200);
    CHECK(ask(router, asking("application/json; version=\"v1\", text/html")).status == 200);
    CHECK(ask(router, asking("text/html, */*;q=0.1")).status == 200);
    auto const other = ask(router, asking("application/json; version=v2"));
    CHECK(other.status == 406);
    CHECK(other.body == R"({"detail":"Invalid version in \"Accept\" header."})");
}

TEST_CASE("responder: the first answer counts, from any thread; none is a 500", "[common][http]") {
    int calls = 0;
    int status = 0;
    Notes notes;
    auto deliver = [&](Response const& response, Notes noted) {
        ++calls;
        status = response.status;
        notes = std::move(noted);
    };
    {
        Responder const responder{deliver};
        responder.note("user", "u-1");
        std::thread{[copy = responder] { copy.send(Response{201}); }}.join();
        responder.send(Response{202});
    }
    CHECK(calls == 1);
    CHECK(status == 201);
    CHECK(notes == Notes{{"user", "u-1"}});
    { Responder const forgotten{deliver}; }
    CHECK(calls == 2);
    CHECK(status == 500);
}

TEST_CASE("request: fields, query and cookies", "[common][http]") {
    auto const request = Request{Method::get, "/api/x%20y/?a=1&b=%C3%B1+z&a=2&empty&=none"}
                             .with_header("Cookie", "one=1; __Host-himsog=abc=d ;three=")
                             .with_header("X-A", "first")
                             .with_header("x-a", "second");
    CHECK(request.path == "/api/x y/");
    CHECK(request.query("a") == "1");
    CHECK(request.query_all("a") == std::vector<std::string>{"1", "2"});
    CHECK(request.query("b") == "\xc3\xb1 z");
    CHECK(request.query("empty") == "");
    CHECK_FALSE(request.query("missing"));
    CHECK(request.queries().size() == 5);
    CHECK(request.header("X-a") == "first");
    CHECK(request.header("X-B").empty());
    CHECK(request.cookie("one") == "1");
    CHECK(request.cookie("__Host-himsog") == "abc=d");
    CHECK(request.cookie("three").empty());
    auto const moved = Request{request};
    CHECK(moved.cookie("one") == "1");
    CHECK(Request{Method::get, "https://node:8440?x=1"}.path == "/");
    CHECK(Request{Method::get, "https://node:8440/a?x=/"}.path == "/a");
}

TEST_CASE("problem: the contract's bodies, or RFC 9457 for those who ask", "[common][http]") {
    auto const missing = render(Problem{ProblemKind::unauthenticated, "Invalid token."});
    CHECK(missing.status == 401);
    CHECK(missing.body == R"({"detail":"Invalid token."})");
    CHECK(missing.content_type == "application/json");
    CHECK(missing.find("WWW-Authenticate") == "Token");

    Problem const form{FieldErrors{{"mrn", {"A patient with this MRN already exists."}}, {"sex", {"This field is required."}}}};
    CHECK(render(form).status == 400);
    CHECK(render(form).body == R"({"mrn":["A patient with this MRN already exists."],"sex":["This field is required."]})");

    auto const locked = render(Problem{ProblemKind::too_many_requests, "Wait."}.with("retry_after", "120").with("locked_out", "true"));
    CHECK(nlohmann::json::parse(locked.body) == nlohmann::json{{"detail", "Wait."}, {"retry_after", 120}, {"locked_out", true}});
    auto const grouped = render(Problem{ProblemKind::bad_request, "Validation failed"}.with("errors", R"({"email":["Taken."]})"));
    CHECK(grouped.body == R"({"detail":"Validation failed","errors":{"email":["Taken."]}})");

    auto const rfc = render(form, "application/problem+json, */*;q=0.1");
    CHECK(rfc.content_type == "application/problem+json");
    auto const body = nlohmann::json::parse(rfc.body);
    CHECK(body["type"] == "urn:himsog:problem:bad-request");
    CHECK(body["status"] == 400);
    CHECK(body["errors"]["sex"][0] == "This field is required.");
    CHECK(render(Problem{ProblemKind::bad_request, "\xff"}).body == "{\"detail\":\"\xef\xbf\xbd\"}");
}

TEST_CASE("negotiation: bodies are JSON", "[common][http]") {
    auto const posting = [](std::string_view type, std::string body) {
        return refuse_body_type(Request{Method::post, "/api/x/"}.with_header("Content-Type", type).with_body(std::move(body)));
    };
    CHECK_FALSE(posting("application/json", "{}"));
    CHECK_FALSE(posting("Application/JSON ; charset=utf-8", "{}"));
    CHECK_FALSE(posting("", ""));
    auto const refused = posting("text/plain", "a");
    REQUIRE(refused);
    CHECK(refused->kind() == ProblemKind::unsupported_media);
    CHECK(refused->detail() == R"(Unsupported media type "text/plain" in request.)");
    CHECK(posting("", "{}"));
}
