#include "sync/agent/node_replica.hpp"

namespace himsog::sync {

NodeReplica::NodeReplica(Parts parts, ReplicaHooks hooks)
    : parts_{std::move(parts)}, hooks_{std::move(hooks)}, connection_{parts_.reader}, log_{connection_, parts_.codec} {}

Facts NodeReplica::facts() {
    db::Transaction const snapshot{connection_, db::Access::reader};
    Facts facts;
    facts.lineage = log_.lineage();
    facts.have = log_.have();
    facts.cursor = log_.cursor(hub_site);
    facts.comparing = log_.is_comparing(hub_site);
    facts.end = log_.end();
    announced_ = facts;
    return facts;
}

bool NodeReplica::can_sign(std::uint64_t writer) {
    auto const origin = log_.origin_of(writer);
    return origin && origin->signing_key == parts_.public_key;
}

journal::Signature NodeReplica::sign(journal::Label const& label) {
    journal::Signature signature;
    parts_.writer.call([&](journal::Journal& journal) { signature = journal.sign(label); });
    return signature;
}

void NodeReplica::set_comparing(std::uint16_t peer, bool comparing) {
    journal::PeerState state;
    state.peer = peer;
    state.comparing = comparing;
    parts_.writer.call([&](journal::Journal& journal) { journal.set_peer(state); });
}

void NodeReplica::keep_sealed(std::uint64_t position, std::uint64_t count, Bytes const& bundle) {
    parts_.writer.call([&](journal::Journal& journal) { journal.seal(position, count, bundle); });
}

void NodeReplica::event(Event const& event) {
    parts_.writer.call(
        [&](journal::Journal& journal) { journal.event(name_of(event.kind), "site " + std::to_string(event.peer) + ": " + event.detail); });
}

void NodeReplica::clock_heard(ClockReading const& reading) {
    parts_.writer.call([&](journal::Journal& journal) { journal.hear_hub(reading.hub_time, reading.offset, reading.round_trip); });
    if (hooks_.clock_heard) hooks_.clock_heard(reading);
}

void NodeReplica::seen(PeerSeen const& peer) {
    if (hooks_.seen) hooks_.seen(peer);
}

}  // namespace himsog::sync
