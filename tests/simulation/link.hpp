/// The wire between one edge and the hub: real EdgeSession and HubSession, one message at a time, with everything a network does to them.
/// One thread.
#pragma once

#include "sync/session/edge_session.hpp"
#include "sync/session/hub_session.hpp"
#include "tests/simulation/node.hpp"

#include <deque>
#include <memory>

namespace himsog::simulation {

/// What the session engine sees of a node.
class SimReplica final : public sync::Replica {
public:
    SimReplica(Node& node, Counters& counters) : node_{node}, counters_{counters} {}

    std::uint16_t site() override { return node_.site; }
    journal::Dictionary const& dictionary() override { return node_.dictionary; }
    Instant now() override { return node_.clock.now(); }
    Micros uptime() override { return node_.clock.uptime(); }
    std::uint64_t session_id() override { return node_.random.next(); }
    sync::Facts facts() override;
    std::uint64_t end() override { return log().end(); }
    std::optional<journal::Cursor> cursor_at(std::uint64_t position) override { return log().cursor_at(position); }
    std::vector<journal::Run> runs(std::uint64_t from, std::uint64_t to) override { return log().runs(from, to); }
    std::vector<journal::Txn> txns(std::uint64_t position, std::uint64_t count) override { return log().txns(position, count); }
    std::optional<Bytes> sealed(std::uint64_t position, std::uint64_t count) override { return log().sealed(position, count); }
    std::vector<journal::Tip> have() override { return log().have(); }
    std::map<std::uint64_t, std::uint64_t> have_below(std::uint64_t position) override { return log().have_below(position); }
    std::optional<std::uint64_t> position_of(Label const& label) override { return log().position_of(label); }
    std::optional<journal::Chain> chain_of(Label const& label) override { return log().chain_of(label); }
    std::optional<journal::WriterOrigin> origin_of(std::uint64_t writer) override { return log().origin_of(writer); }
    std::optional<journal::Signature> signature_from(Label const& label) override { return log().signature_from(label); }
    bool can_sign(std::uint64_t writer) override;
    journal::Signature sign(Label const& label) override;
    journal::Refusal apply(journal::Received const& received, journal::PeerState const& peer) override;
    void set_comparing(std::uint16_t peer, bool comparing) override;
    void keep_sealed(std::uint64_t position, std::uint64_t count, Bytes const& bundle) override {
        node_.journal->seal(position, count, bundle);
    }
    void event(sync::Event const& event) override;
    void clock_heard(sync::ClockReading const& reading) override {
        node_.journal->hear_hub(reading.hub_time, reading.offset, reading.round_trip);
    }
    sync::Door door(std::uint16_t) override { return {}; }
    void seen(sync::PeerSeen const&) override {}

private:
    journal::LogReader log() { return node_.journal->log(); }

    Node& node_;
    Counters& counters_;
};

class Link {
public:
    Link(Node& edge, Node& hub, Counters& counters)
        : edge_{edge}, hub_{hub}, counters_{counters}, edge_side_{edge, counters}, hub_side_{hub, counters} {}

    bool is_idle() const { return !session_; }
    void open();
    /// Moves one message. False when there is none: the session is over.
    bool deliver();
    /// What is under way is lost; both sides forget the session.
    void cut();
    /// The message under way will arrive a second time, much later if `late`.
    void duplicate(bool late);
    /// The message under way arrives later than it should: this session hears nothing more.
    void delay();
    /// A message that was kept back arrives now.
    void deliver_late();
    bool has_late() const { return !late_.empty(); }

    sync::Outcome last_outcome() const { return last_outcome_; }
    bool last_compared() const { return last_compared_; }
    /// A whole session without faults.
    sync::Outcome run();

private:
    struct Message {
        bool to_hub = true;
        Bytes bytes;
    };
    void carry(Message const& message);
    void to_hub(Bytes const& bytes);
    void to_edge(Bytes const& bytes);
    void close();
    void check_done();

    Node& edge_;
    Node& hub_;
    Counters& counters_;
    SimReplica edge_side_;
    SimReplica hub_side_;
    std::unique_ptr<sync::EdgeSession> session_;
    std::unique_ptr<sync::HubSession> hub_session_;
    NumberSet edge_began_with_;
    NumberSet hub_began_with_;
    std::optional<Message> under_way_;
    std::deque<Message> late_;
    sync::Outcome last_outcome_ = sync::Outcome::done;
    bool last_compared_ = false;
};

}  // namespace himsog::simulation
