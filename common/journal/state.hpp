/// What Journal and its Writer share; private to common/journal.
#pragma once

#include "common/journal/conflicts.hpp"
#include "common/journal/journal.hpp"
#include "common/journal/log_writer.hpp"

#include <set>

namespace himsog::journal {

struct Journal::State {
    State(db::Connection& c, Dictionary const& d, Clock& wall, Random& r, Log& l, Identity who, BodyCodec const& b)
        : connection{c}, dictionary{d}, random{r}, log{l}, identity{std::move(who)}, codec{b}, clock{wall, identity.site == 0} {}

    /// Trusts nothing in memory: numbers, chains and tips are read again, and the next write opens a new writer.
    void reload();
    /// The writer this process writes as, opened by the first write after a start, a lost group, or news under its own label.
    WriterTable::Entry& open_writer(bool& is_new);
    /// Numbers, chains and logs what a job did. Conflicts are brought up to date.
    std::vector<Uuid> finish(Txn& txn, std::vector<Touched> const& touched, WriterTable::Entry& writer);
    void save_meta(std::string_view name, std::string_view value);
    Bytes meta(std::string_view name);
    void note_touched(Operation const& operation) { entities.insert(operation.entity); }
    void committed(bool received);

    db::Connection& connection;
    Dictionary const& dictionary;
    Random& random;
    Log& log;
    Identity identity;
    BodyCodec const& codec;
    TrustedClock clock;

    WriterTable writers{connection};
    RowStore rows{connection, writers};
    LogWriter log_writer{connection, writers};
    Registers registers{rows, [this](Label const& label) { return log_writer.time_of(label); }};
    Conflicts conflicts{connection, rows, writers, [this](Label const& label) { return stamp(label); }};
    std::function<void(Committed const&)> listener;

    std::optional<std::uint64_t> open;  // 64-bit id of the writer that is open
    Label tip;                          // own newest txn: where this database file stands
    std::set<Bytes> hub_keys;
    Instant kept_hub_time;             // what the next start will know
    std::set<std::uint16_t> entities;  // touched since the last commit
    bool conflicts_changed = false;

private:
    Conflicts::Stamp stamp(Label const& label) {
        auto const place = log_writer.find(label).value();
        return {place.chain, place.time};
    }
};

/// The job's view (journal.hpp); one for each job of a group.
class JobWriter final : public Writer {
public:
    JobWriter(Journal::State& state, Context context);

    Uuid new_id() override;
    Instant now() override { return {txn_.time}; }
    Instant trusted_now() override { return {txn_.trusted}; }
    ClockQuality clock_quality() const override { return txn_.clock; }
    Context const& context() const override { return context_; }
    db::Connection& database() override { return state_.connection; }
    Dictionary const& dictionary() const override { return state_.dictionary; }
    std::optional<Values> find(Entity const& entity, Uuid const& id) override;
    std::optional<Values> stored(Entity const& entity, Uuid const& id) override;
    bool exists(Entity const& entity, Uuid const& id) override { return state_.rows.exists(entity, id); }
    std::vector<HeadValue> heads(Entity const& entity, Uuid const& id, std::uint16_t reg) override;
    std::string version(Entity const& entity, Uuid const& id) override;
    void insert(Entity const& entity, Uuid const& id, Values row) override;
    std::shared_ptr<Updated const> update(Entity const& entity, Uuid const& id, Values const& wanted, Base const* base) override;
    void void_row(Entity const& entity, Uuid const& id) override { change_life(entity, id, 0); }
    void restore(Entity const& entity, Uuid const& id) override { change_life(entity, id, 1); }
    void settle(Entity const& entity, Uuid const& id, std::uint16_t reg, Values values, std::vector<Label> const& parents) override;
    void set_reason(std::string reason) override { txn_.reason = std::move(reason); }

    /// Numbers and logs what was done; appends the row-wise body. Nothing when the job wrote nothing.
    void finish(Bytes& bodies, std::uint64_t& count);

private:
    WriterTable::Entry& writer();
    void change_life(Entity const& entity, Uuid const& id, int value);
    void perform(Entity const& entity, Operation operation);
    std::optional<Write> write_for(Row const& row, Register const& reg, Values values, Base const* base);
    Write fresh_write(Row const& row, Register const& reg, Write write) const;
    std::optional<Label> named(Row const& row, Register const& reg, Base const& base) const;
    TxnFacts facts() const { return {txn_.label, txn_.time, txn_.trusted, txn_.actor}; }

    Journal::State& state_;
    Context context_;
    Txn txn_;
    std::vector<Touched> touched_;
    std::vector<std::shared_ptr<Updated>> updates_;
    std::uint64_t ids_ = 0;
};

}  // namespace himsog::journal
