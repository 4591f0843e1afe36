/// A node that the session engine drives in tests: a log in memory, chains and signatures made with plain hashes, effects counted. Copying it
/// is a backup; assigning the copy back is a restore.
#pragma once

#include "common/crypto/hash.hpp"
#include "sync/bundle/bundle.hpp"
#include "sync/session/edge_session.hpp"
#include "sync/session/hub_session.hpp"

#include <algorithm>
#include <map>
#include <vector>

namespace himsog::testing {

inline journal::Dictionary const& fake_dictionary() {
    static journal::Dictionary const dictionary = [] {
        journal::Entity entity{1, "note", "Note"};
        entity.field(journal::text(1, "text", "Text", 100));
        return journal::Dictionary{{entity}};
    }();
    return dictionary;
}

class FakeNode : public sync::Replica {
public:
    explicit FakeNode(std::uint16_t number) : number_{number}, next_writer_{(std::uint64_t{number} + 1) * 1'000'000} {}

    /// A process start: the next write opens a new writer, whose parent is where this log's own writing stood.
    void restart() { open_ = 0; }
    void write(std::string const& text);
    std::vector<std::string> texts() const;
    /// "writer:seq" with chains, ascending: equal for nodes that hold the same.
    std::vector<journal::Tip> held() { return have(); }
    std::size_t count(sync::EventKind kind) const {
        return static_cast<std::size_t>(
            std::count_if(events.begin(), events.end(), [&](sync::Event const& one) { return one.kind == kind; }));
    }
    journal::Label tip() const { return tip_; }

    std::uint16_t site() override { return number_; }
    journal::Dictionary const& dictionary() override { return *dictionary_; }
    Instant now() override { return clock; }
    Micros uptime() override { return Micros{clock.us}; }
    std::uint64_t session_id() override { return ++sessions_; }
    sync::Facts facts() override { return {lineage(), have(), cursor_, comparing_, log_.size()}; }
    std::uint64_t end() override { return log_.size(); }
    std::optional<journal::Cursor> cursor_at(std::uint64_t position) override;
    std::vector<journal::Run> runs(std::uint64_t from, std::uint64_t to) override;
    std::vector<journal::Txn> txns(std::uint64_t position, std::uint64_t count) override;
    std::optional<Bytes> sealed(std::uint64_t, std::uint64_t) override { return std::nullopt; }
    std::vector<journal::Tip> have() override;
    std::map<std::uint64_t, std::uint64_t> have_below(std::uint64_t position) override;
    std::optional<std::uint64_t> position_of(journal::Label const& label) override;
    std::optional<journal::Chain> chain_of(journal::Label const& label) override;
    std::optional<journal::WriterOrigin> origin_of(std::uint64_t writer) override;
    std::optional<journal::Signature> signature_from(journal::Label const& label) override;
    bool can_sign(std::uint64_t writer) override { return origins_.contains(writer) && origins_.at(writer).site == number_; }
    journal::Signature sign(journal::Label const& label) override;
    journal::Refusal apply(journal::Received const& received, journal::PeerState const& peer) override;
    void set_comparing(std::uint16_t, bool comparing) override { comparing_ = comparing; }
    void keep_sealed(std::uint64_t, std::uint64_t, Bytes const&) override {}
    void event(sync::Event const& event) override { events.push_back(event); }
    void clock_heard(sync::ClockReading const& reading) override { readings.push_back(reading); }
    sync::Door door(std::uint16_t) override { return hub_door; }
    void seen(sync::PeerSeen const& peer) override { peers.push_back(peer); }

    bool is_comparing() const { return comparing_; }
    journal::Cursor cursor() const { return cursor_; }
    void speak(journal::Dictionary const& dictionary) { dictionary_ = &dictionary; }
    /// Forgets what proves the last txns of a writer: a bundle that broke off.
    void forget_signatures(std::uint64_t writer) { signatures_.erase(writer); }

    Instant clock{1'000'000'000};
    sync::Door hub_door;
    std::vector<sync::Event> events;
    std::vector<sync::ClockReading> readings;
    std::vector<sync::PeerSeen> peers;
    std::size_t skipped = 0;  // txns received that were held already
    journal::Refusal refuse = journal::Refusal::none;

private:
    struct Entry {
        journal::Txn txn;
        journal::Chain chain{};
    };
    std::vector<journal::Tip> lineage();
    journal::Chain chained(journal::Chain const& before, journal::Txn const& txn) const;
    std::uint64_t held_of(std::uint64_t writer);
    void append(journal::Txn txn, journal::Chain chain);

    std::uint16_t number_;
    std::uint64_t next_writer_;
    std::uint64_t open_ = 0;
    std::uint64_t sessions_ = 0;
    journal::Label tip_;
    journal::Cursor cursor_;
    bool comparing_ = false;
    journal::Dictionary const* dictionary_ = &fake_dictionary();
    std::vector<Entry> log_;
    std::map<journal::Label, std::uint64_t> places_;
    std::map<std::uint64_t, journal::WriterOrigin> origins_;
    std::map<std::uint64_t, std::map<std::uint64_t, journal::Signature>> signatures_;
};

}  // namespace himsog::testing
