/// Seeded txns of every shape that a bundle can carry, sensible or not: the codec judges form, not meaning.
#pragma once

#include "common/base/random.hpp"
#include "common/journal/txn.hpp"

#include <vector>

namespace himsog::testing {

class RandomTxns {
public:
    explicit RandomTxns(std::uint64_t seed) : random_{seed} {}

    std::vector<journal::Txn> make(std::size_t count);
    std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }
    std::uint64_t next() { return random_.next(); }

private:
    journal::Txn txn();
    journal::Operation operation();
    journal::Value value(std::uint64_t kind);
    journal::Values values(std::uint64_t count);
    journal::Label label();
    Uuid id();

    SeededRandom random_;
    std::vector<Uuid> ids_;
    std::uint64_t seqs_[4] = {};
};

/// Every field of every txn, so that equal bytes mean equal txns.
Bytes row_wise(std::vector<journal::Txn> const& txns);

}  // namespace himsog::testing
