// The declaration in vaccination.hpp is all that is written of an entity; here is what comes of it.
#include "common/records/openapi.hpp"
#include "tests/common/records/vaccinations.hpp"

#include <catch2/catch_test_macros.hpp>

#include <type_traits>

using namespace himsog;
using namespace himsog::records;
using namespace himsog::records::test;
using nlohmann::json;

static_assert(!std::is_constructible_v<Route, http::Method, std::string, Handle>, "a route without a policy does not compile");

TEST_CASE("declared once: table, and a column more when the declaration grows", "[records]") {
    Vaccinations api;
    auto const columns = api.database().columns("vaccination");
    CHECK(columns.size() == 1 + 7 + 8);
    auto grown = vaccination();
    grown.field(journal::text(8, "maker", "Maker", 50));
    journal::migrate(api.database(), journal::Dictionary{{grown}});
    CHECK(api.database().columns("vaccination").back() == "maker");
}

TEST_CASE("declared once: create and read, with ETag and without the secret", "[records]") {
    Vaccinations api;
    auto const made =
        api.post(vaccinations, {{"vaccine", " Flu "}, {"dose_no", "2"}, {"given_on", "2025-05-06"}, {"vial_pin", "1"}, {"x", 1}});
    REQUIRE(made.status == 201);
    auto const row = json_of(made);
    CHECK(row["vaccine"] == "Flu");
    CHECK(row["dose_no"] == 2);
    CHECK(row["arm"] == nullptr);
    CHECK(row["created_by"] == api.who->user.text());
    CHECK(row["created_at"] == row["updated_at"]);
    CHECK(row["created_at"].get<std::string>().ends_with("+08:00"));
    CHECK_FALSE(row.contains("vial_pin"));
    CHECK_FALSE(row.contains("x"));
    auto const read = api.get(vaccinations + row["id"].get<std::string>() + "/");
    CHECK(json_of(read) == row);
    CHECK(read.find("ETag") == made.find("ETag"));
    CHECK_FALSE(read.find("ETag").empty());
}

TEST_CASE("declared once: list, filters, search, pages", "[records]") {
    Vaccinations api;
    std::string chart;
    api.write([&](journal::Writer& writer) {
        auto const& entity = *writer.dictionary().named("chart");
        auto const id = writer.new_id();
        writer.insert(entity, id, entity.blank());
        chart = id.text();
    });
    api.give("Anti-rabies", "2025-05-06", {{"of_chart", chart}});
    api.give("Flu", "2025-05-07", {{"arm", "L"}});
    auto const found = [&](std::string const& query) { return json_of(api.get(vaccinations + query)).size(); };
    CHECK(found("") == 2);
    CHECK(found("?arm=L") == 1);
    CHECK(found("?given_on=2025-05-06") == 1);
    CHECK(found("?given_on=2025-02-30") == 0);
    CHECK(found("?of_chart=" + chart) == 1);
    CHECK(found("?of_chart=7") == 0);
    CHECK(found("?search=RABIES") == 1);
    CHECK(found("?nonsense=1") == 2);
    CHECK(api.get(vaccinations + "?arm=X").status == 400);
    auto const page = json_of(api.get(vaccinations + "?page=2&page_size=1"));
    CHECK(page["count"] == 2);
    CHECK(page["next"] == nullptr);
    CHECK(page["previous"] == "https://clinic:8441/api/vaccinations/?page_size=1&page=1");
    CHECK(page["results"][0]["vaccine"] == "Anti-rabies");
}

TEST_CASE("declared once: every field says what is wrong with it, and nothing is stored", "[records]") {
    Vaccinations api;
    auto const refused = api.post(vaccinations, {{"vaccine", " "},
                                                 {"dose_no", 12},
                                                 {"dose_lot", std::string(21, 'x')},
                                                 {"given_on", "2026-02-30"},
                                                 {"arm", "X"},
                                                 {"of_chart", "018bcff2-3940-781b-a12d-dbdb9f5880c2"}});
    CHECK(refused.status == 400);
    CHECK(json_of(refused) == json{{"vaccine", {"This field may not be blank."}},
                                   {"dose_no", {"Ensure this value is less than or equal to 9."}},
                                   {"dose_lot", {"Ensure this field has no more than 20 characters."}},
                                   {"given_on", {"Date has wrong format. Use one of these formats instead: YYYY-MM-DD."}},
                                   {"arm", {"\"X\" is not a valid choice."}}});
    auto const dangling =
        api.post(vaccinations, {{"vaccine", "Flu"}, {"given_on", "2025-05-06"}, {"of_chart", "018bcff2-3940-781b-a12d-dbdb9f5880c2"}});
    CHECK(dangling.status == 400);
    CHECK(json_of(dangling)["of_chart"][0] == "Invalid pk \"018bcff2-3940-781b-a12d-dbdb9f5880c2\" - object does not exist.");
    CHECK(api.count("vaccination") == 0);
}

TEST_CASE("declared once: the policy is in the declaration", "[records]") {
    Vaccinations api;
    auto const id = api.give("Flu", "2025-05-06");
    for (auto const role : {Role::admin, Role::doctor, Role::dentist, Role::nurse, Role::staff, Role::student, Role::faculty}) {
        api.sign_in(role);
        CAPTURE(name_of(role));
        CHECK(api.get(vaccinations).status == (api.who->in(clinic_roles) ? 200 : 403));
        CHECK(api.patch(vaccinations + id + "/", {{"dose_lot", "B"}}).status == (role == Role::nurse || role == Role::doctor ? 200 : 403));
    }
    api.who.reset();
    CHECK(api.get(vaccinations).status == 401);
    CHECK(api.post(vaccinations, json::object()).status == 401);
}

TEST_CASE("declared once: history tells every value, who and when; a group changes as one; the secret is in none", "[records]") {
    Vaccinations api;
    auto const id = api.give("Flu", "2025-05-06", {{"dose_no", 1}, {"dose_lot", "A"}});
    api.sign_in(Role::doctor);
    REQUIRE(api.patch(vaccinations + id + "/", {{"dose_lot", "B"}}).status == 200);
    auto const& entity = *api.dictionary.named("vaccination");
    auto const entries = journal::history(api.database(), api.dictionary, entity, *Uuid::parse(id));
    REQUIRE(entries.size() == 2);
    CHECK(entries[0].by.actor == api.who->user);
    REQUIRE(entries[0].changes.size() == 1);
    CHECK(entity.register_numbered(entries[0].changes[0].reg)->label == "Dose");
    CHECK(*entries[0].changes[0].from == journal::Values{journal::Value{1}, journal::Value{"A"}});
    CHECK(entries[0].changes[0].to == journal::Values{journal::Value{1}, journal::Value{"B"}});
    for (auto const& change : entries[1].changes) CHECK(change.reg != 7);
}

TEST_CASE("declared once: it is in the OpenAPI document", "[records]") {
    Vaccinations api;
    auto const document = json::parse(openapi(api.routes(), {&api.shape}));
    CHECK(document["paths"][vaccinations].contains("post"));
    auto const& schema = document["components"]["schemas"]["vaccination"];
    CHECK(schema["required"] == json{"vaccine", "given_on"});
    CHECK(schema["properties"]["given_on"]["format"] == "date");
    CHECK(schema["properties"]["arm"]["enum"] == json{"L", "R"});
    CHECK(schema["properties"]["vaccine"]["maxLength"] == 40);
    CHECK_FALSE(schema["properties"].contains("vial_pin"));
}
