// Each rule of the session, broken: a history that shows the harm. Where another rule hides it, that one is off too and named; with all rules
// on the same history ends well.
#include "tests/sync/campus.hpp"

#include <algorithm>

using namespace himsog::sync;
using namespace himsog::testing;

namespace {

bool holds(FakeNode const& node, std::string const& text) {
    auto const texts = node.texts();
    return std::find(texts.begin(), texts.end(), text) != texts.end();
}

/// An edge restored from an old copy must hear of its lost txn again.
bool rewound_edge_hears_of_its_lost_txn() {
    Campus campus;
    campus.a.write("before");
    campus.settle();
    auto const backup = campus.a;
    campus.a.write("lost");
    campus.settle();
    campus.a = backup;
    campus.a.restart();
    for (int i = 0; i < 3; ++i) meet(campus.a, campus.hub);
    return holds(campus.a, "lost");
}

/// A hub restored and grown past the edge's cursor is another log.
bool grown_hub_is_told_apart() {
    Campus campus;
    campus.hub.write("h1");
    campus.settle();
    auto const backup = campus.hub;
    campus.b.write("of a site that is dead since");
    REQUIRE(meet(campus.b, campus.hub).outcome == Outcome::done);
    REQUIRE(meet(campus.a, campus.hub).outcome == Outcome::done);
    campus.hub = backup;
    campus.hub.restart();
    FakeNode c{3};
    c.write("new");  // not the hub's: it would be missed as a gap in the hub's writer
    REQUIRE(meet(c, campus.hub).outcome == Outcome::done);
    for (int i = 0; i < 3; ++i) meet(campus.a, campus.hub);
    return holds(campus.hub, "of a site that is dead since") && campus.a.held() == campus.hub.held();
}

/// What an edge got while comparing must count as held: the hub may be restored to just before it.
bool cursor_says_what_was_got_while_comparing() {
    Campus campus;
    campus.hub.write("h1");
    campus.settle();
    auto const backup = campus.hub;
    campus.hub.write("h2");
    campus.a.refuse = himsog::journal::Refusal::gap;
    REQUIRE(meet(campus.a, campus.hub).outcome == Outcome::failed);
    campus.a.refuse = himsog::journal::Refusal::none;
    REQUIRE(meet(campus.a, campus.hub).compared);
    campus.hub = backup;
    campus.hub.restart();
    for (int i = 0; i < 3; ++i) meet(campus.a, campus.hub);
    return holds(campus.hub, "h2");
}

/// A compare is cut in its feed, and the hub is restored once more: what the edge pushed is lost there again, but its new cursor fits.
bool cut_compare_is_remembered() {
    Campus campus;
    campus.hub.write("h1");
    campus.settle();
    auto const backup = campus.hub;
    campus.b.write("of a site that is dead since");
    REQUIRE(meet(campus.b, campus.hub).outcome == Outcome::done);
    REQUIRE(meet(campus.a, campus.hub).outcome == Outcome::done);
    campus.hub = backup;
    campus.hub.restart();
    for (int i = 0; i < 6'000; ++i) campus.hub.write("new");  // more than one bundle
    auto const second_backup = campus.hub;
    meet(campus.a, campus.hub, 9);  // HELLO, HAVE, PUSH, PULL with their answers; the second PULL is lost
    REQUIRE(holds(campus.hub, "of a site that is dead since"));
    REQUIRE(campus.a.cursor().position == 5'001);
    campus.hub = second_backup;
    campus.hub.restart();
    for (int i = 0; i < 2; ++i) meet(campus.a, campus.hub);
    return holds(campus.hub, "of a site that is dead since");
}

/// A hub that lost everything gets a dead site's work back from another edge, or the session fails.
Outcome brings_back_others_work(bool& held) {
    Campus campus;
    campus.b.write("of a site that is dead since");
    campus.settle();
    campus.hub = FakeNode{0};
    auto const outcome = meet(campus.a, campus.hub).outcome;
    held = holds(campus.hub, "of a site that is dead since");
    return outcome;
}

/// A live image resumed: one label, two contents.
Outcome fork_is_noticed() {
    Campus campus;
    campus.a.write("before");
    campus.settle();
    auto image = campus.a;
    campus.a.write("one");
    image.write("other");
    REQUIRE(meet(campus.a, campus.hub).outcome == Outcome::done);
    return meet(image, campus.hub).outcome;
}

}  // namespace

TEST_CASE("mutant: feed leaves out the whole site instead of the lineage", "[sync][session][mutants]") {
    CHECK(rewound_edge_hears_of_its_lost_txn());
    Broken const rules{Mutant::feed_leaves_out_the_whole_site, Mutant::have_hash_ignored};
    CHECK_FALSE(rewound_edge_hears_of_its_lost_txn());
}

TEST_CASE("mutant: cursor without hash", "[sync][session][mutants]") {
    CHECK(grown_hub_is_told_apart());
    Broken const rules{Mutant::cursor_without_hash, Mutant::have_hash_ignored};
    CHECK_FALSE(grown_hub_is_told_apart());
}

TEST_CASE("mutant: cursor left behind while comparing", "[sync][session][mutants]") {
    CHECK(cursor_says_what_was_got_while_comparing());
    Broken const rules{Mutant::cursor_left_behind, Mutant::have_hash_ignored};
    CHECK_FALSE(cursor_says_what_was_got_while_comparing());
}

TEST_CASE("mutant: cut compare forgotten", "[sync][session][mutants]") {
    CHECK(cut_compare_is_remembered());
    Broken const rules{Mutant::cut_compare_forgotten, Mutant::have_hash_ignored};
    CHECK_FALSE(cut_compare_is_remembered());
}

TEST_CASE("mutant: compare without others' work", "[sync][session][mutants]") {
    bool held = false;
    CHECK(brings_back_others_work(held) == Outcome::done);
    CHECK(held);
    {
        Broken const rules{Mutant::compare_without_others_work};
        CHECK(brings_back_others_work(held) == Outcome::failed);  // the hub holds less than the edge, and says so
        CHECK_FALSE(held);
    }
    Broken const rules{Mutant::compare_without_others_work, Mutant::push_not_checked};
    CHECK(brings_back_others_work(held) == Outcome::done);
    CHECK_FALSE(held);
}

TEST_CASE("mutant: held by label without chain", "[sync][session][mutants]") {
    CHECK(fork_is_noticed() == Outcome::fork);
    Broken const rules{Mutant::held_by_label_without_chain};
    CHECK(fork_is_noticed() == Outcome::done);
}
