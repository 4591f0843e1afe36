#include "common/journal/mutants.hpp"
#include "common/journal/state.hpp"

#include <algorithm>
#include <stdexcept>

namespace himsog::journal {

JobWriter::JobWriter(Journal::State& state, Context context) : state_{state}, context_{std::move(context)} {
    txn_.time = state.clock.now().us;
    txn_.trusted = state.clock.trusted().us;
    txn_.clock = state.clock.quality();
    txn_.actor = context_.actor;
    txn_.request = context_.request;
    txn_.reason = context_.reason;
}

/// The first write of the job opens the writer and fixes the label; a job that only reads opens nothing.
WriterTable::Entry& JobWriter::writer() {
    if (txn_.label.seq != 0) return *state_.writers.find(txn_.label.writer);
    db::Connection::Grant const grant{state_.connection};
    bool is_new = false;
    auto& entry = state_.open_writer(is_new);
    txn_.label = {entry.id, entry.have + 1};
    if (entry.have == 0) txn_.origin = WriterOrigin{entry.site, entry.signing_key, entry.parent, entry.parent_chain};
    return entry;
}

Uuid JobWriter::new_id() {
    writer();
    Bytes seed;
    put_fixed64(seed, txn_.label.writer);
    put_varint(seed, txn_.label.seq);
    put_varint(seed, ids_++);
    return Uuid::v7(txn_.trusted / 1000, std::string_view{crypto::sha256(seed)}.substr(0, 10));
}

std::optional<Values> JobWriter::find(Entity const& entity, Uuid const& id) {
    auto const row = state_.rows.load(entity, id);
    if (!row || row->is_void) return std::nullopt;
    return row->values();
}

std::optional<Values> JobWriter::stored(Entity const& entity, Uuid const& id) {
    auto const row = state_.rows.load(entity, id);
    return row ? std::optional{row->values()} : std::nullopt;
}

std::vector<HeadValue> JobWriter::heads(Entity const& entity, Uuid const& id, std::uint16_t reg) {
    std::vector<HeadValue> values;
    if (auto const row = state_.rows.load(entity, id))
        for (auto const& head : row->heads.at(reg)) values.push_back({head.label, head.values});
    return values;
}

std::string JobWriter::version(Entity const& entity, Uuid const& id) {
    auto const row = state_.rows.load(entity, id);
    return row ? version_text(*row) : std::string{};
}

void JobWriter::insert(Entity const& entity, Uuid const& id, Values row) {
    if (row.size() != entity.fields().size()) throw std::logic_error{entity.name() + ": a row has every field"};
    if (exists(entity, id)) throw std::logic_error{entity.name() + ": inserted twice"};
    Operation operation;
    operation.action = Action::insert;
    operation.entity = entity.number();
    operation.id = id;
    operation.row = std::move(row);
    perform(entity, std::move(operation));
}

std::shared_ptr<Updated const> JobWriter::update(Entity const& entity, Uuid const& id, Values const& wanted, Base const* base) {
    if (entity.is_append_only()) throw std::logic_error{entity.name() + " is append-only"};
    auto const row = state_.rows.load(entity, id);
    if (!row) throw std::logic_error{entity.name() + ": updated before it exists"};
    Operation operation;
    operation.action = Action::update;
    operation.entity = entity.number();
    operation.id = id;
    for (auto const& reg : entity.registers())
        if (auto write = write_for(*row, reg, entity.part(wanted, reg), base)) operation.writes.push_back(std::move(*write));
    std::sort(operation.writes.begin(), operation.writes.end(), [](Write const& a, Write const& b) { return a.reg < b.reg; });

    auto updated = std::make_shared<Updated>();
    updated->changed = !operation.writes.empty();
    if (updated->changed) {
        updates_.push_back(updated);
        perform(entity, std::move(operation));
    }
    return updated;
}

/// The version that the client read of this register; nothing when it is not held here.
std::optional<Label> JobWriter::named(Row const& row, Register const& reg, Base const& base) const {
    auto const found = std::find_if(base.changed.begin(), base.changed.end(), [&](Seen const& seen) { return seen.reg == reg.number; });
    auto const label = found == base.changed.end() ? base.base : found->label;
    auto const& heads = row.heads.at(reg.number);
    bool const is_head = std::any_of(heads.begin(), heads.end(), [&](Head const& head) { return head.label == label; });
    if (is_head || state_.rows.past(row, reg.number, label)) return label;
    return std::nullopt;
}

/// The register's write, or nothing when the person changed nothing in it.
std::optional<Write> JobWriter::write_for(Row const& row, Register const& reg, Values values, Base const* base) {
    auto const& heads = row.heads.at(reg.number);
    auto const& shown = heads.front();
    if (shown.values == values) return std::nullopt;

    Write write;
    write.reg = reg.number;
    write.values = std::move(values);
    auto const read = base == nullptr ? std::optional{shown.label} : named(row, reg, *base);
    if (read != shown.label && !broken(Mutant::stale_edit_written_as_fresh)) {
        auto const then = read ? state_.rows.past(row, reg.number, *read) : std::nullopt;
        if (then && then->values == write.values) return std::nullopt;  // sent back as it was read
        if (std::any_of(heads.begin(), heads.end(), [&](Head const& head) { return head.label == read && head.values == write.values; }))
            return std::nullopt;
        if (then && then->values == shown.values) return fresh_write(row, reg, std::move(write));  // it moved, but says what it said
        write.is_stale = true;
        if (read) write.parents.push_back(*read);
        return write;
    }
    return fresh_write(row, reg, std::move(write));
}

/// Replaces what the person saw: the shown head and its equals, of an administrative register all heads.
Write JobWriter::fresh_write(Row const& row, Register const& reg, Write write) const {
    auto const& heads = row.heads.at(reg.number);
    bool const all = reg.kind == Kind::administrative || reg.is_secret || broken(Mutant::clinical_edit_replaces_all_heads);
    for (auto const& head : heads)
        if (all || head.values == heads.front().values) write.parents.push_back(head.label);
    std::sort(write.parents.begin(), write.parents.end());
    return write;
}

void JobWriter::change_life(Entity const& entity, Uuid const& id, int value) {
    auto const row = state_.rows.load(entity, id);
    if (!row) throw std::logic_error{entity.name() + ": life of a row that does not exist"};
    Operation operation;
    operation.action = Action::life;
    operation.entity = entity.number();
    operation.id = id;
    Write write;
    write.reg = life_register;
    write.values = {Value{value}};
    for (auto const& head : row->heads.at(life_register)) write.parents.push_back(head.label);
    std::sort(write.parents.begin(), write.parents.end());
    operation.writes.push_back(std::move(write));
    if (!broken(Mutant::void_without_what_it_saw)) operation.saw = row->seen();
    perform(entity, std::move(operation));
}

void JobWriter::settle(Entity const& entity, Uuid const& id, std::uint16_t reg, Values values, std::vector<Label> const& parents) {
    if (reg == life_register) return change_life(entity, id, static_cast<int>(values.at(0).integer()));
    Operation operation;
    operation.action = Action::update;
    operation.entity = entity.number();
    operation.id = id;
    Write write;
    write.reg = reg;
    write.parents = parents;
    std::sort(write.parents.begin(), write.parents.end());
    write.values = std::move(values);
    operation.writes.push_back(std::move(write));
    perform(entity, std::move(operation));
}

void JobWriter::perform(Entity const& entity, Operation operation) {
    writer();
    for (auto const& done : txn_.operations)
        for (auto const& write : operation.writes)
            if (done.id == operation.id && done.entity == operation.entity &&
                (done.action == Action::insert ||
                 std::any_of(done.writes.begin(), done.writes.end(), [&](Write const& one) { return one.reg == write.reg; })))
                throw std::logic_error{entity.name() + ": a txn holds at most one version of a register"};
    if (!state_.registers.apply(facts(), entity, operation, touched_))
        throw std::logic_error{entity.name() + ": a local write names what is not held"};
    state_.note_touched(operation);
    txn_.operations.push_back(std::move(operation));
}

void JobWriter::finish(Bytes& bodies, std::uint64_t& count) {
    if (txn_.operations.empty()) return;
    db::Connection::Grant const grant{state_.connection};
    auto const conflicts = state_.finish(txn_, touched_, writer());
    for (auto const& update : updates_) update->conflicts = conflicts;
    write_txn(bodies, txn_);
    ++count;
}

}  // namespace himsog::journal
