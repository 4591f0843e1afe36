// himsog-bench: the parts of ./dev bench that must not cost time themselves. bench.py starts the nodes and asks for one part at a time; each
// reads its settings as JSON from standard input and answers with one line of JSON.
#include "tests/bench/bare.hpp"
#include "tests/bench/load/load.hpp"
#include "tests/bench/writes.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <stdexcept>

using namespace himsog;
using nlohmann::json;

namespace {

std::string file(std::string const& path) {
    std::ifstream in{path, std::ios::binary};
    if (!in) throw std::runtime_error{"bench: cannot read " + path};
    return {std::istreambuf_iterator<char>{in}, {}};
}

/// A fixed sequence of places in a list, spread over it: the same in every run.
class Spread {
public:
    explicit Spread(std::size_t size) : size_{size} {}
    std::size_t next() {
        state_ = state_ * 6364136223846793005U + 1442695040888963407U;
        return static_cast<std::size_t>((state_ >> 33U) % size_);
    }

private:
    std::size_t size_;
    std::uint64_t state_ = 20261124;
};

std::string head_of(std::string const& method, std::string const& target, std::string const& token) {
    return method + ' ' + target + " HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\nAuthorization: Token " + token + "\r\n";
}

load::Request histories(json const& group) {
    auto requests = std::make_shared<std::vector<std::string>>();
    for (auto const& patient : group.at("patients"))
        requests->push_back(
            head_of("GET", "/api/patients/medical-records/?patient=" + patient.get<std::string>(), group.at("token").get<std::string>()) +
            "\r\n");
    auto const spread = std::make_shared<Spread>(requests->size());
    return [=](std::size_t, std::uint64_t) -> std::string_view { return (*requests)[spread->next()]; };
}

/// A moment of its own for each visit: the same patient at the same instant is refused.
std::string moment(std::size_t number) {
    auto const micros = std::to_string(number % 1'000'000);
    return "2026-03-02T08:00:" + std::string(number / 1'000'000 % 60 < 10 ? "0" : "") + std::to_string(number / 1'000'000 % 60) + '.' +
           std::string(6 - micros.size(), '0') + micros + "+08:00";
}

/// Visits in turn out of the list, each for another patient.
load::Request creates(json const& group) {
    auto const head = head_of("POST", "/api/patients/medical-records/", group.at("token").get<std::string>());
    auto const patients = std::make_shared<std::vector<std::string>>(group.at("patients").get<std::vector<std::string>>());
    auto const visits = std::make_shared<std::vector<json>>(group.at("visits").get<std::vector<json>>());
    auto const spread = std::make_shared<Spread>(patients->size());
    auto const under_way = std::make_shared<std::vector<std::string>>(group.at("connections").get<std::size_t>());
    auto const made = std::make_shared<std::size_t>(0);
    return [=](std::size_t connection, std::uint64_t) -> std::string_view {
        auto& visit = (*visits)[*made % visits->size()];
        visit["visit_date"] = moment((*made)++);
        visit["patient"] = (*patients)[spread->next()];
        auto const body = visit.dump();
        return (*under_way)[connection] =
                   head + "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    };
}

json run_load(json const& asked) {
    load::Settings settings;
    settings.port = asked.at("port").get<std::uint16_t>();
    settings.seconds = asked.at("seconds").get<double>();
    settings.ca_pem = file(asked.at("ca").get<std::string>());
    std::vector<load::Group> groups;
    for (auto const& group : asked.at("groups"))
        groups.push_back({group.at("name").get<std::string>(), group.at("connections").get<std::size_t>(),
                          group.contains("visits") ? creates(group) : histories(group)});
    json results = json::array();
    for (auto const& result : load::run(settings, groups)) {
        if (result.failures > 0 || result.successes() != result.requests())
            throw std::runtime_error{"bench: under " + result.name + " " + std::to_string(result.failures) +
                                     " broken connections, answers " + json(result.statuses).dump()};
        results.push_back({{"name", result.name},
                           {"per_second", result.per_second()},
                           {"p50_ms", static_cast<double>(result.latency.quantile(0.5)) / 1000},
                           {"p99_ms", static_cast<double>(result.latency.quantile(0.99)) / 1000},
                           {"bytes", result.requests() > 0 ? result.bytes / result.requests() : 0}});
    }
    return results;
}

json run_rows(json const& asked) {
    bench::Bare bare{asked.at("database").get<std::string>(), from_hex(file(asked.at("key_file").get<std::string>())).value(), 8192, false};
    std::vector<Uuid> patients;
    for (auto const& patient : asked.at("patients")) patients.push_back(Uuid::parse(patient.get<std::string>()).value());
    Spread spread{patients.size()};
    return bare.histories_per_second(asked.at("seconds").get<double>(), [&]() -> Uuid const& { return patients[spread.next()]; });
}

json run_writes(json const& asked) {
    auto const result = bench::measure_writes(asked.at("visits").get<std::string>(), asked.at("folder").get<std::string>());
    return {{"journal", result.journal}, {"bare", result.bare}};
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Parts of ./dev bench"};
    app.require_subcommand(1);
    auto const part = [&](char const* name, char const* what, json (*run)(json const&)) {
        app.add_subcommand(name, what)->callback([run] { std::cout << run(json::parse(std::cin)).dump() << '\n'; });
    };
    part("load", "Clients of a node", &run_load);
    part("rows", "Histories stepped on bare SQLCipher", &run_rows);
    part("writes", "Bulk writes, through the journal and bare", &run_writes);
    try {
        app.parse(argc, argv);
        return 0;
    } catch (CLI::ParseError const& error) {
        return app.exit(error);
    } catch (std::exception const& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
