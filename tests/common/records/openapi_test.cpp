#include "common/records/openapi.hpp"
#include "tests/common/records/vaccinations.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace himsog;
using namespace himsog::records;
using namespace himsog::records::test;
using nlohmann::json;

TEST_CASE("openapi: every route is there with who may, what goes in and what can come out", "[records]") {
    Vaccinations api;
    auto const document = json::parse(openapi(api.routes(), {&api.shape}));
    CHECK(document["openapi"] == "3.1.0");
    for (auto const& route : api.routes()) CHECK(document["paths"].contains(route.path));
    auto const& list = document["paths"][vaccinations]["get"];
    CHECK(list["x-roles"] == json{"ADMIN", "DOCTOR", "DENTIST", "NURSE", "STAFF"});
    CHECK(list["responses"]["200"]["content"]["application/json"]["schema"]["oneOf"].size() == 2);
    std::vector<std::string> names;
    for (auto const& one : list["parameters"]) names.push_back(one["name"].get<std::string>());
    CHECK(names == std::vector<std::string>{"of_chart", "given_on", "arm", "search", "ordering", "cursor", "page", "page_size", "version"});
    auto const& create = document["paths"][vaccinations]["post"];
    CHECK(create["requestBody"]["content"]["application/json"]["schema"]["$ref"] == "#/components/schemas/vaccination");
    for (auto const* const status : {"200", "201", "400", "401", "403", "409", "413", "415"}) CHECK(create["responses"].contains(status));
    CHECK(document["paths"][vaccinations + "{id}/"]["patch"]["responses"].contains("412"));
    CHECK(document["paths"][vaccinations + "{id}/"]["delete"]["responses"].contains("204"));
}

TEST_CASE("openapi: every reference leads somewhere, and the text is the same each time", "[records]") {
    Vaccinations api;
    auto const text = openapi(api.routes(), {&api.shape});
    CHECK(text == openapi(api.routes(), {&api.shape}));
    auto const document = json::parse(text);
    auto const flat = document.flatten();
    for (auto const& [key, value] : flat.items()) {
        if (!key.ends_with("$ref")) continue;
        CAPTURE(key);
        REQUIRE(value.is_string());
        auto const target = value.get<std::string>();
        REQUIRE(target.starts_with("#/"));
        CHECK(document.contains(json::json_pointer{target.substr(1)}));
    }
}
