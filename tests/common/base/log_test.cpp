#include "common/base/log.hpp"
#include "common/base/problem.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace himsog;

namespace {

class StoppedClock : public Clock {
public:
    Instant now() override { return Instant{1'000'001}; }
    Micros uptime() override { return Micros{0}; }
};

}  // namespace

TEST_CASE("Log: one JSON object a line, hostile text escaped", "[base]") {
    StoppedClock clock;
    std::string line;
    Log log{clock, [&](std::string_view text) { line = text; }};

    log.warning("sync.refused", {{"site", 3}, {"known", true}, {"why", "a \"quote\"\\\n\x01"}, {"raw", std::string{"\xff\x00", 2}}});
    CHECK(line == R"({"at":"1970-01-01T00:00:01.000001+00:00","level":"warning","event":"sync.refused",)"
                  R"("site":3,"known":true,"why":"a \"quote\"\\\n\u0001","raw":"ff00"})"
                  "\n");
}

TEST_CASE("JSON strings: what must be escaped is found wherever it stands", "[base]") {
    for (std::string const special : {"\"", "\\", "\n", "\x1f", "\x01"})
        for (std::size_t size = 0; size < 20; ++size)
            for (std::size_t at = 0; at <= size; ++at) {
                std::string const before = std::string(at, '!') + (at > 3 ? "\xc3\xb1" : "");  // the first that needs none, and an ñ
                std::string const after(size - at, '\x7f');
                std::string escaped;
                append_json_string(escaped, special);
                std::string out;
                append_json_string(out, before + special + after + special);
                auto const inner = escaped.substr(1, escaped.size() - 2);
                REQUIRE(inner.size() > 1);
                REQUIRE(out == '"' + before + inner + after + inner + '"');
            }
}

TEST_CASE("Problem: every kind has its status", "[base]") {
    CHECK(status_of(ProblemKind::bad_request) == 400);
    CHECK(status_of(ProblemKind::unavailable) == 503);
    CHECK(status_of(ProblemKind::storage_full) == 507);
    CHECK(Problem{FieldErrors{{"mrn", {"taken"}}}}.kind() == ProblemKind::bad_request);
}

TEST_CASE("Result: a value or a problem", "[base]") {
    Result<int> const good{7};
    Result<int> const bad{Problem{ProblemKind::not_found, "no such patient"}};
    CHECK(good);
    CHECK(*good == 7);
    CHECK_FALSE(bad);
    CHECK(bad.error().detail() == "no such patient");
}
