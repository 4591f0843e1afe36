/// The heart of replication: the only code that changes a register, for local writes and received ones alike.
/// Thread rule: the writer thread's.
#pragma once

#include "common/journal/row.hpp"

#include <functional>
#include <set>
#include <utility>

namespace himsog::journal {

/// What an operation inherits from its txn.
struct TxnFacts {
    Label label;
    std::int64_t time = 0;
    std::int64_t trusted = 0;
    Uuid actor;
};

/// What a txn did to one row, for the conflicts that follow from it.
struct Touched {
    Entity const* entity = nullptr;
    Uuid id;
    std::set<std::uint16_t> contested;  // registers with several heads before or after, and life when it changed
    /// New versions that replaced several: (register, version).
    std::vector<std::pair<std::uint16_t, Head>> joins;
};

class Registers {
public:
    /// Microseconds at which a txn that is held was written.
    using TimeOf = std::function<std::int64_t(Label const&)>;

    Registers(RowStore& rows, TimeOf time_of) : rows_{rows}, time_of_{std::move(time_of)} {}

    /// Does the operation to its row. False when it names a parent, or a row, that is not held here; nothing has changed then.
    bool apply(TxnFacts const& facts, Entity const& entity, Operation const& operation, std::vector<Touched>& touched);

private:
    bool add(Row& row, std::uint16_t reg, Head version);
    bool knows(Row const& row, std::uint16_t reg, Label const& label);
    std::optional<std::int64_t> rank_of(Row const& row, std::uint16_t reg, Label const& label);
    std::optional<std::int64_t> rank_for(Row const& row, TxnFacts const& facts, Write const& write);
    void join_insert(Row& row, TxnFacts const& facts, Values const& values);
    void finish(Row& row, TxnFacts const& facts) const;

    RowStore& rows_;
    TimeOf time_of_;
};

}  // namespace himsog::journal
