#include "tests/simulation/link.hpp"

namespace himsog::simulation {

namespace {

constexpr int most_messages = 10'000;

}  // namespace

sync::Facts SimReplica::facts() {
    auto reader = log();
    return {reader.lineage(), reader.have(), reader.cursor(sync::hub_site), reader.is_comparing(sync::hub_site), reader.end()};
}

bool SimReplica::can_sign(std::uint64_t writer) {
    auto const origin = log().origin_of(writer);
    return origin && origin->signing_key == node_.key.public_key();
}

journal::Signature SimReplica::sign(Label const& label) {
    journal::Signature signature;
    signature.label = label;
    signature.chain = log().chain_of(label).value();
    signature.bytes = node_.key.sign(journal::signed_text(label, signature.chain));
    return signature;
}

journal::Refusal SimReplica::apply(journal::Received const& received, journal::PeerState const& peer) {
    auto verified = node_.journal->verify(received);
    std::size_t next = 0;
    do {
        auto const applied = node_.journal->apply(received, verified, peer, next, [](Micros) { return true; });  // as many slices as can be
        if (applied.refusal != journal::Refusal::none) {
            counters_.add(std::string{"refused: "} + journal::name_of(applied.refusal));
            return applied.refusal;
        }
        next = applied.next;
    } while (next < received.txns.size());
    return journal::Refusal::none;
}

void SimReplica::set_comparing(std::uint16_t peer, bool comparing) {
    journal::PeerState state;
    state.peer = peer;
    state.comparing = comparing;
    node_.journal->set_peer(state);
}

void SimReplica::event(sync::Event const& event) {
    counters_.add(std::string{"event: "} + sync::name_of(event.kind));
    if (event.kind == sync::EventKind::fork) counters_.add("forks refused");
    node_.journal->event(sync::name_of(event.kind), event.detail);
}

void Link::open() {
    session_ = std::make_unique<sync::EdgeSession>(edge_side_);
    counters_.add("sessions");
    edge_began_with_ = edge_.held;
    hub_began_with_ = hub_.held;
    under_way_ = Message{true, session_->start()};
}

bool Link::deliver() {
    if (!under_way_) {
        close();
        return false;
    }
    auto const message = std::move(*under_way_);
    under_way_.reset();
    carry(message);
    if (session_ && session_->is_over() && !under_way_) close();
    return true;
}

void Link::carry(Message const& message) {
    if (message.to_hub) to_hub(message.bytes);
    else to_edge(message.bytes);
}

void Link::to_hub(Bytes const& bytes) {
    if (!hub_session_) hub_session_ = std::make_unique<sync::HubSession>(hub_side_, edge_.site);
    auto answer = hub_session_->receive(bytes);
    under_way_ = Message{false, std::move(answer)};
}

void Link::to_edge(Bytes const& bytes) {
    if (!session_) return;
    auto next = session_->receive(bytes);
    if (!next) return;
    under_way_ = Message{true, std::move(*next)};
    session_->work_ahead();  // as an agent does while the message is on its way
}

void Link::close() {
    if (!session_) return;
    last_outcome_ = session_->outcome();
    last_compared_ = session_->compared();
    session_.reset();
    if (last_compared_) counters_.add("compares");
    if (last_outcome_ != sync::Outcome::done) return;
    counters_.add("sessions done");
    check_done();
}

/// I6: a session that says it is done brought each side what the other had when it began.
void Link::check_done() {
    edge_.observe();
    hub_.observe();
    if (!edge_.held.includes(hub_began_with_)) throw Violation{"I6: a session is done, and " + edge_.name + " lacks what the hub had"};
    if (!hub_.held.includes(edge_began_with_)) throw Violation{"I6: a session is done, and the hub lacks what " + edge_.name + " had"};
}

void Link::cut() {
    under_way_.reset();
    hub_session_.reset();
    close();
}

void Link::duplicate(bool late) {
    if (!under_way_) return;
    if (late) {
        late_.push_back(*under_way_);
        return;
    }
    auto const twin = *under_way_;
    if (!deliver()) return;
    // The answer to the first is on its way; the second arrives meanwhile, and what it causes comes after.
    auto const first = std::move(under_way_);
    under_way_.reset();
    carry(twin);
    if (under_way_) late_.push_back(std::move(*under_way_));
    under_way_ = first;
    if (session_ && session_->is_over() && !under_way_) close();
}

void Link::delay() {
    if (!under_way_) return;
    late_.push_back(std::move(*under_way_));
    under_way_.reset();
    close();
}

void Link::deliver_late() {
    if (late_.empty()) return;
    auto const message = std::move(late_.front());
    late_.pop_front();
    auto const first = std::move(under_way_);
    under_way_.reset();
    carry(message);
    if (!first) {
        // Nobody else is talking: an answer that the edge still waits for goes on, any other is dropped by the carrier.
        if (!session_) under_way_.reset();
        return;
    }
    if (under_way_) late_.push_back(std::move(*under_way_));
    under_way_ = first;
    if (session_ && session_->is_over()) close();
}

sync::Outcome Link::run() {
    cut();
    late_.clear();
    open();
    for (int messages = 0; session_ && deliver(); ++messages)
        if (messages > most_messages) throw Violation{"I9: a session of " + edge_.name + " does not end"};
    return last_outcome_;
}

}  // namespace himsog::simulation
