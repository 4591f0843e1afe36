#include "tests/common/records/api.hpp"

#include "common/records/collection.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace himsog;
using namespace himsog::journal;
using namespace himsog::records;
using namespace himsog::records::test;
using nlohmann::json;

namespace {

Entity check_up() {
    Entity entity{702, "check_up", "Check-up"};
    entity.field(text(1, "title", "Title", 100).required())
        .field(decimal(2, "cost", "Cost", 2).nullable())
        .field(instant(3, "at", "At").nullable())
        .field(boolean(4, "is_paid", "Paid"))
        .field(decimal(5, "temperature", "Temperature", 1).within("vitals").between(300, 450))
        .group("vitals.pressure", "Pressure",
               {integer(6, "high", "High").within("vitals").between(40, 300), integer(7, "low", "Low").within("vitals").between(20, 300)})
        .field(integer(8, "pulse", "Pulse").within("vitals"))
        .field(unknown_keys(9, "vitals", "Others"))
        .field(text(10, "skin", "Skin", 50).within("findings"))
        .readable_by(clinic_roles)
        .writable_by(clinic_roles);
    return entity;
}

std::string const check_ups = "/api/check-ups/";

struct CheckUps : Api {
    CheckUps() : Api{{check_up(), journal::test::site_key()}} {
        shape.pair("vitals", "pressure", "high", "low").alias("pulse", "beats", "pulse");
        serve(collection(Collection{shape, check_ups}));
        where = check_ups + json_of(post(check_ups, {{"title", "A"}})).at("id").get<std::string>() + "/";
    }
    json vitals() { return json_of(get(where)).at("vitals"); }
    json patch_vitals(json const& value) { return json_of(patch(where, {{"vitals", value}})).at("vitals"); }

    Shape shape{*dictionary.named("check_up")};
    std::string where;
};

}  // namespace

TEST_CASE("shape: each type as the contract writes it, in the order declared", "[records]") {
    CheckUps api;
    auto const row =
        api.put(api.where, {{"title", "B \"quoted\"\n"},
                            {"cost", "150.5"},
                            {"at", "2025-04-24T10:00:00"},
                            {"is_paid", "true"},
                            {"vitals", {{"temperature", "36.50"}, {"pressure", "120 / 80"}, {"pulse", 70}, {"odd", {1, nullptr}}}},
                            {"findings", {{"skin", " dry "}}}});
    REQUIRE(row.status == 200);
    auto const expected =
        R"("title":"B \"quoted\"","cost":"150.50","at":"2025-04-24T10:00:00+08:00","is_paid":true,)"
        R"("vitals":{"temperature":36.5,"pressure":"120/80","pulse":70,"beats":70,"odd":[1,null]},"findings":{"skin":"dry"},"created_at":)";
    CHECK(row.body.find(expected) != std::string::npos);
    CHECK(json_of(api.put(api.where, {{"title", "B"}, {"cost", -0.05}}))["cost"] == "-0.05");
    CHECK(json_of(api.put(api.where, {{"title", "B"}, {"cost", nullptr}}))["cost"] == nullptr);
    CHECK(json_of(api.patch(api.where, {{"cost", "1.005"}})).contains("cost"));
}

TEST_CASE("shape: PATCH of an object keeps what it does not name, PUT clears it, null clears", "[records]") {
    CheckUps api;
    api.patch_vitals({{"temperature", 36.5}, {"pressure", "120/80"}, {"odd", 1}, {"odder", "x"}});
    CHECK(api.patch_vitals({{"pulse", 70}, {"odd", 2}}) ==
          json{{"temperature", 36.5}, {"pressure", "120/80"}, {"pulse", 70}, {"beats", 70}, {"odd", 2}, {"odder", "x"}});
    CHECK(api.patch_vitals({{"pressure", nullptr}, {"odder", nullptr}, {"pulse", ""}}) == json{{"temperature", 36.5}, {"odd", 2}});
    CHECK(json_of(api.put(api.where, {{"title", "A"}}))["vitals"] == json{{"temperature", 36.5}, {"odd", 2}});
    CHECK(json_of(api.put(api.where, {{"title", "A"}, {"vitals", {{"pulse", 71}}}}))["vitals"] == json{{"pulse", 71}, {"beats", 71}});
    CHECK(api.patch_vitals(nullptr) == json::object());
}

TEST_CASE("shape: text that does not parse as its field is kept in its place, once", "[records]") {
    CheckUps api;
    api.patch_vitals({{"temperature", 36.5}, {"pressure", "120/80"}, {"pulse", 70}});
    CHECK(api.patch_vitals({{"temperature", "hot"}, {"pressure", "high"}, {"beats", "fast"}}) ==
          json{{"temperature", "hot"}, {"pressure", "high"}, {"beats", "fast"}});
    auto const text = api.get(api.where).body;
    CHECK(text.find("\"temperature\"") == text.rfind("\"temperature\""));
    CHECK(api.patch_vitals({{"temperature", "37"}, {"pressure", "110/70"}, {"pulse", "66"}}) ==
          json{{"temperature", 37}, {"pressure", "110/70"}, {"pulse", 66}, {"beats", 66}});
}

TEST_CASE("shape: one value under two names is read under either; the first name counts", "[records]") {
    CheckUps api;
    CHECK(api.patch_vitals({{"beats", 60}}) == json{{"pulse", 60}, {"beats", 60}});
    CHECK(api.patch_vitals({{"beats", 60}, {"pulse", 61}}) == json{{"pulse", 61}, {"beats", 61}});
    CHECK(api.patch_vitals({{"beats", 61}, {"pulse", nullptr}}) == json::object());
}

TEST_CASE("shape: the halves of a pair have no key of their own", "[records]") {
    CheckUps api;
    api.patch_vitals({{"pressure", "120/80"}});
    CHECK(api.patch_vitals({{"high", 10}}) == json{{"pressure", "120/80"}, {"high", 10}});
    CHECK(api.patch_vitals({{"pressure", "500/80"}, {"high", nullptr}}) == json{{"pressure", "500/80"}});
}

TEST_CASE("shape: unknown keys are bounded, also when they grow little by little", "[records]") {
    CheckUps api;
    CHECK(api.patch(api.where, {{"vitals", {{"odd", std::string(10'001, 'x')}}}}).status == 400);
    CHECK(api.patch(api.where, {{"vitals", "120/80"}}).status == 400);
    int status = 200;
    for (int i = 0; i < 5 && status == 200; ++i)
        status = api.patch(api.where, {{"vitals", {{"k" + std::to_string(i), std::string(3'000, 'x')}}}}).status;
    CHECK(status == 400);
    CHECK(api.vitals().size() == 3);
}
