// Octets a row and speed of bundles. Reads the rows of gen_visits.py (JSON lines) from standard input:
//   gen_visits.py 100000 | bundle_bench
// Each row is one txn of its own, as when it was typed in: UUIDv7 row id, random patient id, staff member as actor.
#include "sync/bundle/bundle.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>
#include <iostream>
#include <string>

namespace {

using namespace himsog;
using namespace himsog::journal;

Dictionary dictionary() {
    Entity visit{2, "visit", "Visit"};
    visit.field(reference(1, "patient", "Patient", "patient")).field(instant(2, "visit_date", "Date"));
    visit.field(text(3, "concern", "Concern", 500))
        .field(text(4, "diagnosis", "Diagnosis", 500))
        .field(text(5, "treatment", "Treatment", 500));
    visit.field(decimal(6, "temperature", "Temperature", 1));
    visit.group("blood_pressure", "Blood pressure", {integer(7, "systolic", "Systolic"), integer(8, "diastolic", "Diastolic")});
    visit.field(integer(9, "pulse", "Pulse")).field(text(10, "notes", "Notes", 5000)).field(reference(11, "staff", "Staff", "user"));
    return Dictionary{{visit}};
}

std::vector<Txn> read_rows(std::istream& in) {
    std::vector<Txn> txns;
    for (std::string line; std::getline(in, line);) {
        auto const row = nlohmann::json::parse(line);
        auto const text = [&](char const* key) { return row.at(key).get<std::string>(); };
        auto const number = [&](char const* key) { return row.at(key).get<std::int64_t>(); };
        Operation insert;
        insert.entity = 2;
        insert.id = *Uuid::parse(text("id"));
        insert.row = {Value{*Uuid::parse(text("patient_id"))},
                      Value{number("visit_date") * 1000},
                      Value{text("concern")},
                      Value{text("diagnosis")},
                      Value{text("treatment")},
                      Value{std::llround(row.at("temp_c").get<double>() * 10)},
                      Value{number("bp_sys")},
                      Value{number("bp_dia")},
                      Value{number("pulse")},
                      Value{text("notes")},
                      Value{*Uuid::parse(text("created_by"))}};
        Txn txn;
        txn.label = {0x1122334455667788, txns.size() + 1};
        txn.time = txn.trusted = number("visit_date") * 1000 + static_cast<std::int64_t>(txns.size() * 7919 % 1000);
        txn.actor = insert.row.back().uuid();
        txn.operations.push_back(std::move(insert));
        txns.push_back(std::move(txn));
    }
    return txns;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void measure(Dictionary const& dictionary, std::span<Txn const> txns, std::size_t rows) {
    Signature signature;
    signature.bytes = Bytes(64, 's');
    double encoding = 0;
    double decoding = 0;
    std::size_t octets = 0;
    std::size_t bundles = 0;
    for (std::size_t from = 0; from + rows <= txns.size(); from += rows, ++bundles) {
        auto const run = txns.subspan(from, rows);
        signature.label = run.back().label;
        auto const start = std::chrono::steady_clock::now();
        auto const bundle = sync::encode(dictionary, run, {&signature, 1}, {1, from});
        encoding += seconds_since(start);
        octets += bundle.size();
        auto const middle = std::chrono::steady_clock::now();
        auto const decoded = sync::decode(dictionary, bundle);
        decoding += seconds_since(middle);
        if (decoded.txns.size() != rows) std::abort();
    }
    auto const total = static_cast<double>(bundles * rows);
    std::printf("%6zu rows a bundle: %6.2f octets a row, encode %7.0f rows/s, decode %7.0f rows/s\n", rows,
                static_cast<double>(octets) / total, total / encoding, total / decoding);
}

}  // namespace

int main() {
    auto const words = dictionary();
    auto const txns = read_rows(std::cin);
    for (std::size_t const rows : {1, 30, 300, 1500, 5000, 20000}) measure(words, txns, rows);
    return 0;
}
