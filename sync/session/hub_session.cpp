#include "sync/session/hub_session.hpp"

#include "sync/bundle/bundle.hpp"
#include "sync/session/mutants.hpp"

#include <algorithm>
#include <stdexcept>

namespace himsog::sync {

using journal::Refusal;

char const* name_of(EventKind kind) {
    switch (kind) {
        case EventKind::compare: return "compare";
        case EventKind::fork: return "fork";
        case EventKind::branches: return "branches";
        case EventKind::refused: return "refused";
        case EventKind::incomplete: return "incomplete";
        case EventKind::malformed: return "malformed";
        case EventKind::turned_away: return "turned_away";
    }
    return "unknown";
}

Bytes HubSession::receive(std::string_view bytes) {
    Message message;
    try {
        message = decode_message(bytes);
        bool const begins = std::holds_alternative<Hello>(message.body);
        if (begins) session_ = message.session;
        if (!begins && (phase_ == Phase::none || message.session != session_))
            message.body = Bye{Farewell::unexpected, "no such session here"};
        else message.body = std::visit([this](auto& body) { return on(body); }, message.body);
    } catch (UnknownProtocol const&) {
        message = decode_outside(bytes);
        message.body = bye(Farewell::upgrade, EventKind::turned_away, "the site speaks another protocol");
    } catch (MalformedBytes const& error) {
        message = {};
        message.body = bye(Farewell::malformed, EventKind::malformed, error.what());
    } catch (std::length_error const& error) {
        message.body = bye(Farewell::failed, EventKind::refused, error.what());
    }
    return encode(message);
}

Body HubSession::on(Hello const& hello) {
    Welcome welcome;
    welcome.received = replica_.now();
    phase_ = Phase::none;
    hello_ = hello;
    tips_.clear();
    auto const door = replica_.door(site_);
    if (door.state == Door::revoked) {
        replica_.event({EventKind::turned_away, site_, "a revoked site knocked"});
        welcome.verdict = Verdict::revoked;
    } else if (hello.site != site_) {
        return bye(Farewell::wrong_site, EventKind::turned_away, "the certificate is of another site than the message");
    } else if (hello.schema != replica_.dictionary().schema()) {
        replica_.event({EventKind::turned_away, site_, "the site has another schema"});
        welcome.verdict = Verdict::upgrade;
    } else if (door.state == Door::busy) {
        welcome.verdict = Verdict::busy;
        welcome.retry_after = door.retry_after;
    } else {
        return judge(hello, std::move(welcome));
    }
    welcome.sent = replica_.now();
    return welcome;
}

Body HubSession::judge(Hello const& hello, Welcome welcome) {
    PeerSeen seen{site_, 0, hello.cursor.position, hello.sent - welcome.received, hello.comparing};
    auto const held = reach_of(replica_.have());
    for (auto const& tip : hello.lineage) {
        auto const found = held.find(tip.label.writer);
        HeldPart part{found == held.end() ? 0 : found->second, std::nullopt};
        if (part.seq > 0 && part.seq < tip.label.seq) part.chain = replica_.chain_of({tip.label.writer, part.seq});
        seen.waiting += tip.label.seq - std::min(tip.label.seq, part.seq);
        welcome.held.push_back(part);
    }
    replica_.seen(seen);
    welcome.end = replica_.end();
    if (auto const label = find_fork(replica_, hello.lineage)) {
        welcome.verdict = Verdict::fork;
        welcome.detail = "two contents under one label: " + text_of(*label);
        replica_.event({EventKind::fork, site_, welcome.detail});
    } else if (auto reason = reason_to_compare(hello)) {
        welcome.verdict = Verdict::compare;
        welcome.detail = std::move(*reason);
        replica_.event({EventKind::compare, site_, welcome.detail});
        phase_ = Phase::have_awaited;
    } else {
        phase_ = Phase::ok;
    }
    welcome.sent = replica_.now();
    return welcome;
}

/// Why the sides must compare all they hold, and sets what the lineage is; nothing when cursor and hash say enough.
std::optional<std::string> HubSession::reason_to_compare(Hello const& hello) {
    auto lineage = whole_lineage(replica_, hello);
    lineage_ = lineage ? *lineage : Reach{};
    if (lineage && !hello.lineage.empty() && branches_.came_back(hello.lineage.front().label, lineage_))
        replica_.event({EventKind::branches, site_, "two copies of the site's database are in use; one of them must be enrolled anew"});
    if (hello.comparing) return "an earlier comparison was not finished";
    auto const here = replica_.cursor_at(hello.cursor.position);
    if (!here) return "the site's cursor lies beyond this log";
    if (here->hash != hello.cursor.hash && !broken(Mutant::cursor_without_hash)) return "the site's cursor is of another log";
    if (!lineage) return "the site's lineage goes back further than it says";
    if (expected_have(replica_, hello.cursor.position, hello, lineage_) != hello.have_hash && !broken(Mutant::have_hash_ignored))
        return "the site holds something else than its cursor says";
    return std::nullopt;
}

Body HubSession::on(Have const& have) {
    if (phase_ == Phase::ok) return bye(Farewell::malformed, EventKind::malformed, "an ordinary session has no HAVE");
    if (auto const label = find_fork(replica_, have.tips))
        return bye(Farewell::fork, EventKind::fork, "two contents under one label: " + text_of(*label));
    phase_ = Phase::compare;
    tips_ = have.tips;
    return Have{replica_.have()};
}

Body HubSession::on(Push& push) {
    if (phase_ == Phase::have_awaited) return bye(Farewell::malformed, EventKind::malformed, "a comparison begins with HAVE");
    journal::Received received;
    try {
        auto decoded = decode(replica_.dictionary(), push.bundle);
        received = {std::move(decoded.txns), std::move(decoded.signatures), std::move(push.bundle)};
    } catch (MalformedBytes const& error) {
        replica_.event({EventKind::malformed, site_, error.what()});
        return Ack{Refusal::malformed};
    }
    journal::PeerState peer;
    peer.peer = site_;
    auto const refusal = replica_.apply(received, peer);
    if (refusal != Refusal::none) replica_.event({EventKind::refused, site_, std::string{"a bundle was refused: "} + name_of(refusal)});
    return Ack{refusal};
}

Body HubSession::on(Pull const& pull) {
    if (phase_ == Phase::have_awaited) return bye(Farewell::malformed, EventKind::malformed, "a comparison begins with HAVE");
    bool const compares = phase_ == Phase::compare;
    if (!pull.from && !pull.withheld && !broken(Mutant::push_not_checked))
        if (auto const label = find_lacking(replica_, compares ? tips_ : hello_.lineage))
            return bye(Farewell::incomplete, EventKind::incomplete,
                       "after its push the hub does not hold what the site holds: " + text_of(*label));

    auto const end = replica_.end();
    auto const from = pull.from.value_or(compares ? proven(hello_.cursor.position) : hello_.cursor.position);
    if (from > end) return bye(Farewell::malformed, EventKind::malformed, "a cursor beyond the log");
    auto const cut = Cutter{replica_, left_out(), end, Cutter::Unproven::stop}.next(from);
    auto const cursor = replica_.cursor_at(cut.next);
    return Feed{cursor.value(), cut.bundle, cut.is_last};
}

/// The position up to which the edge surely holds this log: its cursor, when the hash fits and its HAVE bears it out; else 0.
std::uint64_t HubSession::proven(std::uint64_t position) {
    auto const here = replica_.cursor_at(position);
    if (!here || (here->hash != hello_.cursor.hash && !broken(Mutant::cursor_without_hash))) return 0;
    if (broken(Mutant::proof_ignored)) return position;
    auto const held = reach_of(tips_);
    for (auto const& [writer, seq] : replica_.have_below(position)) {
        auto const found = held.find(writer);
        if (found == held.end() || found->second < seq) return 0;
    }
    return position;
}

LeftOut HubSession::left_out() const {
    LeftOut left_out;
    left_out.held = phase_ == Phase::compare ? reach_of(tips_) : lineage_;
    if (phase_ == Phase::ok && broken(Mutant::feed_leaves_out_the_whole_site)) left_out.site = site_;
    return left_out;
}

Body HubSession::on(Bye const& bye) {
    phase_ = Phase::none;
    if (bye.why == Farewell::fork) replica_.event({EventKind::fork, site_, bye.detail});
    return Bye{bye.why, ""};
}

Body HubSession::bye(Farewell why, EventKind kind, std::string detail) {
    phase_ = Phase::none;
    replica_.event({kind, site_, detail});
    return Bye{why, std::move(detail)};
}

}  // namespace himsog::sync
