#include "common/base/random.hpp"
#include "tests/common/records/vaccinations.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <set>

using namespace himsog;
using namespace himsog::records;
using namespace himsog::records::test;
using nlohmann::json;

namespace {

std::vector<std::string> ids_of(json const& rows) {
    std::vector<std::string> ids;
    for (auto const& row : rows) ids.push_back(row["id"].get<std::string>());
    return ids;
}

std::string target_of(std::string const& url) { return url.substr(url.find("/api/")); }

/// All ids of a list, a cursor's page at a time.
std::vector<std::string> walked(Api& api, std::string const& query) {
    std::vector<std::string> ids;
    for (json next = "https://clinic" + vaccinations + "?cursor=&page_size=7" + query; next != nullptr;) {
        auto const page = json_of(api.get(target_of(next.get<std::string>())));
        for (auto const& id : ids_of(page["results"])) ids.push_back(id);
        next = page["next"];
    }
    return ids;
}

/// 60 rows in which names, dates and arms repeat, and arms and dose numbers are missing here and there.
void fill(Vaccinations& api) {
    SeededRandom random{11};
    for (int i = 0; i < 60; ++i) {
        json more = json::object();
        if (random.below(3) > 0) more["arm"] = random.below(2) == 0 ? "L" : "R";
        if (random.below(3) > 0) more["dose_no"] = 1 + random.below(3);
        auto const id =
            api.give("Vaccine " + std::to_string(random.below(4)), "2025-0" + std::to_string(1 + random.below(3)) + "-01", more);
        if (random.below(3) == 0) api.patch(vaccinations + id + "/", {{"dose_lot", "B"}});
    }
}

}  // namespace

TEST_CASE("list: whatever the order, a cursor meets each row once and in that order", "[records]") {
    Vaccinations api;
    fill(api);
    for (auto const* const order :
         {"", "&ordering=vaccine", "&ordering=-vaccine,given_on", "&ordering=arm,-dose_no,vaccine", "&ordering=-arm",
          "&ordering=dose_no,-arm", "&ordering=updated_at", "&ordering=-updated_at", "&ordering=created_at", "&ordering=id",
          "&ordering=-id", "&ordering=vaccine,vaccine,-vaccine", "&ordering=nonsense,vaccine"}) {
        CAPTURE(order);
        auto const ids = walked(api, order);
        CHECK(ids.size() == 60);
        CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == 60);
        CHECK(ids == ids_of(json_of(api.get(vaccinations + "?" + order))));
        std::vector<std::string> by_page;
        for (int page = 1; page <= 3; ++page)
            for (auto const& id : ids_of(json_of(api.get(vaccinations + "?page_size=20&page=" + std::to_string(page) + order))["results"]))
                by_page.push_back(id);
        CHECK(ids == by_page);
    }
}

TEST_CASE("list: a cursor goes on where it was, whatever is added meanwhile", "[records]") {
    Vaccinations api;
    fill(api);
    auto const first = json_of(api.get(vaccinations + "?cursor=&page_size=30&search=vaccine"));
    api.give("Vaccine new", "2025-09-01");
    auto const rest = json_of(api.get(target_of(first["next"].get<std::string>())));
    CHECK(first["results"].size() + rest["results"].size() == 60);
    CHECK(rest["next"] == nullptr);
}

TEST_CASE("list: newest first unless asked otherwise; -updated_at tells the last change", "[records]") {
    Vaccinations api;
    auto const old = api.give("Old", "2025-01-01");
    auto const young = api.give("Young", "2025-01-01");
    CHECK(ids_of(json_of(api.get(vaccinations))) == std::vector{young, old});
    api.patch(vaccinations + old + "/", {{"arm", "L"}});
    CHECK(ids_of(json_of(api.get(vaccinations + "?ordering=-updated_at"))) == std::vector{old, young});
}

TEST_CASE("list: pages say where the others are", "[records]") {
    Vaccinations api;
    fill(api);
    auto const middle = json_of(api.get(vaccinations + "?page=2&page_size=10&search=vac+ne"));
    CHECK(middle["next"] == "https://clinic:8441/api/vaccinations/?page_size=10&search=vac%20ne&page=3");
    CHECK(middle["previous"] == "https://clinic:8441/api/vaccinations/?page_size=10&search=vac%20ne&page=1");
    auto const last = json_of(api.get(vaccinations + "?page=3"));
    CHECK(last["count"] == 60);
    CHECK(last["next"] == nullptr);
    CHECK(json_of(api.get(vaccinations + "?page_size=500"))["results"].size() == 60);
    CHECK(json_of(api.get(vaccinations + "?page=1"))["results"].size() == 20);
    CHECK(json_of(api.get(vaccinations + "?page=1&search=nobody")) ==
          json{{"count", 0}, {"next", nullptr}, {"previous", nullptr}, {"results", json::array()}});
}

TEST_CASE("list: a bare array ends at 1,000 rows and links to the rest", "[records]") {
    Vaccinations api;
    api.write([&](journal::Writer& writer) {
        auto const& entity = *writer.dictionary().named("vaccination");
        for (int i = 0; i < 1005; ++i) {
            auto row = entity.blank();
            row[entity.index("vaccine")] = journal::Value{std::to_string(i)};
            row[entity.index("given_on")] = journal::Value{i};
            writer.insert(entity, writer.new_id(), std::move(row));
        }
    });
    auto const answer = api.get(vaccinations + "?ordering=given_on");
    CHECK(json_of(answer).size() == 1000);
    auto const link = std::string{answer.find("Link")};
    REQUIRE(link.ends_with(">; rel=\"next\""));
    auto const rest = json_of(api.get(target_of(link.substr(1, link.find('>') - 1))));
    CHECK(rest["results"].size() == 5);
    CHECK(rest["results"][0]["vaccine"] == "1000");
}

TEST_CASE("list: every element has the version that its ETag says, when asked", "[records]") {
    Vaccinations api;
    auto const id = api.give("Flu", "2025-05-06");
    CHECK_FALSE(json_of(api.get(vaccinations))[0].contains("version"));
    for (int i = 0; i < 2; ++i) {
        auto const version = json_of(api.get(vaccinations + "?version=1"))[0]["version"].get<std::string>();
        CHECK(api.get(vaccinations + id + "/").find("ETag") == '"' + version + '"');
        api.patch(vaccinations + id + "/", {{"arm", "L"}});
    }
}

TEST_CASE("list: search finds every word, whatever its case, also with ñ", "[records]") {
    Vaccinations api;
    api.give("Piña colada", "2025-05-06");
    CHECK(json_of(api.get(vaccinations + "?search=PI%C3%91A")).size() == 1);
    CHECK(json_of(api.get(vaccinations + "?search=colada%20pi")).size() == 1);
    CHECK(json_of(api.get(vaccinations + "?search=colada%20x")).empty());
}
