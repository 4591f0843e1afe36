/// The invariants of SYNC.md section 12 as checks of a node against the oracle, by name. Each throws Violation. One thread.
#pragma once

#include "tests/simulation/node.hpp"

namespace himsog::simulation {

class Check {
public:
    explicit Check(Oracle const& oracle) : oracle_{oracle} {}

    /// Rows that the node touched since the last time: I3 data and log are one, I6 nothing is lost, I7 heads are true causality, I8 an edit
    /// is shown at once (it is the shown head by the oracle), conflicts and rows as the oracle reckons them.
    void touched(Node& node) const;
    /// The same for every row.
    void everything(Node& node) const;
    /// I1 numbers without holes, I2 parents before children, chains and newest signatures from genesis, bodies whole.
    void log(Node& node) const;
    /// I5: all that replicates, in one text that knows no local numbers. Nodes with the same set must have the same.
    static std::string state(Node& node);

private:
    void row(Node& node, RowKey const& key) const;

    Oracle const& oracle_;
};

}  // namespace himsog::simulation
