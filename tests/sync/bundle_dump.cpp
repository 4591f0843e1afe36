// Writes seeded bundles and what the decoder makes of them, for the second decoder (bundle_decoder.py): bundle_dump FOLDER COUNT
#include "sync/bundle/bundle.hpp"
#include "tests/sync/random_txns.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <string>

using namespace himsog;
using namespace himsog::journal;
using nlohmann::json;

namespace {

json as_json(Label const& label) { return {std::to_string(label.writer), std::to_string(label.seq)}; }

json as_json(Values const& values) {
    auto list = json::array();
    for (auto const& value : values) {
        Bytes tagged;
        value.write(tagged);
        list.push_back(to_hex(tagged));
    }
    return list;
}

json as_json(Operation const& operation) {
    auto writes = json::array();
    for (auto const& write : operation.writes) {
        auto parents = json::array();
        for (auto const& parent : write.parents) parents.push_back(as_json(parent));
        writes.push_back({{"reg", write.reg}, {"parents", parents}, {"stale", write.is_stale}, {"values", as_json(write.values)}});
    }
    auto saw = json::array();
    for (auto const& seen : operation.saw) saw.push_back({{"reg", seen.reg}, {"label", as_json(seen.label)}});
    return {{"action", static_cast<int>(operation.action)},
            {"entity", operation.entity},
            {"id", to_hex(operation.id.bytes())},
            {"row", as_json(operation.row)},
            {"writes", writes},
            {"saw", saw}};
}

json as_json(Txn const& txn) {
    json origin;
    if (txn.origin)
        origin = {{"site", txn.origin->site},
                  {"key", to_hex(txn.origin->signing_key)},
                  {"parent", as_json(txn.origin->parent)},
                  {"chain", to_hex(bytes_of(txn.origin->parent_chain))}};
    auto operations = json::array();
    for (auto const& operation : txn.operations) operations.push_back(as_json(operation));
    return {{"label", as_json(txn.label)},
            {"origin", origin},
            {"time", std::to_string(txn.time)},
            {"trusted", std::to_string(txn.trusted)},
            {"clock", static_cast<int>(txn.clock)},
            {"actor", to_hex(txn.actor.bytes())},
            {"request", to_hex(txn.request)},
            {"reason", to_hex(txn.reason)},
            {"operations", operations}};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    std::string const folder{argv[1]};
    Dictionary const dictionary{{}};
    for (int seed = 1; seed <= std::stoi(argv[2]); ++seed) {
        testing::RandomTxns random{static_cast<std::uint64_t>(seed)};
        auto const txns = random.make(random.below(80));
        auto const bundle = sync::encode(dictionary, txns, {}, {3, 99});
        auto list = json::array();
        for (auto const& txn : sync::decode(dictionary, bundle).txns) list.push_back(as_json(txn));
        std::ofstream{folder + "/" + std::to_string(seed) + ".bundle", std::ios::binary} << bundle;
        std::ofstream{folder + "/" + std::to_string(seed) + ".json"} << list.dump();
    }
    return 0;
}
