/// The work list, derived from heads and past (SYNC.md section 4 `sync_conflict`): the same rows on every node that holds the same versions.
/// Thread rule: the writer thread's.
#pragma once

#include "common/journal/registers.hpp"
#include "common/journal/store.hpp"

namespace himsog::journal {

class Conflicts {
public:
    struct Stamp {
        Chain chain{};
        std::int64_t time = 0;
    };
    using StampOf = std::function<Stamp(Label const&)>;

    Conflicts(db::Connection& connection, RowStore& rows, WriterTable& writers, StampOf stamp_of)
        : connection_{connection}, rows_{rows}, writers_{writers}, stamp_of_{std::move(stamp_of)} {}

    /// Brings the list up to date for what a txn touched; its chain must be known by now. Ids of conflicts that are not resolved on
    /// the registers touched.
    std::vector<Uuid> refresh(std::vector<Touched> const& touched);

private:
    struct Entry {
        Uuid id;
        std::uint16_t reg = 0;
        bool is_life = false;
        std::int64_t status = 0;
        Label kept;
        std::uint16_t kept_reg = 0;
        Label other;
        std::optional<Label> by;
    };

    std::vector<Entry> of_heads(Row const& row, std::uint16_t reg);
    std::vector<Entry> of_life(Row const& row);
    std::vector<Entry> of_join(Row const& row, std::uint16_t reg, Head const& version);
    std::vector<Entry> of_agreement(Row const& row, std::uint16_t reg);  // agreement.cpp
    std::vector<Entry> differing(Row const& row, std::uint16_t reg, std::vector<Head> const& heads);
    Uuid id_of(Row const& row, std::uint16_t reg, Label const& other);
    void put(Row const& row, Entry const& entry);
    bool resolved_earlier(Entry const& entry);

    db::Connection& connection_;
    RowStore& rows_;
    WriterTable& writers_;
    StampOf stamp_of_;
};

}  // namespace himsog::journal
