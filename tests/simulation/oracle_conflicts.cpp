// The work list as it must be, from nothing but who held what (SYNC.md section 4, `sync_conflict`).
#include "common/crypto/hash.hpp"
#include "tests/simulation/oracle.hpp"

#include <algorithm>

namespace himsog::simulation {

using journal::ConflictKind;
using journal::ConflictStatus;
using journal::life_register;

namespace {

bool says_void(Version const& life) { return life.values.at(0) == journal::Value{0}; }

}  // namespace

Uuid Oracle::conflict_id(RowKey const& row, std::uint16_t reg, Version const& other) const {
    Bytes name;
    put_varint(name, row.entity);
    name += row.id.bytes();
    put_varint(name, reg);
    name += journal::bytes_of(txns_[other.txn].chain);
    return Uuid::from_bytes(std::string_view{crypto::sha256(name)}.substr(0, 16));
}

/// A void saw exactly what its author held.
std::optional<std::uint16_t> Oracle::unseen(Entity const& entity, RowKey const& row, Version const& life, NumberSet const& held) const {
    auto const& saw = txns_[life.txn].held;
    std::vector<std::uint16_t> numbers;
    for (auto const& reg : entity.registers()) numbers.push_back(reg.number);
    std::sort(numbers.begin(), numbers.end());
    for (auto const reg : numbers)
        for (auto const place : heads(row, reg, held))
            if (auto const txn = versions(row, reg)[place].txn; !saw.contains(txn) && txn != life.txn) return reg;
    return std::nullopt;
}

/// A later life change knew a head that this one did not.
bool Oracle::missed(Entity const& entity, RowKey const& row, Version const& life, Version const& later) const {
    return unseen(entity, row, life, txns_[later.txn].held).has_value();
}

bool Oracle::is_void(Entity const& entity, Uuid const& id, NumberSet const& held) const {
    RowKey const row{entity.number(), id};
    if (!says_void(shown(row, life_register, held))) return false;
    for (auto const place : heads(row, life_register, held)) {
        auto const& life = versions(row, life_register)[place];
        if (says_void(life) && unseen(entity, row, life, held)) return false;  // an edit that a void did not see: shown until settled
    }
    return true;
}

std::vector<ExpectedConflict> Oracle::differing(RowKey const& row, std::uint16_t reg, std::vector<std::uint32_t> sorted,
                                                ConflictStatus status) const {
    auto const& all = versions(row, reg);
    std::vector<ExpectedConflict> found;
    std::vector<Values> known{all[sorted.front()].values};
    for (auto const place : sorted) {
        auto const& head = all[place];
        if (std::find(known.begin(), known.end(), head.values) != known.end()) continue;
        known.push_back(head.values);
        auto const kind = reg == life_register ? ConflictKind::life : ConflictKind::reg;
        found.push_back({conflict_id(row, reg, head), reg, kind, status, label_of(all[sorted.front()]), label_of(head), std::nullopt});
    }
    return found;
}

void Oracle::add_waiting(Entity const& entity, RowKey const& row, NumberSet const& held, std::vector<ExpectedConflict>& found) const {
    for (auto const& reg : entity.registers()) {
        if (reg.is_secret) continue;
        auto const status = reg.kind == journal::Kind::clinical ? ConflictStatus::open : ConflictStatus::automatic;
        auto const some = differing(row, reg.number, heads(row, reg.number, held), status);
        found.insert(found.end(), some.begin(), some.end());
    }
    auto const lives = heads(row, life_register, held);
    auto some = differing(row, life_register, lives, ConflictStatus::automatic);
    for (auto const place : lives) {
        auto const& life = versions(row, life_register)[place];
        if (!says_void(life)) continue;
        auto const reg = unseen(entity, row, life, held);
        if (!reg) continue;
        auto const id = conflict_id(row, life_register, life);
        std::erase_if(some, [&](ExpectedConflict const& one) { return one.id == id; });
        some.push_back(
            {id, life_register, ConflictKind::life, ConflictStatus::open, label_of(shown(row, *reg, held)), label_of(life), std::nullopt});
    }
    found.insert(found.end(), some.begin(), some.end());
}

/// What each version settled by choosing heads of different values, or a life change by seeing what a void had missed.
void Oracle::add_settled(Entity const& entity, RowKey const& row, std::uint16_t reg, NumberSet const& held,
                         std::vector<ExpectedConflict>& found) const {
    auto const& all = versions(row, reg);
    for (auto const& version : all) {
        if (!held.contains(version.txn) || version.chosen.empty()) continue;
        auto sorted = version.chosen;
        std::sort(sorted.begin(), sorted.end(), [&](std::uint32_t a, std::uint32_t b) { return before(all[a], all[b]); });
        auto some = differing(row, reg, sorted, ConflictStatus::resolved);
        for (auto const place : sorted) {
            if (reg != life_register || !says_void(all[place]) || !missed(entity, row, all[place], version)) continue;
            auto const id = conflict_id(row, reg, all[place]);
            std::erase_if(some, [&](ExpectedConflict const& one) { return one.id == id; });
            some.push_back(
                {id, reg, ConflictKind::life, ConflictStatus::resolved, label_of(all[sorted.front()]), label_of(all[place]), std::nullopt});
        }
        for (auto& one : some) {
            one.by = label_of(version);
            add_resolved(row, reg, held, one, found);
        }
    }
}

/// Settled at two places: the lower chain stands. What is open again under that name is open.
void Oracle::add_resolved(RowKey const& row, std::uint16_t reg, NumberSet const& held, ExpectedConflict const& one,
                          std::vector<ExpectedConflict>& found) const {
    // After a fork two contents have one label; a node holds one of them.
    auto const chain_of = [&](Label const& label) {
        auto const& all = versions(row, reg);
        auto const by = std::find_if(all.begin(), all.end(),
                                     [&](Version const& version) { return label_of(version) == label && held.contains(version.txn); });
        return txns_[by->txn].chain;
    };
    auto const same = std::find_if(found.begin(), found.end(), [&](ExpectedConflict const& other) { return other.id == one.id; });
    if (same == found.end()) found.push_back(one);
    else if (same->by && std::pair{chain_of(*one.by), chain_of(one.kept)} < std::pair{chain_of(*same->by), chain_of(same->kept)})
        *same = one;
}

/// An author gave up a value for one that somebody else, who knew of neither, had written against it.
void Oracle::add_agreed(RowKey const& row, std::uint16_t reg, NumberSet const& held, std::vector<ExpectedConflict>& found) const {
    auto const& all = versions(row, reg);
    auto const is_apart = [&](std::uint32_t a, std::uint32_t b) { return !all[a].killed.contains(b) && !all[b].killed.contains(a); };
    for (std::uint32_t edit = 0; edit < all.size(); ++edit) {
        if (!held.contains(all[edit].txn)) continue;
        for (std::uint32_t other = 0; other < all.size(); ++other) {
            if (other == edit || !held.contains(all[other].txn) || all[other].values != all[edit].values || !is_apart(edit, other))
                continue;
            std::map<Values, std::uint32_t> given_up;
            for (auto const place : all[edit].chosen) {
                if (all[place].values == all[other].values || !is_apart(place, other)) continue;
                auto const [known, fresh] = given_up.emplace(all[place].values, place);
                if (!fresh && before(all[place], all[known->second])) known->second = place;
            }
            for (auto const& [values, place] : given_up) {
                bool const higher = before(all[place], all[other]);
                auto const& kept = all[higher ? place : other];
                auto const& lower = all[higher ? other : place];
                add_resolved(row, reg, held,
                             {conflict_id(row, reg, lower), reg, ConflictKind::reg, ConflictStatus::resolved, label_of(kept),
                              label_of(lower), label_of(all[edit])},
                             found);
            }
        }
    }
}

std::vector<ExpectedConflict> Oracle::conflicts(Entity const& entity, Uuid const& id, NumberSet const& held) const {
    RowKey const row{entity.number(), id};
    std::vector<ExpectedConflict> found;
    add_waiting(entity, row, held, found);
    for (auto const& reg : entity.registers())
        if (!reg.is_secret) {
            add_settled(entity, row, reg.number, held, found);
            add_agreed(row, reg.number, held, found);
        }
    add_settled(entity, row, life_register, held, found);
    std::sort(found.begin(), found.end());
    return found;
}

}  // namespace himsog::simulation
