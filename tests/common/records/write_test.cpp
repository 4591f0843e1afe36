#include "tests/common/records/vaccinations.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace himsog;
using namespace himsog::records;
using namespace himsog::records::test;
using nlohmann::json;

namespace {

std::string const known_id = "018bcff2-3940-781b-a12d-dbdb9f5880c2";
std::string const known = vaccinations + known_id + "/";
json const flu = {{"id", known_id}, {"vaccine", "Flu"}, {"given_on", "2025-05-06"}};

}  // namespace

TEST_CASE("write: the same create twice is one record, as it is now; somebody else's is refused", "[records]") {
    Vaccinations api;
    REQUIRE(api.post(vaccinations, flu).status == 201);
    REQUIRE(api.patch(known, {{"dose_lot", "B"}}).status == 200);
    auto const again = api.post(vaccinations, flu);
    CHECK(again.status == 200);
    CHECK(json_of(again)["dose_lot"] == "B");
    CHECK(api.count("vaccination") == 1);
    api.sign_in(Role::doctor);
    CHECK(api.post(vaccinations, flu).status == 409);
    api.sign_in(Role::nurse);
    REQUIRE(api.remove(known).status == 204);
    CHECK(api.post(vaccinations, flu).status == 409);
}

TEST_CASE("write: an id is a UUIDv7 or refused", "[records]") {
    Vaccinations api;
    for (auto const& id : {json("7"), json(7), json("018bcff2-3940-481b-a12d-dbdb9f5880c2"), json{{"a", 1}}}) {
        auto bad = flu;
        bad["id"] = id;
        auto const answer = api.post(vaccinations, bad);
        CHECK(answer.status == 400);
        CHECK(json_of(answer).contains("id"));
    }
    CHECK(api.count("vaccination") == 0);
}

TEST_CASE("write: PATCH changes what it names, PUT asks for what is required", "[records]") {
    Vaccinations api;
    api.post(vaccinations, flu);
    CHECK(json_of(api.patch(known, {{"arm", "L"}}))["vaccine"] == "Flu");
    CHECK(json_of(api.put(known, {{"arm", "R"}})) ==
          json{{"vaccine", {"This field is required."}}, {"given_on", {"This field is required."}}});
    auto const put = json_of(api.put(known, {{"vaccine", "Flu"}, {"given_on", "2025-05-07"}, {"id", "x"}, {"created_by", "x"}}));
    CHECK(put["arm"] == "L");
    CHECK(put["id"] == known_id);
    CHECK(put["updated_at"] != put["created_at"]);
}

TEST_CASE("write: If-Match refuses a record that has moved, and shows it", "[records]") {
    Vaccinations api;
    auto const etag = std::string{api.post(vaccinations, flu).find("ETag")};
    auto const moved = api.patch(known, {{"dose_lot", "B"}}, {{"If-Match", etag}});
    REQUIRE(moved.status == 200);
    for (auto const& refused : {api.patch(known, {{"dose_lot", "C"}}, {{"If-Match", etag}}), api.remove(known, {{"If-Match", etag}})}) {
        CHECK(refused.status == 412);
        CHECK(json_of(refused)["current"] == json_of(moved));
    }
    CHECK(json_of(api.get(known))["dose_lot"] == "B");
    CHECK(api.remove(known, {{"If-Match", std::string{moved.find("ETag")}}}).status == 204);
}

TEST_CASE("write: an edit of an older version keeps both, and says which conflicts there are", "[records]") {
    Vaccinations api;
    auto const etag = std::string{api.post(vaccinations, flu).find("ETag")};
    auto const fresh = api.patch(known, {{"arm", "L"}}, {{"X-Himsog-Base", etag}});
    CHECK(json_of(fresh)["conflicts"] == json::array());
    REQUIRE(api.patch(known, {{"dose_lot", "C1"}}).status == 200);
    auto const stale = api.patch(known, {{"dose_lot", "D2"}}, {{"X-Himsog-Base", etag}});
    REQUIRE(stale.status == 200);
    REQUIRE(json_of(stale)["conflicts"].size() == 1);
    auto const conflict =
        journal::conflict(api.database(), api.dictionary, *Uuid::parse(json_of(stale)["conflicts"][0].get<std::string>()));
    REQUIRE(conflict);
    CHECK(conflict->status == journal::ConflictStatus::open);
    CHECK(api.patch(known, {{"arm", "R"}}, {{"X-Himsog-Base", "%%%"}}).status == 400);
}

TEST_CASE("write: a voided record is gone for readers; an older edit of it is kept", "[records]") {
    Vaccinations api;
    auto const etag = std::string{api.post(vaccinations, flu).find("ETag")};
    REQUIRE(api.remove(known).status == 204);
    CHECK(api.get(known).status == 404);
    CHECK(json_of(api.get(vaccinations)).empty());
    CHECK(json_of(api.get(vaccinations + "?page=1"))["count"] == 0);
    CHECK(api.patch(known, {{"arm", "L"}}).status == 404);
    CHECK(api.remove(known).status == 404);
    CHECK(api.patch(known, {{"arm", "L"}}, {{"X-Himsog-Base", etag}}).status == 200);
}

TEST_CASE("write: a scope hides somebody else's record from every method, also for edits of an older version", "[records]") {
    Api api{{vaccination(), journal::test::chart(), journal::test::site_key()}};
    Shape const shape{*api.dictionary.named("vaccination")};
    Collection collection{shape, vaccinations};
    collection.scope = [](Call const& call) {
        return std::optional{std::vector<Condition>{{"created_by = ?", {journal::Value{call.who().user}}}}};
    };
    api.serve(records::collection(std::move(collection)));
    auto const etag = std::string{api.post(vaccinations, flu).find("ETag")};
    api.sign_in(Role::doctor);
    CHECK(api.get(known).status == 404);
    CHECK(json_of(api.get(vaccinations)).empty());
    CHECK(api.patch(known, {{"arm", "L"}}).status == 404);
    CHECK(api.patch(known, {{"arm", "L"}}, {{"X-Himsog-Base", etag}}).status == 404);
    CHECK(api.remove(known).status == 404);
}

TEST_CASE("write: a reference may stay when its record was voided, but not be made", "[records]") {
    Vaccinations api;
    Uuid chart;
    api.write([&](journal::Writer& writer) {
        chart = writer.new_id();
        writer.insert(*writer.dictionary().named("chart"), chart, writer.dictionary().named("chart")->blank());
    });
    auto with_chart = flu;
    with_chart["of_chart"] = chart.text();
    REQUIRE(api.post(vaccinations, with_chart).status == 201);
    api.write([&](journal::Writer& writer) { writer.void_row(*writer.dictionary().named("chart"), chart); });
    CHECK(api.put(known, with_chart).status == 200);
    CHECK(api.post(vaccinations, {{"vaccine", "Flu"}, {"given_on", "2025-05-06"}, {"of_chart", chart.text()}}).status == 400);
}

TEST_CASE("write: gates come before everything else", "[records]") {
    Vaccinations api;
    api.who->is_verified = false;
    auto const unverified = api.get(vaccinations);
    CHECK(unverified.status == 403);
    CHECK(json_of(unverified) ==
          json{{"detail", "Email verification required."}, {"is_verified", false}, {"code", "VERIFICATION_REQUIRED"}});
    api.who->is_verified = true;
    api.who->must_change_password = true;
    CHECK(json_of(api.post(vaccinations, flu))["code"] == "PASSWORD_CHANGE_REQUIRED");
    CHECK(api.count("vaccination") == 0);
}

TEST_CASE("write: a read may hand back what is committed before its answer leaves", "[records]") {
    Api api{{journal::test::chart(), journal::test::site_key()}};
    std::vector<Route> routes;
    routes.emplace_back(http::Method::get, "/api/audited/", Policy::only(clinic_roles), [](Call&) -> Outcome {
        return Commit{[answer = http::Response{200, "[]"}](journal::Writer& writer) -> Result<http::Response> {
            auto const& chart = *writer.dictionary().named("chart");
            writer.insert(chart, writer.new_id(), chart.blank());
            return answer;
        }};
    });
    api.serve(std::move(routes));
    CHECK(api.get("/api/audited/").body == "[]");
    CHECK(api.count("chart") == 1);
}
