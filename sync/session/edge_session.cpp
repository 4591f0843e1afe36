#include "sync/session/edge_session.hpp"

#include "sync/bundle/bundle.hpp"
#include "sync/session/mutants.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace himsog::sync {
namespace {

using journal::Label;
using journal::Refusal;
using journal::Tip;

constexpr Micros longest_round_trip = std::chrono::seconds{2};  // a longer one says too little about the clock

template <class Type, std::size_t index = 0> constexpr std::size_t index_of() {
    if constexpr (std::is_same_v<std::variant_alternative_t<index, Body>, Type>) return index;
    else return index_of<Type, index + 1>();
}

}  // namespace

Bytes EdgeSession::start() {
    facts_ = replica_.facts();
    session_ = replica_.session_id();
    comparing_ = facts_.comparing;
    Hello hello;
    hello.site = replica_.site();
    hello.schema = replica_.dictionary().schema();
    hello.has_older = facts_.lineage.size() > announced_lineage;
    hello.lineage.assign(facts_.lineage.begin(),
                         facts_.lineage.begin() + static_cast<std::ptrdiff_t>(std::min(facts_.lineage.size(), announced_lineage)));
    hello.cursor = facts_.cursor;
    hello.have_hash = have_hash(facts_.have);
    hello.comparing = facts_.comparing;
    hello.sent = sent_ = replica_.now();
    sent_uptime_ = replica_.uptime();
    expected_ = index_of<Welcome>();
    return say(std::move(hello));
}

std::optional<Bytes> EdgeSession::receive(std::string_view answer) {
    if (is_over() || step_ == 0) return std::nullopt;
    Message message;
    try {
        message = decode_message(answer);
    } catch (MalformedBytes const& error) {
        return fail(EventKind::malformed, error.what());
    }
    if (message.session != session_ || message.step != step_) return std::nullopt;  // late, or doubled
    if (message.body.index() != expected_ && !std::holds_alternative<Bye>(message.body))
        return fail(EventKind::malformed, "an answer out of turn");
    return std::visit([this](auto& body) { return on(body); }, message.body);
}

std::optional<Bytes> EdgeSession::on(Welcome const& welcome) {
    hear_clock(welcome);
    hub_end_ = welcome.end;
    switch (welcome.verdict) {
        case Verdict::upgrade:
            replica_.event({EventKind::turned_away, hub_site, "the hub speaks another schema"});
            return over(Outcome::upgrade);
        case Verdict::revoked:
            replica_.event({EventKind::turned_away, hub_site, "this site is revoked at the hub"});
            return over(Outcome::revoked);
        case Verdict::busy: retry_after_ = welcome.retry_after; return over(Outcome::busy);
        case Verdict::fork: replica_.event({EventKind::fork, hub_site, welcome.detail}); return over(Outcome::fork);
        case Verdict::compare:
            replica_.event({EventKind::compare, hub_site, welcome.detail});
            comparing_ = true;
            if (!facts_.comparing && !broken(Mutant::cut_compare_forgotten)) replica_.set_comparing(hub_site, true);
            expected_ = index_of<Have>();
            return say(Have{facts_.have});
        case Verdict::ok: break;
    }
    std::vector<Tip> const announced{
        facts_.lineage.begin(), facts_.lineage.begin() + static_cast<std::ptrdiff_t>(std::min(facts_.lineage.size(), announced_lineage))};
    if (welcome.held.size() != announced.size()) return fail(EventKind::malformed, "the hub answered another lineage");
    LeftOut left_out;
    left_out.only_named = true;
    for (std::size_t i = 0; i < announced.size(); ++i) {
        auto const& part = welcome.held[i];
        Label const there{announced[i].label.writer, part.seq};
        left_out.held[there.writer] = part.seq;
        if (!part.chain) continue;
        auto const here = replica_.chain_of(there);
        if (!here || !is_same(*here, *part.chain)) return found_fork(there);
    }
    return begin_push(std::move(left_out), announced);
}

std::optional<Bytes> EdgeSession::on(Have const& have) {
    if (auto const label = find_fork(replica_, have.tips)) return found_fork(*label);
    return begin_push(held_by_hub(have), facts_.have);
}

LeftOut EdgeSession::held_by_hub(Have const& have) const {
    LeftOut left_out;
    left_out.held = reach_of(have.tips);
    if (broken(Mutant::compare_without_others_work)) {
        left_out.only_named = true;
        for (auto const& tip : facts_.have)
            if (std::none_of(facts_.lineage.begin(), facts_.lineage.end(),
                             [&](Tip const& own) { return own.label.writer == tip.label.writer; }))
                left_out.held[tip.label.writer] = UINT64_MAX;
        for (auto const& tip : facts_.lineage) left_out.held.try_emplace(tip.label.writer, 0);
    }
    return left_out;
}

/// `mine`: tips of which the hub may lack something; it lacks what lies beyond left_out.
std::optional<Bytes> EdgeSession::begin_push(LeftOut left_out, std::vector<Tip> const& mine) {
    position_ = facts_.end;
    for (auto const& tip : mine) {
        auto const found = left_out.held.find(tip.label.writer);
        auto const held = found == left_out.held.end() ? 0 : found->second;
        if (held >= tip.label.seq) continue;
        if (auto const position = replica_.position_of({tip.label.writer, held + 1})) position_ = std::min(position_, *position);
    }
    cutter_.emplace(replica_, std::move(left_out), facts_.end, Cutter::Unproven::skip);
    return push_or_pull();
}

/// What is not pushed yet up to the end of this session; "" when there is nothing left.
Bytes EdgeSession::next_bundle() {
    if (!ahead_.empty()) return std::exchange(ahead_, {});
    while (position_ < facts_.end) {
        auto cut = cutter_->next(position_);
        position_ = cut.is_last ? facts_.end : cut.next;
        if (!cut.bundle.empty()) return std::move(cut.bundle);
    }
    return {};
}

void EdgeSession::work_ahead() {
    if (is_over() || expected_ != index_of<Ack>() || !ahead_.empty()) return;
    try {
        ahead_ = next_bundle();
    } catch (std::length_error const&) {
        // Nothing moved: the same comes out, and is told, when it is its turn.
    }
}

std::optional<Bytes> EdgeSession::push_or_pull() {
    Bytes bundle;
    try {
        bundle = next_bundle();
    } catch (std::length_error const& error) {
        return fail(EventKind::refused, error.what());
    }
    if (!bundle.empty()) {
        pushed_ = true;
        expected_ = index_of<Ack>();
        return say(Push{std::move(bundle)});
    }
    if (!comparing_ && !pushed_ && hub_end_ == facts_.cursor.position) return over(Outcome::done);
    if (cutter_->has_withheld())
        replica_.event(
            {EventKind::incomplete, hub_site, "some txns of another site came without the signature that proves them, and stay here"});
    expected_ = index_of<Feed>();
    return say(Pull{std::nullopt, cutter_->has_withheld()});
}

std::optional<Bytes> EdgeSession::on(Ack const& ack) {
    if (ack.refusal != Refusal::none) return fail(EventKind::refused, std::string{"the hub refused a bundle: "} + name_of(ack.refusal));
    return push_or_pull();
}

std::optional<Bytes> EdgeSession::on(Feed& feed) {
    journal::Received received;
    if (!feed.bundle.empty()) {
        try {
            auto decoded = decode(replica_.dictionary(), feed.bundle);
            received = {std::move(decoded.txns), std::move(decoded.signatures), std::move(feed.bundle)};
        } catch (MalformedBytes const& error) {
            return fail(EventKind::malformed, error.what());
        }
    }
    journal::PeerState peer;
    peer.peer = hub_site;
    if (!comparing_ || !broken(Mutant::cursor_left_behind)) peer.cursor = feed.cursor;
    if (comparing_ && feed.is_last) peer.comparing = false;
    auto const refusal = replica_.apply(received, peer);
    if (refusal != Refusal::none) return fail(EventKind::refused, std::string{"a bundle from the hub was refused: "} + name_of(refusal));
    if (feed.is_last) return over(Outcome::done);
    return say(Pull{feed.cursor.position, cutter_->has_withheld()});
}

std::optional<Bytes> EdgeSession::on(Bye const& bye) {
    switch (bye.why) {
        case Farewell::fork: replica_.event({EventKind::fork, hub_site, bye.detail}); return over(Outcome::fork);
        case Farewell::upgrade: replica_.event({EventKind::turned_away, hub_site, bye.detail}); return over(Outcome::upgrade);
        case Farewell::wrong_site: replica_.event({EventKind::turned_away, hub_site, bye.detail}); return over(Outcome::revoked);
        case Farewell::unexpected: return over(Outcome::failed);  // the hub started anew; so do we
        case Farewell::incomplete: return fail(EventKind::incomplete, bye.detail);
        case Farewell::failed:
        case Farewell::malformed: break;
    }
    return fail(EventKind::malformed, bye.detail);
}

/// Whoever notices a fork tells the other side; nothing of either branch moves.
std::optional<Bytes> EdgeSession::found_fork(Label const& label) {
    auto const detail = "two contents under one label: " + text_of(label);
    replica_.event({EventKind::fork, hub_site, detail});
    outcome_ = Outcome::fork;
    return say(Bye{Farewell::fork, detail});
}

std::optional<Bytes> EdgeSession::fail(EventKind kind, std::string detail) {
    replica_.event({kind, hub_site, std::move(detail)});
    replica_.set_comparing(hub_site, true);
    return over(Outcome::failed);
}

std::optional<Bytes> EdgeSession::over(Outcome outcome) {
    outcome_ = outcome;
    return std::nullopt;
}

void EdgeSession::hear_clock(Welcome const& welcome) {
    if (welcome.received.us == 0) return;
    auto const elapsed = replica_.uptime() - sent_uptime_;  // the wall clock may have jumped meanwhile
    auto const round_trip = elapsed - (welcome.sent - welcome.received);
    if (round_trip.count() < 0 || round_trip > longest_round_trip) return;
    auto const back = sent_ + elapsed;
    replica_.clock_heard({welcome.sent, ((welcome.received - sent_) + (welcome.sent - back)) / 2, round_trip});
}

Bytes EdgeSession::say(Body body) { return encode(Message{session_, ++step_, std::move(body)}); }

}  // namespace himsog::sync
