#include "tests/simulation/oracle.hpp"

#include <algorithm>
#include <stdexcept>
#include <tuple>

namespace himsog::simulation {

using journal::Kind;
using journal::life_register;

void NumberSet::insert(std::uint32_t number) {
    if (number / 64 >= words_.size()) words_.resize(number / 64 + 1);
    words_[number / 64] |= std::uint64_t{1} << (number % 64);
}

void NumberSet::insert(NumberSet const& others) {
    if (others.words_.size() > words_.size()) words_.resize(others.words_.size());
    for (std::size_t i = 0; i < others.words_.size(); ++i) words_[i] |= others.words_[i];
}

bool NumberSet::includes(NumberSet const& others) const {
    for (std::size_t i = 0; i < others.words_.size(); ++i)
        if ((others.words_[i] & ~(i < words_.size() ? words_[i] : 0)) != 0) return false;
    return true;
}

std::vector<std::uint32_t> NumberSet::numbers() const {
    std::vector<std::uint32_t> found;
    for (std::uint32_t number = 0; number < words_.size() * 64; ++number)
        if (contains(number)) found.push_back(number);
    return found;
}

TxnNo Oracle::begin() {
    txns_.emplace_back();
    return count() - 1;
}

void Oracle::author_holds(TxnNo txn, NumberSet const& held, Instant trusted) {
    txns_.at(txn).held = held;
    txns_.at(txn).trusted = trusted.us;
}

bool Oracle::logged(TxnNo number, Label const& label, journal::Chain const& chain, std::int64_t time) {
    auto& txn = txns_.at(number);
    if (txn.is_logged) return txn.label == label && txn.chain == chain && txn.time == time;
    txn.is_logged = true;
    txn.label = label;
    txn.chain = chain;
    txn.time = time;
    return true;
}

void Oracle::write(TxnNo txn, RowKey const& row, std::uint16_t reg, Values values, std::vector<std::uint32_t> chosen, bool is_stale) {
    auto& all = rows_[row][reg];
    Version version;
    version.txn = txn;
    version.rank = is_stale ? 0 : txns_[txn].trusted;
    version.values = std::move(values);
    for (auto const place : chosen) {
        version.rank = std::max(version.rank, all[place].rank + 1);
        version.killed.insert(place);
        version.killed.insert(all[place].killed);
    }
    version.chosen = std::move(chosen);
    all.push_back(std::move(version));
    auto& touched = txns_[txn].rows;
    if (std::find(touched.begin(), touched.end(), row) == touched.end()) touched.push_back(row);
}

void Oracle::insert(TxnNo txn, Entity const& entity, Uuid const& id, Values const& row) {
    RowKey const key{entity.number(), id};
    for (auto const& reg : entity.registers()) write(txn, key, reg.number, entity.part(row, reg), {}, false);
    write(txn, key, life_register, {journal::Value{1}}, {}, false);
    inserts_[key].push_back(txn);
}

bool Oracle::edit(TxnNo txn, Entity const& entity, Uuid const& id, Values const& wanted, Reading const* base, bool from_nowhere) {
    bool changed = false;
    for (auto const& reg : entity.registers()) {
        auto const read = base == nullptr ? std::optional<Label>{} : base->shown.at(reg.number);
        changed =
            edit_register(txn, {entity.number(), id}, reg, entity.part(wanted, reg), read, base != nullptr || from_nowhere) || changed;
    }
    return changed;
}

bool Oracle::edit_register(TxnNo txn, RowKey const& row, journal::Register const& reg, Values wanted, std::optional<Label> const& read,
                           bool from_base) {
    auto const held = txns_[txn].held;
    auto const& all = versions(row, reg.number);
    auto const standing = heads(row, reg.number, held);
    auto const& now_shown = all[standing.front()];
    if (now_shown.values == wanted) return false;

    auto const from = read ? find(row, reg.number, *read, held) : std::nullopt;
    if (from_base && from != standing.front()) {
        if (from && all[*from].values == wanted) return false;  // sent back as it was read
        bool const is_replaced = from && std::find(standing.begin(), standing.end(), *from) == standing.end();
        if (!is_replaced || all[*from].values != now_shown.values) {
            write(txn, row, reg.number, std::move(wanted), from ? std::vector{*from} : std::vector<std::uint32_t>{}, true);
            return true;
        }
    }
    bool const all_heads = reg.kind == Kind::administrative || reg.is_secret;
    std::vector<std::uint32_t> chosen;
    for (auto const place : standing)
        if (all_heads || all[place].values == now_shown.values) chosen.push_back(place);
    write(txn, row, reg.number, std::move(wanted), std::move(chosen), false);
    return true;
}

void Oracle::change_life(TxnNo txn, Entity const& entity, Uuid const& id, int value) {
    RowKey const row{entity.number(), id};
    write(txn, row, life_register, {journal::Value{value}}, heads(row, life_register, txns_[txn].held), false);
}

void Oracle::settle(TxnNo txn, Entity const& entity, Uuid const& id, std::uint16_t reg, Values const& value, Values const& kept,
                    Values const& other) {
    if (reg == life_register) return change_life(txn, entity, id, static_cast<int>(value.at(0).integer()));
    RowKey const row{entity.number(), id};
    std::vector<std::uint32_t> chosen;
    for (auto const place : heads(row, reg, txns_[txn].held)) {
        auto const& head = versions(row, reg)[place];
        if (head.values == kept || head.values == other) chosen.push_back(place);
    }
    write(txn, row, reg, value, std::move(chosen), false);
}

bool Oracle::exists(RowKey const& row, NumberSet const& held) const {
    auto const found = inserts_.find(row);
    return found != inserts_.end() &&
           std::any_of(found->second.begin(), found->second.end(), [&](TxnNo txn) { return held.contains(txn); });
}

std::vector<Version> const& Oracle::versions(RowKey const& row, std::uint16_t reg) const { return rows_.at(row).at(reg); }

bool Oracle::before(Version const& a, Version const& b) const { return std::tuple{a.rank, label_of(a)} > std::tuple{b.rank, label_of(b)}; }

std::vector<std::uint32_t> Oracle::heads(RowKey const& row, std::uint16_t reg, NumberSet const& held) const {
    auto const& all = versions(row, reg);
    NumberSet dead;
    for (auto const& version : all)
        if (held.contains(version.txn)) dead.insert(version.killed);
    std::vector<std::uint32_t> found;
    for (std::uint32_t place = 0; place < all.size(); ++place)
        if (held.contains(all[place].txn) && !dead.contains(place)) found.push_back(place);
    std::sort(found.begin(), found.end(), [&](std::uint32_t a, std::uint32_t b) { return before(all[a], all[b]); });
    return found;
}

std::optional<std::uint32_t> Oracle::find(RowKey const& row, std::uint16_t reg, Label const& label, NumberSet const& held) const {
    auto const& all = versions(row, reg);
    for (std::uint32_t place = 0; place < all.size(); ++place)
        if (held.contains(all[place].txn) && label_of(all[place]) == label) return place;
    return std::nullopt;
}

Values Oracle::values(Entity const& entity, Uuid const& id, NumberSet const& held) const {
    auto row = entity.blank();
    for (auto const& reg : entity.registers()) {
        auto const& part = shown({entity.number(), id}, reg.number, held).values;
        for (std::size_t i = 0; i < reg.fields.size(); ++i) row[reg.fields[i]] = part[i];
    }
    return row;
}

TxnNo Oracle::base(RowKey const& row, NumberSet const& held) const {
    std::optional<TxnNo> lowest;
    for (auto const txn : inserts_.at(row)) {
        if (!held.contains(txn)) continue;
        if (!lowest || std::tuple{txns_[txn].trusted, txns_[txn].label} < std::tuple{txns_[*lowest].trusted, txns_[*lowest].label})
            lowest = txn;
    }
    return lowest.value();
}

std::int64_t Oracle::updated_at(Entity const& entity, Uuid const& id, NumberSet const& held) const {
    RowKey const row{entity.number(), id};
    auto const* newest = &shown(row, life_register, held);
    for (auto const& reg : entity.registers())
        if (auto const& one = shown(row, reg.number, held); before(one, *newest)) newest = &one;
    return txns_[newest->txn].time;
}

std::vector<RowKey> Oracle::rows() const {
    std::vector<RowKey> found;
    for (auto const& [row, registers] : rows_) found.push_back(row);
    return found;
}

}  // namespace himsog::simulation
