#include "common/clinic/authentication/lockout.hpp"

#include "common/clinic/authentication/store.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace himsog;
using namespace himsog::clinic::authentication;
using namespace std::chrono_literals;

namespace {

struct Node {
    Node() { migrate(database, random); }

    Attempt attempt(std::string_view account, std::string_view address = "10.0.0.7") { return Attempt{database, account, address}; }
    void fail(int times, std::string_view account, std::string_view address = "10.0.0.7") {
        for (int i = 0; i < times; ++i) attempt(account, address).fail(now);
    }

    db::Connection database{{.path = ":memory:", .key = {}}};
    SeededRandom random{1};
    Instant now{1'800'000'000'000'000};
};

}  // namespace

TEST_CASE("lock-out: five failures of an account at an address, for the rest of 15 minutes", "[authentication][lockout]") {
    Node node;
    node.fail(4, "ana@usc.edu.ph");
    CHECK_FALSE(node.attempt("ana@usc.edu.ph").locked_for(node.now));
    node.now = node.now + 5min;
    node.fail(1, "ana@usc.edu.ph");

    CHECK(node.attempt("ana@usc.edu.ph").locked_for(node.now) == std::chrono::seconds{10min});
    CHECK_FALSE(node.attempt("ana@usc.edu.ph", "10.0.0.8").locked_for(node.now));
    CHECK_FALSE(node.attempt("ben@usc.edu.ph").locked_for(node.now));
    CHECK_FALSE(node.attempt("ana@usc.edu.ph").locked_for(node.now + 10min));
}

TEST_CASE("lock-out: twenty of an account from many addresses, fifty of an address over many accounts", "[authentication][lockout]") {
    Node node;
    for (int i = 0; i < 20; ++i) node.fail(1, "ana@usc.edu.ph", "10.0.1." + std::to_string(i));
    CHECK(node.attempt("ana@usc.edu.ph", "10.0.0.99").locked_for(node.now));

    for (int i = 0; i < 49; ++i) node.fail(1, "guess" + std::to_string(i) + "@usc.edu.ph", "10.0.2.1");
    CHECK_FALSE(node.attempt("ben@usc.edu.ph", "10.0.2.1").locked_for(node.now));
    node.fail(1, "", "10.0.2.1");
    CHECK(node.attempt("ben@usc.edu.ph", "10.0.2.1").locked_for(node.now));
    CHECK_FALSE(node.attempt("ben@usc.edu.ph", "10.0.2.2").locked_for(node.now));
}

TEST_CASE("lock-out: success forgives the account at that address only", "[authentication][lockout]") {
    Node node;
    node.fail(4, "ana@usc.edu.ph");
    node.fail(5, "ana@usc.edu.ph", "10.0.0.8");
    node.attempt("ana@usc.edu.ph").forgive();
    node.fail(4, "ana@usc.edu.ph");
    CHECK_FALSE(node.attempt("ana@usc.edu.ph").locked_for(node.now));
    CHECK(node.attempt("ana@usc.edu.ph", "10.0.0.8").locked_for(node.now));
}

TEST_CASE("lock-out: a clock that was years ahead locks nobody afterwards", "[authentication][lockout]") {
    Node node;
    auto const today = node.now;
    node.now = today + 24h * 3650;
    node.fail(5, "ana@usc.edu.ph");
    CHECK(node.attempt("ana@usc.edu.ph").locked_for(node.now));
    CHECK_FALSE(node.attempt("ana@usc.edu.ph").locked_for(today));
}

TEST_CASE("lock-out: no address and no e-mail lies in the table", "[authentication][lockout]") {
    Node node;
    node.fail(1, "ana@usc.edu.ph");
    auto row = node.database.prepare("SELECT account, address FROM authentication_failure");
    REQUIRE(row.step());
    CHECK(row.blob(0).size() == 32);
    CHECK(row.blob(1).size() == 32);
}
