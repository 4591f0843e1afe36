#include "tests/sync/random_txns.hpp"

namespace himsog::testing {

using namespace journal;

Bytes row_wise(std::vector<Txn> const& txns) {
    Bytes out;
    for (auto const& txn : txns) write_txn(out, txn);
    return out;
}

std::vector<Txn> RandomTxns::make(std::size_t count) {
    std::vector<Txn> txns;
    for (std::size_t i = 0; i < count; ++i) txns.push_back(txn());
    return txns;
}

Uuid RandomTxns::id() {
    if (!ids_.empty() && below(3) == 0) return ids_[below(ids_.size())];
    auto const bytes = random_.bytes(16);
    auto const fresh = below(2) == 0 ? Uuid::v7(static_cast<std::int64_t>(1'700'000'000'000 + below(1'000'000)), bytes.substr(0, 10))
                                     : Uuid::from_bytes(bytes);
    ids_.push_back(fresh);
    return fresh;
}

Label RandomTxns::label() { return {below(4) + 1, below(5) == 0 ? next() : below(1000)}; }

Value RandomTxns::value(std::uint64_t kind) {
    switch (kind) {
        case 0: return Value{static_cast<std::int64_t>(below(300)) - 100};
        case 1: return Value{static_cast<std::int64_t>(next())};
        case 2: return Value{random_.bytes(below(40))};
        case 3: return Value{std::string{below(2) == 0 ? "Niña" : ""}};
        case 4: return Value{id()};
        case 5: return Value::blob(random_.bytes(below(40)));
        case 6: return Value{1'735'689'600'000'000 + static_cast<std::int64_t>(below(1'000'000)) * 1000};
        default: return {};
    }
}

Values RandomTxns::values(std::uint64_t count) {
    Values out;
    for (std::uint64_t i = 0; i < count; ++i) out.push_back(value(below(4) == 0 ? below(8) : i % 8));
    return out;
}

Operation RandomTxns::operation() {
    Operation made;
    made.action = static_cast<Action>(1 + below(3));
    made.entity = static_cast<std::uint16_t>(below(5) == 0 ? next() : below(3));
    made.id = id();
    if (made.action == Action::insert || below(20) == 0) made.row = values(below(12));
    auto const writes = made.action == Action::insert ? 0 : below(4);
    for (std::uint64_t i = 0; i < writes; ++i) {
        Write write;
        write.reg = static_cast<std::uint16_t>(below(8) == 0 ? next() : i);
        write.is_stale = below(6) == 0;
        for (auto n = below(3); n > 0; --n) write.parents.push_back(label());
        if (i > 0 && below(2) == 0) write.parents = made.writes.front().parents;
        write.values = values(1 + below(3));
        made.writes.push_back(std::move(write));
    }
    if (made.action == Action::life || below(15) == 0)
        for (auto n = below(4); n > 0; --n) made.saw.push_back({below(2) == 0 ? seen_base : static_cast<std::uint16_t>(n), label()});
    return made;
}

Txn RandomTxns::txn() {
    Txn made;
    auto const writer = below(4);
    made.label = {writer + 1, below(50) == 0 ? next() : ++seqs_[writer]};
    if (made.label.seq == 1) {
        made.origin = WriterOrigin{static_cast<std::uint16_t>(below(100)), random_.bytes(32), label(), {}};
        made.origin->parent_chain = chain_from(random_.bytes(16));
    }
    made.time =
        below(20) == 0 ? static_cast<std::int64_t>(next()) >> 8 : static_cast<std::int64_t>(1'735'689'600'000'000 + below(1'000'000'000));
    made.trusted = below(4) == 0 ? static_cast<std::int64_t>(next()) >> 8 : made.time;
    made.clock = static_cast<ClockQuality>(below(3));
    if (below(4) != 0) made.actor = id();
    if (below(2) == 0) made.request = random_.bytes(below(20));
    if (below(10) == 0) made.reason = "per phone call";
    for (auto n = below(4); n > 0; --n) made.operations.push_back(operation());
    return made;
}

}  // namespace himsog::testing
