#include "tests/common/journal/node.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace himsog;
using namespace himsog::journal;
using test::Node;

namespace {

/// A hub and two edges that trust it; the hub has enrolled both.
struct Campus {
    Node hub{0};
    Node north{1};
    Node south{2};

    Campus() {
        hub.trust(north);
        hub.trust(south);
        for (auto* node : {&north, &south}) {
            node->journal->trust_hub_key(hub.key.public_key());
            REQUIRE(node->take(hub.bundle()) == Refusal::none);
        }
    }

    void exchange() {
        for (int round = 0; round < 2; ++round)
            for (auto* node : {&north, &south}) {
                REQUIRE(hub.take(node->bundle()) == Refusal::none);
                REQUIRE(node->take(hub.bundle()) == Refusal::none);
            }
    }
};

}  // namespace

SCENARIO("Two clinics change the same chart without knowing of each other", "[journal][receive]") {
    Campus campus;
    auto const id = campus.north.admit("Santos", "shrimp");
    campus.exchange();
    REQUIRE(campus.south.get(id, "allergies") == "shrimp");

    WHEN("both write another allergy") {
        campus.north.set(id, "allergies", "penicillin");
        campus.south.set(id, "allergies", "latex");
        campus.exchange();

        THEN("all three show the same value and list the other under the same id") {
            auto const here = campus.hub.conflicts();
            REQUIRE(here.size() == 1);
            CHECK(here[0].kept.by.site != here[0].other.by.site);
            for (auto* node : {&campus.north, &campus.south}) {
                auto const there = node->conflicts();
                REQUIRE(there.size() == 1);
                CHECK(there[0].id == here[0].id);
                CHECK(there[0].version == here[0].version);
                CHECK(node->get(id, "allergies") == campus.hub.get(id, "allergies"));
            }
        }
        AND_WHEN("a doctor settles it at one of them") {
            auto const conflict = campus.south.conflicts().at(0);
            campus.south.write([&](Writer& writer) {
                writer.set_reason("asked the mother");
                writer.settle(Node::entity(), id, conflict.reg, {Value{"penicillin, latex"}},
                              {conflict.kept.by.label, conflict.other.by.label});
            });
            campus.exchange();
            THEN("it is resolved everywhere") {
                for (auto* node : {&campus.hub, &campus.north, &campus.south}) {
                    CHECK(node->conflicts().empty());
                    auto const resolved = node->conflicts(ConflictStatus::resolved);
                    REQUIRE(resolved.size() == 1);
                    CHECK(resolved[0].id == conflict.id);
                    CHECK(resolved[0].note == "asked the mother");
                    CHECK(node->get(id, "allergies") == "penicillin, latex");
                }
            }
        }
    }
    WHEN("both write another telephone number") {
        campus.north.set(id, "phone", "0917");
        campus.south.set(id, "phone", "0918");
        campus.exchange();
        THEN("the rule settles it, listed as auto") {
            CHECK(campus.hub.conflicts().empty());
            CHECK(campus.hub.conflicts(ConflictStatus::automatic).size() == 1);
        }
    }
    WHEN("one voids the chart while the other writes on it") {
        campus.north.write([&](Writer& writer) { writer.void_row(Node::entity(), id); });
        campus.south.set(id, "allergies", "latex");
        campus.exchange();
        THEN("the chart stays shown until somebody settles it") {
            for (auto* node : {&campus.hub, &campus.north, &campus.south}) {
                CHECK(node->get(id, "allergies") == "latex");
                auto const open = node->conflicts();
                REQUIRE(open.size() == 1);
                CHECK(open[0].kind == ConflictKind::life);
            }
        }
        AND_WHEN("it is voided again by somebody who saw the edit") {
            campus.south.write([&](Writer& writer) { writer.void_row(Node::entity(), id); });
            campus.exchange();
            THEN("it is gone everywhere and the conflict is resolved") {
                for (auto* node : {&campus.hub, &campus.north, &campus.south}) {
                    CHECK(node->get(id, "allergies") == "(none)");
                    CHECK(node->conflicts().empty());
                    CHECK(node->conflicts(ConflictStatus::resolved).size() == 1);
                }
            }
        }
    }
}

TEST_CASE("receive: applying twice is applying once", "[journal][receive]") {
    Campus campus;
    campus.north.admit("Santos");
    auto const bundle = campus.north.bundle();
    REQUIRE(campus.hub.take(bundle) == Refusal::none);
    auto const end = campus.hub.journal->log().end();
    REQUIRE(campus.hub.take(bundle) == Refusal::none);
    CHECK(campus.hub.journal->log().end() == end);
}

TEST_CASE("receive: a bundle that was altered is refused whole", "[journal][receive]") {
    Campus campus;
    campus.north.admit("Santos", "shrimp");
    campus.north.admit("Reyes", "latex");
    auto bundle = campus.north.bundle();
    auto const end = campus.hub.journal->log().end();

    SECTION("another value") { bundle.txns.back().operations.at(0).row.at(1) = Value{"none"}; }
    SECTION("another time") { bundle.txns.back().time += 1; }
    SECTION("another author") { bundle.txns.back().actor = {}; }
    SECTION("another signature") { bundle.signatures.back().bytes[3] = static_cast<char>(bundle.signatures.back().bytes[3] ^ 1); }
    SECTION("no signature") { bundle.signatures.clear(); }
    SECTION("a hole") { bundle.txns.erase(bundle.txns.end() - 2); }

    CHECK(campus.hub.take(bundle) != Refusal::none);
    CHECK(campus.hub.journal->log().end() == end);
}

TEST_CASE("receive: a site that the hub never enrolled is not believed", "[journal][receive]") {
    Campus campus;
    Node stranger{3};
    stranger.admit("Nobody");
    CHECK(campus.hub.take(stranger.bundle()) == Refusal::unknown_signer);
}

TEST_CASE("receive: the same label with other content is a fork, and neither branch is replaced", "[journal][receive]") {
    Campus campus;
    auto const id = campus.north.admit("Santos", "shrimp");
    campus.exchange();

    Node twin{1};
    campus.north.connection.copy_to(twin.connection);
    twin.start();
    campus.north.set(id, "title", "one");
    auto const writer = campus.north.journal->log().lineage().front().label.writer;
    REQUIRE(campus.hub.take(campus.north.bundle()) == Refusal::none);

    auto forged = campus.north.bundle();  // the twin's branch under the same label: only a resumed memory image can make it
    for (auto& txn : forged.txns)
        if (txn.label.writer == writer && txn.label.seq == 2) txn.operations.at(0).writes.at(0).values = {Value{"two"}};
    CHECK(campus.hub.take(forged) == Refusal::fork);
    CHECK(campus.hub.get(id, "title") == "one");
}

TEST_CASE("receive: an edge restored from an old copy gets its lost work back", "[journal][receive]") {
    Campus campus;
    auto const id = campus.north.admit("Santos", "shrimp");
    campus.exchange();
    Node old{1};
    campus.north.connection.copy_to(old.connection);
    campus.north.set(id, "allergies", "latex");
    REQUIRE(campus.hub.take(campus.north.bundle()) == Refusal::none);

    old.start();
    old.clock.at = campus.north.clock.at;
    old.set(id, "allergies", "penicillin");
    REQUIRE(campus.hub.take(old.bundle()) == Refusal::none);
    REQUIRE(old.take(campus.hub.bundle()) == Refusal::none);
    CHECK(old.conflicts().size() == 1);
    CHECK(campus.hub.conflicts().size() == 1);
}

TEST_CASE("receive: a bundle that a crash left half applied is finished at the next start", "[journal][receive]") {
    Campus campus;
    for (int i = 0; i < 40; ++i) campus.north.admit("Santos");
    auto const bundle = campus.north.bundle();
    auto verified = campus.hub.journal->verify(bundle);
    auto const before = campus.hub.journal->log().end();
    auto const applied = campus.hub.journal->apply(bundle, verified, PeerState{}, 0, [](Micros) { return true; });
    REQUIRE(applied.refusal == Refusal::none);
    REQUIRE(applied.next < bundle.txns.size());

    campus.hub.start();
    campus.hub.journal->resume();
    CHECK(campus.hub.journal->log().end() == before + 40);
    auto const tip = campus.north.journal->log().lineage().front().label;
    CHECK(campus.hub.journal->log().signature_from(tip));
}
