#include "common/journal/registers.hpp"

#include "common/journal/mutants.hpp"

#include <algorithm>
#include <tuple>

namespace himsog::journal {
namespace {

Row new_row(TxnFacts const& facts, Entity const& entity, Operation const& operation) {
    Row row;
    row.entity = &entity;
    row.id = operation.id;
    row.base = facts.label;
    row.base_rank = facts.trusted;
    row.created_at = row.updated_at = facts.time;
    row.created_by = facts.actor;
    for (auto const& one : entity.registers()) {
        auto& head = row.heads[one.number].emplace_back();
        head.label = facts.label;
        head.rank = facts.trusted;
        head.values = entity.part(operation.row, one);
    }
    auto& life = row.heads[life_register].emplace_back();
    life.label = facts.label;
    life.rank = facts.trusted;
    life.values = {Value{1}};
    return row;
}

Touched touched_by(Row const& before, Row const& after, Operation const& operation) {
    Touched touched;
    touched.entity = after.entity;
    touched.id = after.id;
    bool const life = operation.action == Action::life || before.heads.at(life_register).size() > 1 ||
                      before.heads.at(life_register).front().values.at(0) == Value{0};
    if (life) touched.contested.insert(life_register);
    for (auto const& [reg, versions] : after.heads)
        if (versions.size() > 1 || before.heads.at(reg).size() > 1) touched.contested.insert(reg);
    return touched;
}

}  // namespace

bool Registers::apply(TxnFacts const& facts, Entity const& entity, Operation const& operation, std::vector<Touched>& touched) {
    auto const before =
        operation.action != Action::insert || rows_.exists(entity, operation.id) ? rows_.load(entity, operation.id) : std::nullopt;
    if (!before) {
        if (operation.action != Action::insert) return false;
        rows_.insert(new_row(facts, entity, operation));
        return true;
    }

    auto row = *before;
    std::vector<std::pair<std::uint16_t, Head>> joins;
    if (operation.action == Action::insert) join_insert(row, facts, operation.row);
    for (auto const& write : operation.writes) {
        auto const rank = rank_for(row, facts, write);
        if (!rank) return false;
        Head version;
        version.label = facts.label;
        version.rank = *rank;
        version.parents = write.parents;
        version.values = write.values;
        version.saw = operation.saw;
        if (version.parents.size() > 1 || write.reg == life_register) joins.emplace_back(write.reg, version);
        add(row, write.reg, std::move(version));
    }
    finish(row, facts);
    rows_.store(*before, row);

    auto what = touched_by(*before, row, operation);
    what.joins = std::move(joins);
    if (!what.contested.empty() || !what.joins.empty()) touched.push_back(std::move(what));
    return true;
}

/// heads = (heads − parents) ∪ {version}. Applying a version twice changes nothing; what is replaced becomes history at once.
bool Registers::add(Row& row, std::uint16_t reg, Head version) {
    if (knows(row, reg, version.label) && !broken(Mutant::known_version_made_a_head_again)) return false;

    auto& heads = row.heads[reg];
    for (auto const& parent : version.parents) {
        auto const replaced = std::find_if(heads.begin(), heads.end(), [&](Head const& head) { return head.label == parent; });
        if (replaced == heads.end()) continue;  // another version replaced it already
        rows_.keep_past(row, reg, *replaced);
        heads.erase(replaced);
    }
    heads.insert(std::upper_bound(heads.begin(), heads.end(), version, shown_before), std::move(version));
    return true;
}

bool Registers::knows(Row const& row, std::uint16_t reg, Label const& label) {
    auto const& heads = row.heads.at(reg);
    return std::any_of(heads.begin(), heads.end(), [&](Head const& head) { return head.label == label; }) || rows_.past(row, reg, label);
}

std::optional<std::int64_t> Registers::rank_of(Row const& row, std::uint16_t reg, Label const& label) {
    for (auto const& head : row.heads.at(reg))
        if (head.label == label) return head.rank;
    auto const replaced = rows_.past(row, reg, label);
    return replaced ? std::optional{replaced->rank} : std::nullopt;
}

/// max(trusted time, ranks of the parents + 1); of a stale edit the second part alone (SYNC.md sections 2 and 3).
std::optional<std::int64_t> Registers::rank_for(Row const& row, TxnFacts const& facts, Write const& write) {
    if (!row.heads.contains(write.reg)) return std::nullopt;
    std::int64_t rank = write.is_stale ? 0 : facts.trusted;
    for (auto const& parent : write.parents) {
        auto const below = rank_of(row, write.reg, parent);
        if (!below && !broken(Mutant::parent_not_held_accepted)) return std::nullopt;
        if (below && !broken(Mutant::rank_without_parents)) rank = std::max(rank, *below + 1);
    }
    return rank;
}

/// The same row was made at two places: every register has one more root, and the lower one is the base.
void Registers::join_insert(Row& row, TxnFacts const& facts, Values const& values) {
    bool fresh = false;
    for (auto const& one : row.entity->registers()) {
        Head version;
        version.label = facts.label;
        version.rank = facts.trusted;
        version.values = row.entity->part(values, one);
        fresh = add(row, one.number, std::move(version)) || fresh;
    }
    Head life;
    life.label = facts.label;
    life.rank = facts.trusted;
    life.values = {Value{1}};
    fresh = add(row, life_register, std::move(life)) || fresh;
    if (!fresh || std::tuple{facts.trusted, facts.label} > std::tuple{row.base_rank, row.base}) return;
    row.base = facts.label;
    row.base_rank = facts.trusted;
    row.created_at = facts.time;
    row.created_by = facts.actor;
}

/// What follows from the heads: is the row shown, and when did it last change.
void Registers::finish(Row& row, TxnFacts const& facts) const {
    auto const& life = row.shown(life_register);
    bool const dead = life.values.at(0) == Value{0};
    row.is_void = dead && std::none_of(row.heads.at(life_register).begin(), row.heads.at(life_register).end(),
                                       [&](Head const& head) { return head.values.at(0) == Value{0} && row.unseen_by(head).has_value(); });

    auto const* newest = &life;
    for (auto const& [reg, versions] : row.heads)
        if (shown_before(versions.front(), *newest)) newest = &versions.front();
    row.updated_at = newest->label == facts.label ? facts.time : newest->label == row.base ? row.created_at : time_of_(newest->label);
}

}  // namespace himsog::journal
