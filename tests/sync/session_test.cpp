#include "tests/sync/campus.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace himsog;
using namespace himsog::journal;
using namespace himsog::sync;
using namespace himsog::testing;

TEST_CASE("session: work of two sites meets everywhere", "[sync][session]") {
    Campus campus;
    campus.a.write("a1");
    campus.a.write("a2");
    campus.b.write("b1");
    campus.hub.write("h1");
    campus.settle();
    CHECK(campus.is_equal());
    CHECK(campus.b.texts() == std::vector<std::string>{"a1", "a2", "b1", "h1"});
    CHECK(campus.a.events.empty());
    CHECK(campus.hub.events.empty());
}

TEST_CASE("session: nothing to do is two small messages", "[sync][session]") {
    Campus campus;
    for (int i = 0; i < 3; ++i) {
        campus.a.restart();
        campus.a.write("a");
        campus.b.write("b");
    }
    campus.settle();
    auto const talk = meet(campus.a, campus.hub);
    CHECK(talk.messages == 2);
    CHECK(talk.octets <= 220);
    CHECK(meet(campus.a, campus.hub).asked == "H");
}

TEST_CASE("session: a line cut anywhere and messages doubled cost nothing", "[sync][session]") {
    for (std::size_t cut = 1; cut < 14; ++cut) {
        for (bool const doubled : {false, true}) {
            CAPTURE(cut, doubled);
            Campus campus;
            for (int i = 0; i < 5; ++i) {
                campus.a.write("a" + std::to_string(i));
                campus.b.write("b" + std::to_string(i));
                meet(campus.a, campus.hub, cut, doubled);
                meet(campus.b, campus.hub, cut, doubled);
            }
            campus.settle();
            REQUIRE(campus.is_equal());
            REQUIRE(campus.hub.count(EventKind::refused) == 0);
        }
    }
}

TEST_CASE("session: two copies of one disk in use are told once, a restored one is not", "[sync][session]") {
    Campus campus;
    HubSession hub{campus.hub, campus.a.site()};
    campus.a.write("before");
    meet(campus.a, hub);
    auto const copy = campus.a;
    campus.a.write("after the copy");
    meet(campus.a, hub);

    FakeNode other = copy;
    other.restart();
    other.write("at the copy");
    for (int i = 0; i < 3; ++i) meet(other, hub);
    CHECK(campus.hub.count(EventKind::branches) == 0);  // so far it may have taken the place of the other

    for (int i = 0; i < 4; ++i) {
        campus.a.write("on the old disk");
        CHECK(meet(campus.a, hub).outcome == Outcome::done);
        other.write("on the new disk");
        CHECK(meet(other, hub).outcome == Outcome::done);
    }
    CHECK(campus.hub.count(EventKind::branches) == 1);
}

TEST_CASE("session: an edge restored from an old copy gets its lost txns back in the feed", "[sync][session]") {
    Campus campus;
    campus.a.write("before");
    campus.settle();
    auto const backup = campus.a;
    campus.a.write("lost on the disk");
    campus.settle();
    campus.a = backup;
    campus.a.restart();
    campus.a.write("after");
    auto const talk = meet(campus.a, campus.hub);
    CHECK(talk.outcome == Outcome::done);
    CHECK_FALSE(talk.compared);  // an ordinary session: its cursor is as old as itself
    campus.settle();
    CHECK(campus.is_equal());
    CHECK(campus.a.texts() == std::vector<std::string>{"after", "before", "lost on the disk"});
}

TEST_CASE("session: a cloned disk is two writers with one parent", "[sync][session]") {
    Campus campus;
    campus.a.write("before");
    campus.settle();
    auto clone = campus.a;
    campus.a.restart();
    clone.restart();
    campus.a.write("one");
    clone.write("other");
    settle({&campus.a, &clone, &campus.b}, campus.hub);
    CHECK(campus.is_equal());
    CHECK(clone.held() == campus.hub.held());
}

TEST_CASE("session: a hub restored from any backup gets everything back", "[sync][session]") {
    Campus campus;
    campus.hub.write("h1");
    campus.a.write("a1");
    campus.settle();
    auto const backup = campus.hub;
    campus.hub.write("hub's own, after the backup");
    campus.a.write("a2");
    campus.b.write("b1");
    campus.settle();
    SECTION("from a backup") { campus.hub = backup; }
    SECTION("another takes its place") { campus.hub = FakeNode{0}; }
    campus.hub.restart();
    campus.hub.write("new at the hub");
    auto const talk = meet(campus.b, campus.hub);  // b alone brings back what a and the hub wrote
    CHECK(talk.compared);
    CHECK(talk.outcome == Outcome::done);
    CHECK_FALSE(campus.b.is_comparing());
    CHECK(campus.hub.texts().size() == 6);
    CHECK(meet(campus.b, campus.hub).asked == "H");
    campus.settle();
    CHECK(campus.is_equal());
}

TEST_CASE("session: a comparison that was cut goes on as one, whatever the cursor says", "[sync][session]") {
    for (std::size_t cut = 2; cut < 12; ++cut) {
        CAPTURE(cut);
        Campus campus;
        campus.a.write("a1");
        campus.hub.write("h1");
        campus.settle();
        auto const backup = campus.hub;
        campus.a.write("a2");
        campus.b.write("b1");
        campus.settle();
        campus.hub = backup;
        campus.hub.restart();
        meet(campus.a, campus.hub, cut);
        bool const was_cut = campus.a.is_comparing();
        auto const talk = meet(campus.a, campus.hub);
        if (was_cut) CHECK(talk.compared);
        CHECK(talk.outcome == Outcome::done);
        CHECK_FALSE(campus.a.is_comparing());
        campus.settle();
        REQUIRE(campus.is_equal());
    }
}

TEST_CASE("session: a fork is noticed on either side and nothing moves", "[sync][session]") {
    Campus campus;
    campus.a.write("before");
    campus.settle();
    auto image = campus.a;  // a running process, resumed twice: the writer stays open
    campus.a.write("one");
    SECTION("the hub holds as much") { image.write("other"); }
    SECTION("the hub holds more") {
        campus.a.write("two");
        image.write("other");
    }
    SECTION("the hub holds less") {
        image.write("other");
        image.write("other two");
    }
    REQUIRE(meet(campus.a, campus.hub).outcome == Outcome::done);
    auto const hub_before = campus.hub.held();
    auto const image_before = image.held();
    CHECK(meet(image, campus.hub).outcome == Outcome::fork);
    CHECK(campus.hub.held() == hub_before);
    CHECK(image.held() == image_before);
    CHECK(image.count(EventKind::fork) == 1);
    CHECK(campus.hub.count(EventKind::fork) == 1);
    campus.settle();
    CHECK(campus.is_equal());
}

TEST_CASE("session: a fork of another site's writer is found by comparing", "[sync][session]") {
    Campus campus;
    campus.hub.write("h1");
    campus.settle();
    auto image = campus.hub;  // the hub's machine, resumed twice; b met the other one
    image.write("seen by b only");
    REQUIRE(meet(campus.b, image).outcome == Outcome::done);
    campus.hub.write("other content, same label");
    REQUIRE(meet(campus.a, campus.hub).outcome == Outcome::done);
    auto const before = campus.b.held();
    CHECK(meet(campus.b, campus.hub).outcome == Outcome::fork);
    CHECK(campus.b.held() == before);
    CHECK(campus.b.count(EventKind::fork) + campus.hub.count(EventKind::fork) >= 1);
}

TEST_CASE("session: a refused bundle is an event, and the next session compares", "[sync][session]") {
    Campus campus;
    campus.a.write("a1");
    SECTION("at the hub") {
        campus.hub.refuse = Refusal::bad_chain;
        CHECK(meet(campus.a, campus.hub).outcome == Outcome::failed);
        CHECK(campus.hub.count(EventKind::refused) == 1);
        CHECK(campus.hub.texts().empty());
        campus.hub.refuse = Refusal::none;
    }
    SECTION("at the edge") {
        campus.hub.write("h1");
        campus.a.refuse = Refusal::parent_not_held;
        CHECK(meet(campus.a, campus.hub).outcome == Outcome::failed);
        CHECK(campus.a.cursor().position == 0);
        campus.a.refuse = Refusal::none;
    }
    CHECK(campus.a.count(EventKind::refused) == 1);
    CHECK(meet(campus.a, campus.hub).compared);
    CHECK_FALSE(campus.a.is_comparing());
    campus.settle();
    CHECK(campus.is_equal());
}

TEST_CASE("session: the hub's door", "[sync][session]") {
    Campus campus;
    campus.a.write("a1");
    SECTION("revoked") {
        campus.hub.hub_door = {Door::revoked, {}};
        CHECK(meet(campus.a, campus.hub).outcome == Outcome::revoked);
        CHECK(campus.hub.count(EventKind::turned_away) == 1);
    }
    SECTION("busy") {
        campus.hub.hub_door = {Door::busy, std::chrono::seconds{30}};
        EdgeSession edge{campus.a};
        HubSession hub{campus.hub, 1};
        CHECK_FALSE(edge.receive(hub.receive(edge.start())));
        CHECK(edge.outcome() == Outcome::busy);
        CHECK(edge.retry_after() == std::chrono::seconds{30});
    }
    SECTION("another schema") {
        Dictionary const other{{}};
        campus.a.speak(other);
        CHECK(meet(campus.a, campus.hub).outcome == Outcome::upgrade);
    }
    SECTION("another protocol") {
        HubSession hub{campus.hub, 1};
        EdgeSession edge{campus.a};
        auto hello = edge.start();
        hello[1] = 9;
        CHECK_FALSE(edge.receive(hub.receive(hello)));
        CHECK(edge.outcome() == Outcome::upgrade);
    }
    SECTION("the certificate is of another site") {
        EdgeSession edge{campus.a};
        HubSession hub{campus.hub, 2};
        CHECK_FALSE(edge.receive(hub.receive(edge.start())));
        CHECK(edge.outcome() == Outcome::revoked);
    }
    CHECK(campus.hub.texts().empty());
    CHECK_FALSE(campus.a.is_comparing());
}

TEST_CASE("session: messages out of turn and bytes that are none do no harm", "[sync][session]") {
    Campus campus;
    campus.a.write("a1");
    HubSession hub{campus.hub, 1};
    EdgeSession edge{campus.a};
    CHECK_FALSE(edge.receive("early"));
    auto const push_without_hello = encode(Message{1, 2, Push{"x"}});
    CHECK(std::holds_alternative<Bye>(decode_message(hub.receive(push_without_hello)).body));
    auto const welcome = hub.receive(edge.start());
    CHECK(std::holds_alternative<Bye>(decode_message(hub.receive("")).body));
    auto const bad_push = encode(Message{decode_message(welcome).session, 2, Push{"no bundle"}});
    hub.receive(edge.start());
    CHECK(std::holds_alternative<Bye>(decode_message(hub.receive(bad_push)).body));  // of the session before
    CHECK_FALSE(edge.receive(welcome));                                              // late
    CHECK_FALSE(edge.receive("garbage"));
    CHECK(edge.outcome() == Outcome::failed);
    CHECK(campus.a.count(EventKind::malformed) == 1);
}

TEST_CASE("session: what cannot be proved stays, the rest goes on", "[sync][session]") {
    Campus campus;
    campus.b.write("b1");
    REQUIRE(meet(campus.b, campus.hub).outcome == Outcome::done);
    REQUIRE(meet(campus.a, campus.hub).outcome == Outcome::done);
    SECTION("the hub's feed stops before it") {
        campus.hub.forget_signatures(campus.b.tip().writer);
        campus.hub.write("behind it");
        FakeNode c{3};
        CHECK(meet(c, campus.hub).outcome == Outcome::done);
        CHECK(c.texts().empty());
        CHECK(c.cursor().position == 0);
    }
    SECTION("an edge brings the rest back to a new hub, and says so") {
        campus.a.forget_signatures(campus.b.tip().writer);
        campus.a.write("a1");
        campus.hub = FakeNode{0};
        CHECK(meet(campus.a, campus.hub).outcome == Outcome::done);
        CHECK(campus.hub.texts() == std::vector<std::string>{"a1"});
        CHECK(campus.a.count(EventKind::incomplete) == 1);
    }
}

TEST_CASE("session: more restarts than a HELLO announces still come through", "[sync][session]") {
    Campus campus;
    for (int i = 0; i < 10; ++i) {
        campus.a.restart();
        campus.a.write("a" + std::to_string(i));
    }
    CHECK(meet(campus.a, campus.hub).compared);
    CHECK(meet(campus.a, campus.hub).asked == "H");
    campus.a.restart();
    campus.a.write("again");
    CHECK_FALSE(meet(campus.a, campus.hub).compared);
    campus.settle();
    CHECK(campus.is_equal());
}

TEST_CASE("session: the clock is measured with four timestamps", "[sync][session]") {
    Campus campus;
    campus.a.clock = Instant{5'000'000};
    campus.hub.clock = Instant{9'000'000};
    EdgeSession edge{campus.a};
    HubSession hub{campus.hub, 1};
    auto const hello = edge.start();
    campus.hub.clock = campus.hub.clock + Micros{100'000};  // way there
    auto const welcome = hub.receive(hello);
    SECTION("a short way") {
        campus.a.clock = campus.a.clock + Micros{200'000};
        edge.receive(welcome);
        REQUIRE(campus.a.readings.size() == 1);
        CHECK(campus.a.readings[0].offset == Micros{4'000'000});
        CHECK(campus.a.readings[0].round_trip == Micros{200'000});
        CHECK(campus.hub.peers.at(0).clock_ahead == Micros{-4'100'000});
    }
    SECTION("a long way says nothing") {
        campus.a.clock = campus.a.clock + Micros{3'000'000};
        edge.receive(welcome);
        CHECK(campus.a.readings.empty());
    }
}

TEST_CASE("session: a long backlog travels in several bundles", "[sync][session]") {
    for (bool const ahead : {false, true}) {
        CAPTURE(ahead);
        Campus campus;
        for (int i = 0; i < 12'500; ++i) campus.a.write("visit");
        auto const talk = meet(campus.a, campus.hub, SIZE_MAX, false, ahead);
        CHECK(talk.outcome == Outcome::done);
        CHECK(talk.asked == "HPPPL");
        CHECK(campus.hub.held() == campus.a.held());
    }
}

TEST_CASE("session: a backlog that was cut goes on, though the next bundle lay ready", "[sync][session]") {
    for (std::size_t cut = 3; cut < 10; ++cut) {
        CAPTURE(cut);
        Campus campus;
        for (int i = 0; i < 12'500; ++i) campus.a.write("visit");
        meet(campus.a, campus.hub, cut, false, true);
        campus.b.write("meanwhile");
        CHECK(meet(campus.b, campus.hub).outcome == Outcome::done);
        CHECK(meet(campus.a, campus.hub, SIZE_MAX, false, true).outcome == Outcome::done);
        CHECK(campus.hub.held() == campus.a.held());
        CHECK(campus.hub.count(EventKind::refused) == 0);
    }
}
