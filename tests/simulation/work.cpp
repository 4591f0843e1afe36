// What people do at a node: each deed asks the product and tells the oracle what its author chose to do.
#include "tests/simulation/dictionary.hpp"
#include "tests/simulation/world.hpp"

#include "common/journal/store.hpp"

#include <algorithm>

namespace himsog::simulation {

using journal::life_register;
using journal::Writer;

namespace {

void expect(bool holds, char const* words) {
    if (!holds) throw Violation{words};
}

}  // namespace

journal::Value World::some_value(journal::Field const& field) { return value_for(field, chance_, newest(field.target)); }

Values World::some_row(Entity const& entity) {
    auto row = entity.blank();
    for (std::size_t i = 0; i < row.size(); ++i) row[i] = some_value(entity.fields()[i]);
    return row;
}

/// One field or two, mostly of the same few: people must meet on a register of a wide row too.
void World::change_some(Entity const& entity, Values& row) {
    constexpr std::uint64_t few = 4;
    auto const count = 1 + chance_.below(2);
    for (std::uint64_t i = 0; i < count; ++i) {
        auto const at = chance(80) ? (focus_ + chance_.below(few)) % row.size() : chance_.below(row.size());
        row[at] = some_value(entity.fields()[at]);
    }
}

/// Rows that a reference to this entity may name.
std::vector<Uuid> World::newest(std::string const& entity) const {
    constexpr std::size_t few = 4;
    std::vector<Uuid> ids;
    auto const* const target = dictionary_.named(entity);
    if (target == nullptr) return ids;
    for (auto key = known_.rbegin(); key != known_.rend() && ids.size() < few; ++key)
        if (key->entity == target->number()) ids.push_back(key->id);
    return ids;
}

/// A row that the author holds, mostly one of the newest few, so that people meet.
std::optional<RowKey> World::row_of(NumberSet const& held) {
    std::vector<RowKey> rows;
    for (auto const& key : known_)
        if (!dictionary_.numbered(key.entity)->is_append_only() && oracle_.exists(key, held)) rows.push_back(key);
    if (rows.empty()) return std::nullopt;
    auto const few = std::min<std::size_t>(rows.size(), chance(70) ? 4 : rows.size());
    return rows[rows.size() - 1 - chance_.below(few)];
}

Deed World::create(bool with_known_id) {
    Deed deed;
    auto const* entity = entities_[chance_.below(entities_.size())];
    std::optional<Uuid> id;
    if (with_known_id)
        for (auto const& key : known_)
            if (!dictionary_.numbered(key.entity)->is_append_only()) {
                entity = dictionary_.numbered(key.entity);
                id = key.id;  // the newest of them
            }
    if (!id && chance(30)) id = Uuid::v7(true_time_.us / 1000, chance_.bytes(10));  // made by the client
    auto row = some_row(*entity);
    deed.words = "create " + entity->name();
    deed.work = [this, entity, id, row](Writer& writer, Deed& self) {
        auto const new_id = id ? *id : writer.new_id();
        RowKey const key{entity->number(), new_id};
        bool const exists = writer.exists(*entity, new_id);
        expect(exists == oracle_.exists(key, oracle_.txn(self.txn).held), "I3: exists() does not know what the log knows");
        if (exists) return;
        bool const is_known = std::find(known_.begin(), known_.end(), key) != known_.end();
        if (is_known) counters_.add("same id at two nodes");
        else known_.push_back(key);
        counters_.add("creates");
        counters_.add("creates of " + entity->name());
        writer.insert(*entity, new_id, row);
        oracle_.insert(self.txn, *entity, new_id, row);
        say("    " + new_id.text());
    };
    return deed;
}

Deed World::edit() {
    Deed deed;
    deed.words = "edit";
    deed.work = [this](Writer& writer, Deed& self) {
        auto const& held = oracle_.txn(self.txn).held;
        auto const found = row_of(oracle_.txn(self.txn).held);
        if (!found) return;
        auto const key = *found;
        auto const& entity = *dictionary_.numbered(key.entity);
        auto wanted = writer.find(entity, key.id);
        expect(wanted.has_value() != oracle_.is_void(entity, key.id, held), "I7: find() and the oracle disagree about void");
        if (!wanted) return;
        expect(*wanted == oracle_.values(entity, key.id, held), "I7: find() shows other values");
        change_some(entity, *wanted);
        auto const updated = writer.update(entity, key.id, *wanted);
        bool const changed = oracle_.edit(self.txn, entity, key.id, *wanted, nullptr, false);
        expect(updated->changed == changed, "an edit changed what the oracle did not, or the other way round");
        if (!changed) return;
        counters_.add("edits");
        counters_.add("edits of " + entity.name());
        say("    " + entity.name() + " " + key.id.text());
    };
    return deed;
}

Deed World::read() {
    Deed deed;
    deed.words = "read";
    deed.work = [this](Writer& writer, Deed& self) {
        auto const& held = oracle_.txn(self.txn).held;
        auto const found = row_of(oracle_.txn(self.txn).held);
        if (!found) return;
        auto const key = *found;
        auto const& entity = *dictionary_.numbered(key.entity);
        auto const row = writer.find(entity, key.id);
        if (!row) return;
        auto reading = std::make_shared<Reading>();
        reading->entity = &entity;
        reading->id = key.id;
        reading->base = journal::parse_version(writer.version(entity, key.id)).value();
        reading->row = *row;
        for (auto const& reg : entity.registers()) reading->shown[reg.number] = oracle_.txn(oracle_.shown(key, reg.number, held).txn).label;
        readings_.push_back(std::move(reading));
        if (readings_.size() > 8) readings_.erase(readings_.begin());
    };
    return deed;
}

Deed World::stale_edit() {
    if (readings_.empty() || is_forked_) return read();  // after a fork one label may mean two versions
    Deed deed;
    deed.words = "stale edit";
    auto const reading = readings_[chance_.below(readings_.size())];
    bool const whole_row = chance(50);
    deed.work = [this, reading, whole_row](Writer& writer, Deed& self) {
        auto const& entity = *reading->entity;
        RowKey const key{entity.number(), reading->id};
        if (!oracle_.exists(key, oracle_.txn(self.txn).held)) return;
        auto const now = writer.find(entity, key.id);
        if (!now) return;
        auto wanted = whole_row ? reading->row : *now;
        change_some(entity, wanted);
        auto const updated = writer.update(entity, key.id, wanted, &reading->base);
        bool const changed = oracle_.edit(self.txn, entity, key.id, wanted, reading.get(), false);
        expect(updated->changed == changed, "a stale edit changed what the oracle did not, or the other way round");
        if (!changed) return;
        counters_.add("stale edits");
        say("    " + entity.name() + " " + key.id.text());
    };
    return deed;
}

Deed World::edit_from_nowhere() {
    Deed deed;
    deed.words = "edit from a version that nobody has";
    journal::Base base;
    base.base = {chance_.next(), 1};
    deed.work = [this, base](Writer& writer, Deed& self) {
        auto const found = row_of(oracle_.txn(self.txn).held);
        if (!found) return;
        auto const key = *found;
        auto const& entity = *dictionary_.numbered(key.entity);
        auto wanted = writer.find(entity, key.id);
        if (!wanted) return;
        change_some(entity, *wanted);
        auto const updated = writer.update(entity, key.id, *wanted, &base);
        bool const changed = oracle_.edit(self.txn, entity, key.id, *wanted, nullptr, true);
        expect(updated->changed == changed, "an edit from nowhere changed what the oracle did not, or the other way round");
        if (changed) counters_.add("edits from nowhere");
    };
    return deed;
}

Deed World::change_life() {
    Deed deed;
    deed.words = "void or restore";
    bool const again = chance(15);  // a void of what is void, a restore of what is live
    deed.work = [this, again](Writer& writer, Deed& self) {
        auto const& held = oracle_.txn(self.txn).held;
        auto const found = row_of(oracle_.txn(self.txn).held);
        if (!found) return;
        auto const key = *found;
        auto const& entity = *dictionary_.numbered(key.entity);
        bool const restores = oracle_.is_void(entity, key.id, held) != again;
        if (restores) writer.restore(entity, key.id);
        else writer.void_row(entity, key.id);
        oracle_.change_life(self.txn, entity, key.id, restores ? 1 : 0);
        counters_.add(restores ? "restores of rows" : "voids");
        say((restores ? "    restore " : "    void ") + entity.name() + " " + key.id.text());
    };
    return deed;
}

Deed World::settle() {
    Deed deed;
    deed.words = "settle";
    deed.work = [this](Writer& writer, Deed& self) {
        std::vector<journal::Conflict> open;
        for (auto const& one : journal::conflicts(writer.database(), dictionary_, {}, 50, 0))
            if (one.status != journal::ConflictStatus::resolved) open.push_back(one);
        if (open.empty()) return;
        auto const& conflict = open[chance_.below(open.size())];
        auto const choice = chance_.below(3);
        auto const& entity = *dictionary_.numbered(conflict.entity);
        auto value = choice == 0 ? conflict.kept.values : conflict.other.values;
        if (choice == 2 && conflict.reg != life_register)
            for (std::size_t i = 0; i < value.size(); ++i)
                value[i] = some_value(entity.fields()[entity.register_numbered(conflict.reg)->fields[i]]);
        std::vector<Label> parents;
        for (auto const& head : writer.heads(entity, conflict.record, conflict.reg))
            if (head.values == conflict.kept.values || head.values == conflict.other.values) parents.push_back(head.label);
        writer.set_reason("settled");
        writer.settle(entity, conflict.record, conflict.reg, value, parents);
        oracle_.settle(self.txn, entity, conflict.record, conflict.reg, value, conflict.kept.values, conflict.other.values);
        counters_.add("settles");
        say("    " + entity.name() + " " + conflict.record.text() + " register " + std::to_string(conflict.reg));
    };
    return deed;
}

Deed World::some_deed() {
    auto const draw = chance_.below(100);
    if (draw < 12 || known_.size() < 3) return create(false);
    if (draw < 17) return create(true);
    if (draw < 52) return edit();
    if (draw < 62) return read();
    if (draw < 76) return stale_edit();
    if (draw < 80) return edit_from_nowhere();
    if (draw < 89) return change_life();
    return settle();
}

void World::work(Node& node) {
    std::vector<Deed> deeds;
    auto const count = chance(70) ? 1 : 2 + chance_.below(3);
    for (std::uint64_t i = 0; i < count; ++i) {
        deeds.push_back(some_deed());
        deeds.back().is_refused = chance(4);
    }
    auto const draw = chance_.below(100);
    auto const fate = draw < 91 ? Fate::saved : draw < 94 ? Fate::job_breaks : draw < 96 ? Fate::commit_fails : Fate::crash_before_answers;
    if (fate == Fate::commit_fails) deeds.back().is_refused = false;  // else its savepoint would take the trap back
    for (auto const& deed : deeds) say("  " + deed.words + (deed.is_refused ? ", refused" : ""));
    if (fate != Fate::saved) {
        say(fate == Fate::job_breaks ? "  a job breaks" : fate == Fate::commit_fails ? "  the commit fails" : "  crash before the answers");
        counters_.add(fate == Fate::crash_before_answers ? "crashes before the answers" : "groups lost");
        ++faults_;
    }
    if (count > 1) counters_.add("groups of several jobs");
    for (auto const& deed : deeds)
        if (deed.is_refused) counters_.add("refused jobs");
    if (!node.run(deeds, fate)) {
        for (auto& site : sites_)
            if (site.node.get() == &node) crash(site);
    } else if (fate != Fate::saved && chance(50)) {
        for (auto& site : sites_)
            if (site.node.get() == &node) crash(site);
    }
}

}  // namespace himsog::simulation
