#include "tests/common/journal/node.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace himsog;
using namespace himsog::journal;
using test::Node;

SCENARIO("A nurse writes and reads on one node", "[journal]") {
    GIVEN("a chart") {
        Node node{1};
        auto const id = node.admit("Santos", "shrimp");
        CHECK(node.get(id, "allergies") == "shrimp");

        WHEN("the allergies are corrected") {
            node.set(id, "allergies", "penicillin");

            THEN("the new value is shown, the old one is history") {
                CHECK(node.get(id, "allergies") == "penicillin");
                auto const entries = history(node.connection, test::dictionary(), Node::entity(), id);
                REQUIRE(entries.size() == 2);
                CHECK(entries[0].action == "update");
                REQUIRE(entries[0].changes.size() == 1);
                CHECK(entries[0].changes[0].from.value().at(0) == Value{"shrimp"});
                CHECK(entries[0].changes[0].to.at(0) == Value{"penicillin"});
                CHECK(entries[1].action == "create");
            }
        }
        WHEN("nothing really changes") {
            auto const end = node.journal->log().end();
            node.set(id, "allergies", "shrimp");
            THEN("nothing is logged") { CHECK(node.journal->log().end() == end); }
        }
        WHEN("the chart is void") {
            node.write([&](Writer& writer) { writer.void_row(Node::entity(), id); });
            THEN("it is not shown, and can come back") {
                CHECK(node.get(id, "title") == "(none)");
                node.write([&](Writer& writer) { writer.restore(Node::entity(), id); });
                CHECK(node.get(id, "title") == "Santos");
                CHECK(node.conflicts(std::nullopt).empty());
            }
        }
        WHEN("somebody writes past the journal") {
            THEN("the database refuses") { CHECK_THROWS_AS(node.connection.prepare("UPDATE chart SET title = 'x'"), db::Error); }
        }
    }
}

SCENARIO("A browser that was offline sends an edit of an older version", "[journal]") {
    Node node{1};
    auto const id = node.admit("Santos", "shrimp");
    auto const base = node.read(id);

    WHEN("nobody touched the field since") {
        node.set(id, "phone", "0917");
        auto const conflicts = node.set(id, "allergies", "penicillin", &base);
        THEN("it is an ordinary edit, and the other field stays") {
            CHECK(conflicts.empty());
            CHECK(node.get(id, "allergies") == "penicillin");
            CHECK(node.get(id, "phone") == "0917");
        }
    }
    WHEN("the field moved") {
        node.set(id, "allergies", "latex");
        auto const conflicts = node.set(id, "allergies", "penicillin", &base);
        THEN("both values stand, and the conflict is on the list") {
            REQUIRE(conflicts.size() == 1);
            auto const list = node.conflicts();
            REQUIRE(list.size() == 1);
            CHECK(list[0].id == conflicts[0]);
            CHECK(list[0].kept.values.at(0) == Value{"latex"});
            CHECK(list[0].other.values.at(0) == Value{"penicillin"});
        }
        AND_WHEN("a doctor settles it") {
            auto const conflict = node.conflicts().at(0);
            node.write([&](Writer& writer) {
                writer.settle(Node::entity(), id, conflict.reg, {Value{"latex, penicillin"}},
                              {conflict.kept.by.label, conflict.other.by.label});
            });
            THEN("it is resolved and nothing is left open") {
                CHECK(node.get(id, "allergies") == "latex, penicillin");
                CHECK(node.conflicts().empty());
                auto const resolved = node.conflicts(ConflictStatus::resolved);
                REQUIRE(resolved.size() == 1);
                CHECK(resolved[0].id == conflict.id);
            }
        }
    }
    WHEN("the field moved, and then somebody writes what the browser had sent") {
        node.set(id, "allergies", "latex");
        node.set(id, "allergies", "penicillin", &base);
        auto const conflict = node.conflicts().at(0);
        node.set(id, "allergies", "penicillin");
        THEN("the conflict is resolved by that edit") {
            CHECK(node.conflicts().empty());
            auto const resolved = node.conflicts(ConflictStatus::resolved);
            REQUIRE(resolved.size() == 1);
            CHECK(resolved[0].id == conflict.id);
            CHECK(resolved[0].kept.values.at(0) == Value{"latex"});
            CHECK(resolved[0].other.values.at(0) == Value{"penicillin"});
            CHECK(resolved[0].resolved_by.has_value());
        }
        AND_WHEN("a third value is written against both") {
            node.set(id, "allergies", "shellfish", &base);
            THEN("it is a conflict of its own, and the other stays resolved") {
                CHECK(node.conflicts().size() == 1);
                CHECK(node.conflicts().at(0).id != conflict.id);
                CHECK(node.conflicts(ConflictStatus::resolved).size() == 1);
            }
        }
    }
    WHEN("the version it names is not held here") {
        Base unknown;
        unknown.base = {99, 1};
        node.set(id, "allergies", "penicillin", &unknown);
        THEN("it stands beside what is shown") {
            CHECK(node.get(id, "allergies") == "shrimp");
            CHECK(node.conflicts().size() == 1);
        }
    }
}

TEST_CASE("journal: a job that is refused leaves nothing, not even its writer", "[journal]") {
    Node node{1};
    std::vector<Job> jobs(1);
    jobs[0].work = [](Writer& writer) -> std::optional<Problem> {
        writer.insert(Node::entity(), writer.new_id(), Node::entity().blank());
        return Problem{ProblemKind::conflict, "no"};
    };
    bool answered = false;
    jobs[0].done = [&](Problem const* problem) { answered = problem != nullptr; };
    node.journal->run(std::move(jobs));
    CHECK(answered);
    CHECK(node.journal->log().end() == 0);
    CHECK(node.journal->log().have().empty());
    node.admit("after");
    CHECK(node.journal->log().end() == 1);
}

TEST_CASE("journal: each start that writes opens a writer on top of the last", "[journal]") {
    Node node{1};
    node.admit("one");
    node.start();
    node.admit("two");
    auto const lineage = node.journal->log().lineage();
    REQUIRE(lineage.size() == 2);
    CHECK(lineage[0].label.seq == 1);
    CHECK(lineage[1].label.seq == 1);
    CHECK(lineage[0].label.writer != lineage[1].label.writer);
}

TEST_CASE("journal: a job sees the conflicts that an earlier job of its group opened", "[journal]") {
    Node node{1};
    auto const id = node.admit("Santos", "shrimp");
    Base unknown;
    unknown.base = {99, 1};
    std::vector<Job> jobs(2);
    jobs[0].work = [&](Writer& writer) -> std::optional<Problem> {
        auto row = *writer.find(Node::entity(), id);
        row[Node::entity().index("allergies")] = Value{"latex"};
        writer.update(Node::entity(), id, row, &unknown);
        return std::nullopt;
    };
    jobs[1].work = [&](Writer& writer) -> std::optional<Problem> {
        auto const open = conflicts(writer.database(), writer.dictionary(), {}, 10, 0);
        writer.settle(Node::entity(), id, open.at(0).reg, {Value{"latex"}}, {open[0].kept.by.label, open[0].other.by.label});
        return std::nullopt;
    };
    std::size_t saved = 0;
    for (auto& job : jobs) job.done = [&](Problem const* problem) { saved += problem == nullptr ? 1 : 0; };
    node.journal->run(std::move(jobs));
    CHECK(saved == 2);
    CHECK(node.conflicts().empty());
    CHECK(node.get(id, "allergies") == "latex");
}

TEST_CASE("journal: a job sees the history that an earlier job of its group made, not the log, which is written at the group's end",
          "[journal]") {
    Node node{1};
    auto const id = node.admit("Santos", "shrimp");
    std::vector<HistoryEntry> entries;
    std::vector<Job> jobs(2);
    jobs[0].context.actor = Uuid::from_bytes(Bytes(16, 'N'));
    jobs[0].work = [&](Writer& writer) -> std::optional<Problem> {
        auto row = *writer.find(Node::entity(), id);
        row[Node::entity().index("allergies")] = Value{"latex"};
        writer.set_reason("as told by the mother");
        writer.update(Node::entity(), id, row);
        return std::nullopt;
    };
    jobs[1].work = [&](Writer& writer) -> std::optional<Problem> {
        entries = history(writer.database(), writer.dictionary(), Node::entity(), id);
        CHECK_THROWS_AS(node.journal->log(), std::logic_error);
        return std::nullopt;
    };
    for (auto& job : jobs) job.done = [](Problem const*) {};
    auto const actor = jobs[0].context.actor;
    node.journal->run(std::move(jobs));
    REQUIRE(entries.size() == 2);
    CHECK(entries[0].by.actor == actor);
    CHECK(entries[0].by.site == 1);
    CHECK(entries[0].reason == "as told by the mother");
    CHECK(node.journal->log().end() == 2);
}

TEST_CASE("journal: after a start with a wrong clock the last hub time heard is trusted, not the wall clock", "[journal]") {
    Node node{1};
    auto const then = node.clock.at;
    node.journal->hear_hub(then, Micros{0}, Micros{1000});
    CHECK(node.journal->clock().trusted() == then);
    node.clock.at = Instant{1'700'000'000'000'000};  // two years back
    node.start();
    CHECK(node.journal->clock().quality() == ClockQuality::unsure);
    CHECK(node.journal->clock().trusted() == then);
    node.clock.pass(std::chrono::minutes{5});
    CHECK(node.journal->clock().trusted() == then + std::chrono::minutes{5});
}

TEST_CASE("journal: a cursor proves the log before it", "[journal]") {
    Node node{1};
    for (int i = 0; i < 300; ++i) node.admit("one");
    auto log = node.journal->log();
    auto const half = log.cursor_at(270).value();
    CHECK(half.position == 270);
    CHECK(log.cursor_at(301) == std::nullopt);
    node.admit("more");
    CHECK(node.journal->log().cursor_at(270).value() == half);
}
