#include "tests/bench/writes.hpp"

#include "common/base/clock.hpp"
#include "common/base/log.hpp"
#include "common/base/random.hpp"
#include "common/crypto/signing.hpp"
#include "common/journal/journal.hpp"
#include "sync/bundle/bundle.hpp"
#include "sync/node/core.hpp"
#include "tests/bench/bare.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <fstream>
#include <stdexcept>

namespace himsog::bench {
namespace {

using journal::Value;
using nlohmann::json;

constexpr std::size_t in_one_commit = 1000;
constexpr int cache_kib = 24 * 1024;  // as a node's writer

struct Visit {
    Uuid id;
    journal::Values row;
};

std::vector<Visit> read(std::filesystem::path const& path, journal::Entity const& entity) {
    std::ifstream in{path};
    std::vector<Visit> visits;
    for (std::string line; std::getline(in, line);) {
        auto const one = json::parse(line);
        auto row = entity.blank();
        auto const text = [&](char const* column, char const* key) { row[entity.index(column)] = Value{one.at(key).get<std::string>()}; };
        auto const number = [&](char const* column, std::int64_t value) { row[entity.index(column)] = Value{value}; };
        row[entity.index("patient")] = Value{Uuid::parse(one.at("patient_id").get<std::string>()).value()};
        number("visit_date", one.at("visit_date").get<std::int64_t>() * 1000);
        text("concern", "concern");
        text("diagnosis", "diagnosis");
        text("treatment", "treatment");
        text("notes", "notes");
        number("temperature", static_cast<std::int64_t>(one.at("temp_c").get<double>() * 10 + 0.5) * 10);
        number("bp_systolic", one.at("bp_sys").get<std::int64_t>());
        number("bp_diastolic", one.at("bp_dia").get<std::int64_t>());
        number("pulse_rate", one.at("pulse").get<std::int64_t>());
        visits.push_back({Uuid::parse(one.at("id").get<std::string>()).value(), std::move(row)});
    }
    if (visits.empty()) throw std::runtime_error{"bench: no visits in " + path.string()};
    return visits;
}

double write_with_journal(std::string const& path, Bytes const& key, std::vector<Visit> const& visits) {
    auto const& entity = *node::dictionary().named("medical_record");
    db::Connection connection{{.path = path, .key = key, .cache_kib = cache_kib}};
    journal::migrate(connection, node::dictionary());
    SystemClock clock;
    SystemRandom random;
    Log log{clock, [](std::string_view) {}};
    auto const signing = crypto::SigningKey::from_seed(Bytes(32, 's'));
    sync::BundleCodec const codec;
    journal::Journal journal{connection, node::dictionary(),
                             clock,      random,
                             log,        {1, signing.public_key(), [&](std::string_view text) { return signing.sign(text); }},
                             codec};
    auto const actor = Uuid::v7(clock.now().us / 1000, random.bytes(10));
    std::size_t lost = 0;
    auto const start = std::chrono::steady_clock::now();
    for (std::size_t done = 0; done < visits.size();) {
        std::vector<journal::Job> jobs;
        for (std::size_t i = 0; i < in_one_commit && done < visits.size(); ++i, ++done) {
            journal::Job job;
            job.context.actor = actor;
            job.work = [&entity, &visit = visits[done]](journal::Writer& writer) -> std::optional<Problem> {
                writer.insert(entity, visit.id, visit.row);
                return std::nullopt;
            };
            job.done = [&](Problem const* problem) { lost += problem != nullptr; };
            jobs.push_back(std::move(job));
        }
        journal.run(std::move(jobs));
    }
    std::chrono::duration<double> const took = std::chrono::steady_clock::now() - start;
    if (lost > 0) throw std::runtime_error{"bench: the journal refused visits"};
    return static_cast<double>(visits.size()) / took.count();
}

}  // namespace

Writes measure_writes(std::filesystem::path const& visits, std::filesystem::path const& folder) {
    if (!std::filesystem::create_directories(folder)) throw std::runtime_error{"bench: " + folder.string() + " is there already"};
    Bytes const key(32, 'k');
    auto const ours = (folder / "journal.db").string();
    auto const theirs = (folder / "bare.db").string();
    Writes result;
    result.journal = write_with_journal(ours, key, read(visits, *node::dictionary().named("medical_record")));

    Bare source{ours, key, cache_kib, false};
    auto const rows = source.rows_of("medical_record");
    Bare bare{theirs, key, cache_kib, true};
    for (auto const& sql : source.statements_of("medical_record")) bare.execute(sql);
    result.bare = bare.insert_per_second("medical_record", rows, in_one_commit);
    std::filesystem::remove_all(folder);
    return result;
}

}  // namespace himsog::bench
