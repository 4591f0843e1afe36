/// What is true, told by who held what when: the judge of the simulation (SYNC.md section 12). Knows nothing of parents, ranks on disk or
/// sessions. For every txn it keeps the full set of txns that its author held; a write kills the heads, by the oracle's own reckoning, that
/// the author chose to replace, and all that those had killed. One thread.
#pragma once

#include "common/journal/journal.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace himsog::simulation {

using journal::Entity;
using journal::Label;
using journal::Values;

using TxnNo = std::uint32_t;

/// A set of small numbers.
class NumberSet {
public:
    bool contains(std::uint32_t number) const { return number / 64 < words_.size() && (words_[number / 64] >> (number % 64) & 1) != 0; }
    void insert(std::uint32_t number);
    void insert(NumberSet const& others);
    bool includes(NumberSet const& others) const;
    std::vector<std::uint32_t> numbers() const;
    bool operator==(NumberSet const& other) const { return includes(other) && other.includes(*this); }

private:
    std::vector<std::uint64_t> words_;
};

struct RowKey {
    std::uint16_t entity = 0;
    Uuid id;
    auto operator<=>(RowKey const&) const = default;
};

struct Version {
    TxnNo txn = 0;
    std::int64_t rank = 0;
    Values values;
    std::vector<std::uint32_t> chosen;  // what the author chose to replace: places in the same register
    NumberSet killed;                   // those, and all that they had killed
};

struct KnownTxn {
    NumberSet held;  // by its author, at that moment
    std::vector<RowKey> rows;
    std::int64_t trusted = 0;
    // From the log of whoever holds it:
    bool is_logged = false;
    Label label;
    journal::Chain chain{};
    std::int64_t time = 0;
};

/// What a person read and edits later, perhaps elsewhere.
struct Reading {
    Entity const* entity = nullptr;
    Uuid id;
    journal::Base base;
    Values row;
    std::map<std::uint16_t, Label> shown;
};

/// One entry of the work list, as every node that holds the same txns must have it.
struct ExpectedConflict {
    Uuid id;
    std::uint16_t reg = 0;
    journal::ConflictKind kind = journal::ConflictKind::reg;
    journal::ConflictStatus status = journal::ConflictStatus::open;
    Label kept;
    Label other;
    std::optional<Label> by;
    auto operator<=>(ExpectedConflict const&) const = default;
};

class Oracle {
public:
    explicit Oracle(journal::Dictionary const& dictionary) : dictionary_{dictionary} {}

    /// A number for a txn that may come to be.
    TxnNo begin();
    void author_holds(TxnNo txn, NumberSet const& held, Instant trusted);
    /// What a node's log says of a txn; the first to say it is believed, the others must say the same.
    bool logged(TxnNo txn, Label const& label, journal::Chain const& chain, std::int64_t time);

    void insert(TxnNo txn, Entity const& entity, Uuid const& id, Values const& row);
    /// True when something was written. `wanted` is the whole row as the person wants it; with `base` it was made from that reading,
    /// with `from_nowhere` from a version that nobody has.
    bool edit(TxnNo txn, Entity const& entity, Uuid const& id, Values const& wanted, Reading const* base, bool from_nowhere);
    void change_life(TxnNo txn, Entity const& entity, Uuid const& id, int value);
    /// Replaces the heads that hold one of the two values.
    void settle(TxnNo txn, Entity const& entity, Uuid const& id, std::uint16_t reg, Values const& value, Values const& kept,
                Values const& other);

    bool exists(RowKey const& row, NumberSet const& held) const;
    /// Heads of a register for somebody who holds these txns, the shown one first: places in versions().
    std::vector<std::uint32_t> heads(RowKey const& row, std::uint16_t reg, NumberSet const& held) const;
    std::vector<Version> const& versions(RowKey const& row, std::uint16_t reg) const;
    Version const& shown(RowKey const& row, std::uint16_t reg, NumberSet const& held) const {
        return versions(row, reg)[heads(row, reg, held).front()];
    }
    Values values(Entity const& entity, Uuid const& id, NumberSet const& held) const;
    bool is_void(Entity const& entity, Uuid const& id, NumberSet const& held) const;
    /// The insert that counts as the row's first version.
    TxnNo base(RowKey const& row, NumberSet const& held) const;
    std::int64_t updated_at(Entity const& entity, Uuid const& id, NumberSet const& held) const;
    std::vector<ExpectedConflict> conflicts(Entity const& entity, Uuid const& id, NumberSet const& held) const;

    KnownTxn const& txn(TxnNo number) const { return txns_.at(number); }
    TxnNo count() const { return static_cast<TxnNo>(txns_.size()); }
    std::vector<RowKey> rows() const;
    journal::Dictionary const& dictionary() const { return dictionary_; }

private:
    using Registers = std::map<std::uint16_t, std::vector<Version>>;

    void write(TxnNo txn, RowKey const& row, std::uint16_t reg, Values values, std::vector<std::uint32_t> chosen, bool is_stale);
    bool edit_register(TxnNo txn, RowKey const& row, journal::Register const& reg, Values wanted, std::optional<Label> const& read,
                       bool from_base);
    std::optional<std::uint32_t> find(RowKey const& row, std::uint16_t reg, Label const& label, NumberSet const& held) const;
    /// The first register with a head that this void did not see.
    std::optional<std::uint16_t> unseen(Entity const& entity, RowKey const& row, Version const& life, NumberSet const& held) const;
    bool missed(Entity const& entity, RowKey const& row, Version const& life, Version const& later) const;
    std::vector<ExpectedConflict> differing(RowKey const& row, std::uint16_t reg, std::vector<std::uint32_t> sorted,
                                            journal::ConflictStatus status) const;
    void add_waiting(Entity const& entity, RowKey const& row, NumberSet const& held, std::vector<ExpectedConflict>& found) const;
    void add_settled(Entity const& entity, RowKey const& row, std::uint16_t reg, NumberSet const& held,
                     std::vector<ExpectedConflict>& found) const;
    void add_agreed(RowKey const& row, std::uint16_t reg, NumberSet const& held, std::vector<ExpectedConflict>& found) const;
    void add_resolved(RowKey const& row, std::uint16_t reg, NumberSet const& held, ExpectedConflict const& one,
                      std::vector<ExpectedConflict>& found) const;
    bool before(Version const& a, Version const& b) const;
    Label const& label_of(Version const& version) const { return txns_[version.txn].label; }
    Uuid conflict_id(RowKey const& row, std::uint16_t reg, Version const& other) const;

    journal::Dictionary const& dictionary_;
    std::vector<KnownTxn> txns_;
    std::map<RowKey, Registers> rows_;
    std::map<RowKey, std::vector<TxnNo>> inserts_;
};

}  // namespace himsog::simulation
