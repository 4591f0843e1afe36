/// What a node gives the session engine: its log, proofs about it, and the ways to change it. A real node reads through a LogReader and hands
/// apply to its writer thread, waiting for the commit; the simulation asks its Journal. Thread rule: called by the session's thread only.
#pragma once

#include "common/base/clock.hpp"
#include "common/journal/replication.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace himsog::sync {

inline constexpr std::uint16_t hub_site = 0;

/// Everything a HELLO says, from one snapshot of the database.
struct Facts {
    std::vector<journal::Tip> lineage;  // own writers, newest first: where this database file has been
    std::vector<journal::Tip> have;     // every writer, ascending
    journal::Cursor cursor;             // into the hub's log
    bool comparing = false;
    std::uint64_t end = 0;  // of the own log
};

/// Does the hub talk to this site now?
struct Door {
    enum State : std::uint8_t { open, revoked, busy } state = open;
    std::chrono::seconds retry_after{0};  // busy
};

/// One measurement against the hub by NTP's four timestamps: our clock lags by `offset`.
struct ClockReading {
    Instant hub_time;  // when the answer left, by the hub's clock
    Micros offset{0};
    Micros round_trip{0};
};

/// What an edge said of itself, for the hub's list of sites.
struct PeerSeen {
    std::uint16_t site = 0;
    std::uint64_t waiting = 0;   // txns that the edge has and the hub lacks, as far as the HELLO tells
    std::uint64_t position = 0;  // of its cursor
    Micros clock_ahead{0};       // its clock minus ours, half a round trip in it
    bool comparing = false;
};

enum class EventKind : std::uint8_t {
    compare,      // the sides compare all they hold; says why
    fork,         // one label, two contents
    branches,     // two copies of a site's database are in use
    refused,      // a bundle was not applied
    incomplete,   // after its push the hub holds less than the edge, or the edge cannot prove something that it holds
    malformed,    // bytes that are no message or bundle of ours
    turned_away,  // revoked, another schema or protocol, or not the site of the certificate
};
char const* name_of(EventKind kind);

/// For the operator. `detail` is a sentence without data of patients.
struct Event {
    EventKind kind = EventKind::compare;
    std::uint16_t peer = 0;
    std::string detail;
};

class Replica {
public:
    virtual ~Replica() = default;

    virtual std::uint16_t site() = 0;
    virtual journal::Dictionary const& dictionary() = 0;
    /// The wall clock as it is, uncorrected.
    virtual Instant now() = 0;
    virtual Micros uptime() = 0;
    /// Names a session: any number that the last sessions did not have.
    virtual std::uint64_t session_id() = 0;

    virtual Facts facts() = 0;

    // The log, as in journal::LogReader.
    virtual std::uint64_t end() = 0;
    virtual std::optional<journal::Cursor> cursor_at(std::uint64_t position) = 0;
    virtual std::vector<journal::Run> runs(std::uint64_t from, std::uint64_t to) = 0;
    virtual std::vector<journal::Txn> txns(std::uint64_t position, std::uint64_t count) = 0;
    virtual std::optional<Bytes> sealed(std::uint64_t position, std::uint64_t count) = 0;
    virtual std::vector<journal::Tip> have() = 0;
    virtual std::map<std::uint64_t, std::uint64_t> have_below(std::uint64_t position) = 0;
    virtual std::optional<std::uint64_t> position_of(journal::Label const& label) = 0;
    virtual std::optional<journal::Chain> chain_of(journal::Label const& label) = 0;
    virtual std::optional<journal::WriterOrigin> origin_of(std::uint64_t writer) = 0;
    virtual std::optional<journal::Signature> signature_from(journal::Label const& label) = 0;

    /// True when the node's own key signed this writer's first txn: then sign() works for each of its labels.
    virtual bool can_sign(std::uint64_t writer) = 0;
    virtual journal::Signature sign(journal::Label const& label) = 0;

    /// Returns when it is committed. Without txns only the peer's state moves. `peer` moves with the last txn, in its transaction.
    virtual journal::Refusal apply(journal::Received const& received, journal::PeerState const& peer) = 0;
    virtual void set_comparing(std::uint16_t peer, bool comparing) = 0;
    /// [position, position + count) was encoded as this bundle: it may replace the bodies. Nothing depends on it.
    virtual void keep_sealed(std::uint64_t position, std::uint64_t count, Bytes const& bundle) = 0;

    virtual void event(Event const& event) = 0;
    virtual void clock_heard(ClockReading const& reading) = 0;  // edge
    virtual Door door(std::uint16_t site) = 0;                  // hub
    virtual void seen(PeerSeen const& peer) = 0;                // hub
};

}  // namespace himsog::sync
