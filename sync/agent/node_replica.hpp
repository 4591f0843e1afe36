/// A running node as the session engine sees it: reads through a connection of its own, changes through the writer thread.
#pragma once

#include "common/journal/writer_thread.hpp"
#include "sync/session/replica.hpp"

#include <functional>

namespace himsog::sync {

/// What differs between edge and hub; empty: nothing happens.
struct ReplicaHooks {
    std::function<Door(std::uint16_t site)> door;
    std::function<void(PeerSeen const& peer)> seen;
    std::function<void(ClockReading const& reading)> clock_heard;
};

/// Thread rule: one session's thread at a time.
class NodeReplica : public Replica {
public:
    struct Parts {
        db::Settings reader;
        journal::WriterThread& writer;
        journal::Dictionary const& dictionary;
        journal::BodyCodec const& codec;
        Clock& clock;
        Random& random;
        std::uint16_t site;
        Bytes public_key;
    };

    NodeReplica(Parts parts, ReplicaHooks hooks);

    std::uint16_t site() override { return parts_.site; }
    journal::Dictionary const& dictionary() override { return parts_.dictionary; }
    Instant now() override { return parts_.clock.now(); }
    Micros uptime() override { return parts_.clock.uptime(); }
    std::uint64_t session_id() override { return parts_.random.next(); }
    Facts facts() override;
    std::uint64_t end() override { return log_.end(); }
    std::optional<journal::Cursor> cursor_at(std::uint64_t position) override { return log_.cursor_at(position); }
    std::vector<journal::Run> runs(std::uint64_t from, std::uint64_t to) override { return log_.runs(from, to); }
    std::vector<journal::Txn> txns(std::uint64_t position, std::uint64_t count) override { return log_.txns(position, count); }
    std::optional<Bytes> sealed(std::uint64_t position, std::uint64_t count) override { return log_.sealed(position, count); }
    std::vector<journal::Tip> have() override { return log_.have(); }
    std::map<std::uint64_t, std::uint64_t> have_below(std::uint64_t position) override { return log_.have_below(position); }
    std::optional<std::uint64_t> position_of(journal::Label const& label) override { return log_.position_of(label); }
    std::optional<journal::Chain> chain_of(journal::Label const& label) override { return log_.chain_of(label); }
    std::optional<journal::WriterOrigin> origin_of(std::uint64_t writer) override { return log_.origin_of(writer); }
    std::optional<journal::Signature> signature_from(journal::Label const& label) override { return log_.signature_from(label); }
    bool can_sign(std::uint64_t writer) override;
    journal::Signature sign(journal::Label const& label) override;
    journal::Refusal apply(journal::Received const& received, journal::PeerState const& peer) override {
        return parts_.writer.apply(received, peer);
    }
    void set_comparing(std::uint16_t peer, bool comparing) override;
    void keep_sealed(std::uint64_t position, std::uint64_t count, Bytes const& bundle) override;
    void event(Event const& event) override;
    void clock_heard(ClockReading const& reading) override;
    Door door(std::uint16_t site) override { return hooks_.door ? hooks_.door(site) : Door{}; }
    void seen(PeerSeen const& peer) override;

    /// What the last facts() said: the lineage that a session announced.
    Facts const& announced() const { return announced_; }

private:
    Parts parts_;
    ReplicaHooks hooks_;
    db::Connection connection_;
    journal::LogReader log_;
    Facts announced_;
};

}  // namespace himsog::sync
