// Who may do what: the table of patients.md section 2, asked route by route and role by role.
#include "tests/common/clinic/patients/ward.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>

using namespace himsog;
using namespace himsog::clinic::patients::test;

namespace {

using Cell = std::pair<http::Method, std::string>;
std::string const all = "ADMIN NURSE DOCTOR DENTIST STAFF STUDENT FACULTY";
std::string const clinic = "ADMIN NURSE DOCTOR DENTIST STAFF";
std::string const writers = "ADMIN NURSE DOCTOR";

/// Deleting a chart: patients.md Q15.
std::map<Cell, std::string> const table{
    {{http::Method::get, charts}, clinic},
    {{http::Method::get, charts + "{id}/"}, clinic},
    {{http::Method::post, charts}, clinic},
    {{http::Method::put, charts + "{id}/"}, clinic},
    {{http::Method::patch, charts + "{id}/"}, clinic},
    {{http::Method::del, charts + "{id}/"}, "ADMIN"},
    {{http::Method::get, charts + "{id}/check_duplicates/"}, "ADMIN NURSE DOCTOR STAFF"},
    {{http::Method::get, visits}, all},
    {{http::Method::get, visits + "{id}/"}, all},
    {{http::Method::post, visits}, writers},
    {{http::Method::put, visits + "{id}/"}, writers},
    {{http::Method::patch, visits + "{id}/"}, writers},
    {{http::Method::del, visits + "{id}/"}, writers},
};

std::string for_nobody(std::string path) {
    if (auto const at = path.find("{id}"); at != std::string::npos) path.replace(at, 4, "018bcff2-3940-781b-a12d-dbdb9f5880c2");
    return path;
}

}  // namespace

TEST_CASE("access: every route of the slice is in the contract's table, and the other way round", "[patients]") {
    Ward ward;
    std::map<Cell, std::string> routes;
    for (auto const& route : ward.routes()) {
        std::string roles;
        for (auto const role : {Role::admin, Role::nurse, Role::doctor, Role::dentist, Role::staff, Role::student, Role::faculty})
            if ((route.policy.roles & bit(role)) != 0) roles += (roles.empty() ? "" : " ") + std::string{name_of(role)};
        routes.emplace(Cell{route.method, route.path}, roles);
    }
    CHECK(routes == table);
}

TEST_CASE("access: a role that may not is told so before anything is looked up or parsed", "[patients]") {
    Ward ward;
    for (auto const& [cell, roles] : table)
        for (auto const role : {Role::admin, Role::doctor, Role::dentist, Role::nurse, Role::staff, Role::student, Role::faculty}) {
            ward.sign_in(role);
            auto const answer = ward.ask(cell.first, for_nobody(cell.second), cell.first == http::Method::get ? "" : "{not json");
            bool const may = roles.find(name_of(role)) != std::string::npos;
            CAPTURE(cell.second, http::name_of(cell.first), name_of(role));
            CHECK((answer.status == 403) == !may);
            if (!may) CHECK(json_of(answer) == json{{"detail", "You do not have permission to perform this action."}});
        }
    ward.who.reset();
    for (auto const& [cell, roles] : table) {
        auto const answer = ward.ask(cell.first, for_nobody(cell.second));
        CHECK(answer.status == 401);
        CHECK(answer.find("WWW-Authenticate") == "Token");
    }
}

SCENARIO("A student reads their own visits and nobody else's", "[patients]") {
    GIVEN("two charts with a visit each") {
        Ward ward;
        auto const ana_chart = ward.admit();
        auto const own = ward.see(ana_chart);
        auto const other_chart =
            ward.admit({{"first_name", "Ben"}, {"last_name", "Reyes"}, {"date_of_birth", "2002-01-02"}, {"gender", "M"}});
        auto const other = ward.see(other_chart);

        WHEN("Ana signs in") {
            ward.sign_in(Role::student, Uuid::parse(ana_chart));
            THEN("she has one visit, whatever she asks for") {
                for (auto const& query : {std::string{}, "?patient=" + other_chart, std::string{"?search=x"}}) {
                    auto const list = json_of(ward.get(visits + query));
                    REQUIRE(list.size() == 1);
                    CHECK(list[0]["id"] == own);
                }
                CHECK(ward.get(visits + own + "/").status == 200);
                CHECK(ward.get(visits + other + "/").status == 404);
                CHECK(ward.get(charts + ana_chart + "/").status == 403);
            }
        }
        WHEN("somebody without a chart signs in") {
            ward.sign_in(Role::faculty);
            THEN("there is nothing") {
                CHECK(ward.get(visits).body == "[]");
                CHECK(json_of(ward.get(visits + "?page=1"))["count"] == 0);
                CHECK(ward.get(visits + own + "/").status == 404);
            }
        }
    }
}

SCENARIO("A chart whose account was given a clinic role leaves the patients, its visits stay", "[patients]") {
    Ward ward;
    auto const chart = ward.admit();
    auto const visit = ward.see(chart);
    ward.link(chart, "STUDENT");
    CHECK(ward.get(charts + chart + "/").status == 200);
    auto const promoted = ward.admit({{"first_name", "Ben"}, {"last_name", "Reyes"}, {"date_of_birth", "2002-01-02"}, {"gender", "M"}});
    auto const his = ward.see(promoted);
    ward.link(promoted, "NURSE");
    CHECK(json_of(ward.get(charts)).size() == 1);
    CHECK(json_of(ward.get(charts + "?page=1"))["count"] == 1);
    CHECK(ward.get(charts + promoted + "/").status == 404);
    CHECK(ward.patch(charts + promoted + "/", {{"address", "Talamban, Cebu City"}}).status == 404);
    CHECK(ward.get(visits + his + "/").status == 200);
    CHECK(json_of(ward.get(visits)).size() == 2);
}
