#include "tests/bench/load/answer.hpp"
#include "tests/bench/load/load.hpp"
#include "tests/common/http/running.hpp"

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <cstdlib>
#include <iostream>

using namespace himsog;
using namespace himsog::http;
using namespace himsog::http::testing;

namespace {

std::vector<Route> routes(std::size_t size) {
    std::vector<Route> all;
    all.emplace_back(Method::get, "/api/rows/", [body = std::string(size, 'x')](Request&&, PathArgs const&, Responder responder) {
        responder.send(Response{200, body});
    });
    all.emplace_back(Method::post, "/api/rows/", [](Request&& request, PathArgs const&, Responder responder) {
        responder.send(Response{request.body.empty() ? 400 : 201});
    });
    return all;
}

load::Settings settings_for(Running const& running, double seconds) {
    load::Settings settings;
    settings.port = running.port;
    settings.seconds = seconds;
    settings.ca_pem = running.authority.certificate();
    return settings;
}

std::string const read_request = "GET /api/rows/ HTTP/1.1\r\nHost: localhost\r\n\r\n";

}  // namespace

TEST_CASE("load: counts what the server answered", "[bench][load]") {
    Running running{routes(35'000)};
    auto settings = settings_for(running, 0.3);
    settings.connections = 4;
    auto const result = load::run(settings, [](std::size_t, std::uint64_t) -> std::string_view { return read_request; });
    CHECK(result.requests() > 100);
    CHECK(result.failures == 0);
    CHECK(result.statuses.size() == 1);
    CHECK(result.successes() == result.requests());
    CHECK(result.bytes > result.requests() * 35'000);
    CHECK(result.seconds >= 0.3);
    CHECK(result.latency.quantile(0.5) <= result.latency.quantile(0.99));
    CHECK(result.latency.quantile(0.99) <= result.latency.max());
    CHECK(result.latency.quantile(0.5) > 0);
}

TEST_CASE("load: groups are counted apart", "[bench][load]") {
    Running running{routes(1'000)};
    std::string const good = "POST /api/rows/ HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";
    std::string const bad = "POST /api/rows/ HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n";
    std::vector<load::Group> const groups{
        {"writers", 3, [&](std::size_t, std::uint64_t n) -> std::string_view { return n % 2 == 0 ? good : bad; }},
        {"readers", 5, [&](std::size_t, std::uint64_t) -> std::string_view { return read_request; }},
    };
    auto const results = load::run(settings_for(running, 0.3), groups);
    REQUIRE(results.size() == 2);
    CHECK(results[0].name == "writers");
    CHECK(results[0].statuses.size() == 2);
    CHECK(results[0].statuses.at(201) >= results[0].statuses.at(400));
    CHECK(results[1].statuses.size() == 1);
    CHECK(results[0].failures + results[1].failures == 0);
}

TEST_CASE("load: a server that ends connections is a failure, not a hang", "[bench][load]") {
    Running running{routes(10)};
    std::string const closing = "GET /api/rows/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    auto settings = settings_for(running, 0.2);
    settings.connections = 2;
    auto const result = load::run(settings, [&](std::size_t, std::uint64_t) -> std::string_view { return closing; });
    CHECK(result.failures > 0);
    CHECK(result.requests() > 0);
    running.stop();
    CHECK_THROWS_AS(load::run(settings, [&](std::size_t, std::uint64_t) -> std::string_view { return closing; }), std::runtime_error);
}

TEST_CASE("load: quantiles are right to within 1/32", "[bench][load]") {
    load::Histogram histogram;
    CHECK(histogram.quantile(0.5) == 0);
    for (std::uint64_t micros = 1; micros <= 100'000; ++micros) histogram.add(micros);
    for (double const share : {0.01, 0.5, 0.9, 0.99, 1.0}) {
        auto const exact = share * 100'000;
        auto const told = static_cast<double>(histogram.quantile(share));
        CHECK(told >= exact);
        CHECK(told <= exact * (1 + 1.0 / 32) + 1);
    }
    CHECK(histogram.max() == 100'000);
}

TEST_CASE("load: answers in pieces of any size", "[bench][load]") {
    std::string const bytes = "HTTP/1.1 201 Created\r\nX: y\r\nContent-Length: 5\r\n\r\nhello";
    for (std::size_t size = 1; size <= bytes.size(); ++size) {
        load::AnswerCounter counter;
        auto state = load::AnswerCounter::State::reading;
        for (std::size_t at = 0; at < bytes.size(); at += size) {
            CHECK(state == load::AnswerCounter::State::reading);
            state = counter.take(std::string_view{bytes}.substr(at, size));
        }
        CHECK(state == load::AnswerCounter::State::complete);
        CHECK(counter.status() == 201);
    }
    load::AnswerCounter counter;
    CHECK(counter.take(bytes + "x") == load::AnswerCounter::State::broken);
}

TEST_CASE("load: the trivial handler, 35 KB, 32 connections", "[.bench][load]") {
    Running running{routes(35'000), Settings{}, 2};
    auto const* seconds = std::getenv("HIMSOG_BENCH_SECONDS");
    auto const result = load::run(settings_for(running, seconds != nullptr ? std::atof(seconds) : 10),
                                  [](std::size_t, std::uint64_t) -> std::string_view { return read_request; });
    std::cout << result.per_second() << " requests/s, p50 " << result.latency.quantile(0.5) << " us, p99 " << result.latency.quantile(0.99)
              << " us, max " << result.latency.max() << " us, failures " << result.failures << '\n';
    CHECK(result.successes() == result.requests());
}
