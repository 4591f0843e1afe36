// Bad input: the contract's shape and status, nothing stored, nothing crashed.
#include "tests/common/records/vaccinations.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace himsog;
using namespace himsog::records;
using namespace himsog::records::test;
using nlohmann::json;

TEST_CASE("input: what is no JSON object is refused in words", "[records]") {
    Vaccinations api;
    auto const deep = std::string{R"({"x":)"} + std::string(32, '[') + std::string(32, ']') + '}';
    for (auto const& body :
         {std::string{"{"}, std::string{"{\"vaccine\":\"\xff\"}"}, std::string{"{\"vaccine\":\"\xc0\xaf\"}"}, std::string{"nul"},
          std::string{"{'a':1}"}, std::string{"{\"a\":1e999}"}, std::string{"{}{}"}, std::string{"\xef\xbb"}, deep}) {
        auto const answer = api.ask(http::Method::post, vaccinations, body);
        CAPTURE(body);
        CHECK(answer.status == 400);
        CHECK(json_of(answer)["detail"].get<std::string>().starts_with("JSON parse error - "));
    }
    for (auto const* const body : {"[]", "1", "\"a\"", "null"}) {
        auto const answer = api.ask(http::Method::post, vaccinations, body);
        CHECK(answer.status == 400);
        CHECK(json_of(answer).contains("non_field_errors"));
    }
    CHECK(api.count("vaccination") == 0);
}

TEST_CASE("input: 31 levels below the object are taken, whatever is in them", "[records]") {
    Vaccinations api;
    auto const deep = R"({"vaccine":"Flu","given_on":"2025-05-06","x":)" + std::string(31, '[') + std::string(31, ']') + '}';
    CHECK(api.ask(http::Method::post, vaccinations, deep).status == 201);
}

TEST_CASE("input: wrong types are named field by field", "[records]") {
    Vaccinations api;
    for (auto const& wrong : {json(true), json::array({1}), json{{"a", 1}}}) {
        auto const answer =
            api.post(vaccinations, {{"vaccine", wrong}, {"dose_no", wrong}, {"given_on", wrong}, {"arm", wrong}, {"of_chart", wrong}});
        CHECK(answer.status == 400);
        auto const errors = json_of(answer);
        CHECK(errors["vaccine"][0] == "Not a valid string.");
        CHECK(errors["dose_no"][0] == "A valid integer is required.");
        for (auto const* const field : {"given_on", "arm", "of_chart"}) CHECK(errors.contains(field));
    }
    CHECK(json_of(api.post(vaccinations, {{"vaccine", nullptr}, {"given_on", nullptr}})) ==
          json{{"vaccine", {"This field may not be null."}}, {"given_on", {"This field may not be null."}}});
}

TEST_CASE("input: dates that do not exist, numbers that are none, texts too long", "[records]") {
    Vaccinations api;
    for (auto const* const date : {"2026-02-30", "2026-13-01", "26-1-1", "01/02/2026", "0000-01-01", "", "2026-02-01T00:00:00"})
        CHECK(json_of(api.post(vaccinations, {{"vaccine", "Flu"}, {"given_on", date}})).contains("given_on"));
    for (auto const& number : {json("--5"), json("5-"), json("1e"), json("0x5"), json(2.5), json("99999999999999999999"), json(1e300)})
        CHECK(json_of(api.post(vaccinations, {{"vaccine", "Flu"}, {"given_on", "2025-01-01"}, {"dose_no", number}})).contains("dose_no"));
    std::string enyes;
    for (int i = 0; i < 10'000; ++i) enyes += "ñ";
    CHECK(json_of(api.post(vaccinations, {{"vaccine", enyes}, {"given_on", "2025-01-01"}}))["vaccine"][0] ==
          "Ensure this field has no more than 40 characters.");
    CHECK(json_of(api.post(vaccinations, {{"vaccine", std::string("a\0b", 3)}, {"given_on", "2025-01-01"}}))["vaccine"][0] ==
          "Null characters are not allowed.");
    CHECK(api.count("vaccination") == 0);
    auto const forty = json_of(api.post(vaccinations, {{"vaccine", enyes.substr(0, 80)}, {"given_on", "2025-01-01"}, {"dose_no", "3.0"}}));
    CHECK(forty["vaccine"] == enyes.substr(0, 80));
    CHECK(forty["dose_no"] == 3);
}

TEST_CASE("input: a number stands for its text", "[records]") {
    Vaccinations api;
    CHECK(json_of(api.post(vaccinations, {{"vaccine", 52.5}, {"given_on", "2025-01-01"}}))["vaccine"] == "52.5");
    CHECK(json_of(api.post(vaccinations, {{"vaccine", 7}, {"given_on", "2025-01-01"}}))["vaccine"] == "7");
}

TEST_CASE("input: bodies of another type are not read", "[records]") {
    Vaccinations api;
    for (auto const* const type : {"text/plain", "", "application/x-www-form-urlencoded"}) {
        http::Request request{http::Method::post, vaccinations};
        request.with_header("Content-Type", type).with_body("vaccine=Flu");
        auto const answer = api.send(std::move(request));
        CHECK(answer.status == 415);
        CHECK(json_of(answer).contains("detail"));
    }
}

TEST_CASE("input: what is not a UUID is an unknown record", "[records]") {
    Vaccinations api;
    for (auto const* const id : {"7", "not-an-id", "018bcff2-3940-781b-a12d-dbdb9f5880c", "%00", "018bcff2-3940-781b-a12d-dbdb9f5880c2"}) {
        CHECK(api.get(vaccinations + id + "/").status == 404);
        CHECK(api.patch(vaccinations + id + "/", {{"arm", "L"}}).status == 404);
        CHECK(api.remove(vaccinations + id + "/").status == 404);
    }
}

TEST_CASE("input: odd queries never fail a list", "[records]") {
    Vaccinations api;
    api.give("Flu 100%_!", "2025-05-06");
    for (auto const* const query :
         {"?search=%25", "?search=_", "?search=!", "?search=100%25_!", "?ordering=vaccine;DROP", "?ordering=,,-,--id", "?ordering=vial_pin",
          "?page_size=-1", "?page_size=x&page=1", "?version=1", "?search=%FF"})
        CHECK(api.get(vaccinations + query).status == 200);
    CHECK(json_of(api.get(vaccinations + "?search=%25_")).size() == 1);
    CHECK(json_of(api.get(vaccinations + "?search=%25%25")).empty());
    for (auto const* const query : {"?page=0", "?page=-1", "?page=2", "?page=x", "?page=99999999999999999999", "?cursor=!", "?cursor=AAAA",
                                    "?cursor=AgEC", "?cursor=________________"})
        CHECK(api.get(vaccinations + query).status == 404);
}
