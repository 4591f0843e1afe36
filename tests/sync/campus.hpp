/// A hub and two edges that talk through the real session engine, message by message.
#pragma once

#include "sync/session/mutants.hpp"
#include "tests/sync/fake_node.hpp"

#include <catch2/catch_test_macros.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace himsog::testing {

using sync::EdgeSession;
using sync::HubSession;
using sync::Outcome;

/// What passed between the two, by type, and how it ended.
struct Talk {
    Outcome outcome = Outcome::running;
    bool compared = false;
    std::size_t messages = 0;
    std::size_t octets = 0;
    std::string asked;  // H hello, h have, P push, L pull, B bye
};

/// One session; the line is cut after `cut` messages, counting both ways.
inline Talk meet(FakeNode& edge, HubSession& here, std::size_t cut = SIZE_MAX, bool doubled = false, bool ahead = false) {
    EdgeSession there{edge};
    Talk talk;
    auto const pass = [&](Bytes const& message) {
        ++talk.messages;
        talk.octets += message.size();
        return talk.messages <= cut;
    };
    std::optional<Bytes> next = there.start();
    while (next) {
        talk.asked += "?HWhPALFB"[static_cast<std::uint8_t>(next->front())];
        if (ahead) there.work_ahead();
        if (!pass(*next)) break;
        auto answer = here.receive(*next);
        if (doubled) answer = here.receive(*next);
        if (!pass(answer)) break;
        auto following = there.receive(answer);
        if (doubled) CHECK((there.is_over() || !there.receive(answer)));
        next = std::move(following);
    }
    talk.outcome = there.outcome();
    talk.compared = there.compared();
    return talk;
}

inline Talk meet(FakeNode& edge, FakeNode& hub, std::size_t cut = SIZE_MAX, bool doubled = false, bool ahead = false) {
    HubSession here{hub, edge.site()};
    return meet(edge, here, cut, doubled, ahead);
}

inline void settle(std::vector<FakeNode*> const& edges, FakeNode& hub, int rounds = 2) {
    for (int i = 0; i < rounds; ++i)
        for (auto* edge : edges) {
            CAPTURE(edge->site());
            REQUIRE(meet(*edge, hub).outcome == Outcome::done);
        }
}

struct Campus {
    FakeNode hub{0};
    FakeNode a{1};
    FakeNode b{2};

    void settle() { testing::settle({&a, &b}, hub); }
    bool is_equal() { return a.held() == hub.held() && b.held() == hub.held(); }
};

/// Rules that are off while it lives.
class Broken {
public:
    explicit Broken(std::initializer_list<sync::Mutant> rules) {
        for (auto const rule : rules) sync::broken_rules |= sync::bit_of(rule);
    }
    ~Broken() { sync::broken_rules = 0; }
    Broken(Broken const&) = delete;
    Broken& operator=(Broken const&) = delete;
};

}  // namespace himsog::testing
