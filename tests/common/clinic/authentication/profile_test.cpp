#include "tests/common/clinic/authentication/clinic.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace himsog;
using namespace himsog::clinic::authentication;
using namespace himsog::clinic::authentication::test;
using namespace std::chrono_literals;
using http::Method;

namespace {

constexpr std::string_view keys_in_order =
    "id, email, role, requested_role, completeSetup, is_active, is_verified, first_name, last_name, middle_name, id_number, course, year_level, school, sex, "
    "civil_status, birthday, nationality, religion, address_permanent, address_present, phone, weight, height, bmi, father_name, mother_name, "
    "emergency_contact, emergency_contact_number, illness, childhood_diseases, special_needs, existing_medical_condition, medications, allergies, "
    "hospitalization_history, surgical_procedures, department, phone_number, created_at, updated_at, ";

struct Person {
    explicit Person(std::string_view role = "NURSE") {
        id = clinic.add("person@usc.edu.ph", role);
        token = clinic.token_of("person@usc.edu.ph");
    }
    http::Response patch(std::string body, std::vector<std::string> headers = {}) {
        return send(Method::patch, std::move(body), std::move(headers));
    }
    http::Response send(Method method, std::string body, std::vector<std::string> headers = {}) {
        clinic.clock.pass(1s);
        headers.push_back(Clinic::bearing(token));
        return clinic.ask(method, "/api/auth/profile/me/", std::move(body), headers);
    }
    nlohmann::json shown() { return json_of(clinic.get_profile(token)); }
    std::string etag() { return std::string{clinic.get_profile(token).find("etag")}; }
    journal::Values chart_row(Uuid const& chart) {
        journal::Values row;
        clinic.write([&](journal::Writer& writer) { row = *writer.find(patient(), chart); });
        return row;
    }
    void set_chart(Uuid const& chart, std::string_view field, journal::Value value) {
        clinic.write([&](journal::Writer& writer) {
            auto row = *writer.find(patient(), chart);
            row[patient().index(field)] = std::move(value);
            writer.update(patient(), chart, row);
        });
        clinic.clock.pass(1s);
    }
    journal::Entity const& patient() { return *clinic.dictionary.named("patient"); }

    Clinic clinic;
    Uuid id;
    std::string token;
};

}  // namespace

TEST_CASE("profile: exactly the contract's keys, in its order", "[authentication][profile]") {
    Person person;
    auto const response = person.clinic.get_profile(person.token);
    std::string order;
    auto const ordered = nlohmann::ordered_json::parse(response.body);
    for (auto const& [key, value] : ordered.items()) order += key + ", ";
    CHECK(order == keys_in_order);
    auto const body = json_of(response);
    CHECK(body.at("middle_name").is_null());
    CHECK(body.at("birthday").is_null());
    CHECK(body.at("completeSetup") == true);
    CHECK(body.at("created_at").get<std::string>().ends_with("+08:00"));
}

TEST_CASE("profile: an account without a patient keeps its background itself", "[authentication][profile]") {
    Person person;
    auto const response = person.patch(
        R"({"first_name":"  Eva ","sex":"2","birthday":"1990-02-28","weight":52.5,"phone":"+63 917 123 4567","department":"Pharmacy","allergies":"dust"})");
    REQUIRE(response.status == 200);
    auto const body = json_of(response);
    CHECK(body.at("first_name") == "Eva");
    CHECK(body.at("sex") == "2");
    CHECK(body.at("birthday") == "1990-02-28");
    CHECK(body.at("weight") == "52.5");
    CHECK(body.at("phone") == "+63 917 123 4567");
    CHECK(body.at("phone_number") == body.at("phone"));
    CHECK(body == person.shown());

    CHECK(json_of(person.send(Method::put, R"({"birthday":null,"sex":"","allergies":null})")).at("sex").is_null());
    CHECK(person.shown().at("first_name") == "Eva");  // PUT leaves what is not sent
    CHECK(person.shown().at("birthday").is_null());
    CHECK(json_of(person.patch(R"({"sex":"Male"})")).at("sex") == "1");
    CHECK(json_of(person.patch(R"({"sex":"other"})")).at("sex") == "O");
}

TEST_CASE("profile: what nobody may give himself is ignored", "[authentication][profile]") {
    Person person;
    auto const before = person.shown();
    auto const response = person.patch(
        R"({"id":"x","email":"boss@usc.edu.ph","role":"ADMIN","requested_role":"ADMIN","completeSetup":false,"is_active":false,"is_verified":false,
            "password":"x","password_is_one_time":true,"created_at":"2020-01-01","user":"x","nonsense":{"a":1}})");
    CHECK(response.status == 200);
    CHECK(person.shown() == before);
    CHECK(person.clinic.login("person@usc.edu.ph").status == 200);
}

TEST_CASE("profile: errors under the keys that were sent, nothing stored", "[authentication][profile]") {
    Person person;
    auto const before = person.shown();
    auto const response =
        person.patch(R"({"first_name":true,"birthday":"2026-02-30","phone":"12","emergency_contact_number":"call me","nationality":")" +
                     std::string(51, 'x') + R"(","department":"Pharmacy","sex":[]})");
    CHECK(response.status == 400);
    auto const body = json_of(response);
    for (auto const* const key : {"first_name", "birthday", "phone", "emergency_contact_number", "nationality", "sex"}) {
        INFO(key);
        CHECK(body.at(key).size() == 1);
    }
    CHECK(body.size() == 6);
    CHECK(json_of(person.patch(R"({"birthday":"1850-01-01"})")).contains("birthday"));
    person.clinic.hear_hub();
    auto const unborn = person.patch(R"({"birthday":"2099-01-01"})");
    CHECK(unborn.status == 400);
    CHECK(json_of(unborn).contains("birthday"));
    for (auto const* const bad : {"", "{", "[]", "\"\xc3\x28\""}) CHECK(person.patch(bad).status == 400);
    CHECK(person.shown() == before);
    CHECK(person.send(Method::del, "").status == 405);
}

TEST_CASE("profile: with a patient, its row is the truth under both names", "[authentication][profile]") {
    Person person{"STUDENT"};
    person.patch(R"({"allergies":"dust","department":"Nursing"})");
    auto const chart = person.clinic.admit(person.id, "Santos");
    auto body = person.shown();
    CHECK(body.at("last_name") == "Santos");
    CHECK(body.at("birthday") == "2003-05-17");
    CHECK(body.at("sex") == "2");
    CHECK(body.at("allergies").get<std::string>().empty());
    CHECK(body.at("department") == "Nursing");

    auto const response = person.patch(
        R"({"phone":"09171234567","address_present":"Talamban","id_number":"21100002","sex":1,"weight":"52.5","allergies":"penicillin"})");
    REQUIRE(response.status == 200);
    auto const row = person.chart_row(chart);
    auto const text = [&](std::string_view field) { return row[person.patient().index(field)].text(); };
    CHECK(text("phone_number") == "09171234567");
    CHECK(text("address") == "Talamban");
    CHECK(text("usc_id") == "21100002");
    CHECK(text("gender") == "M");
    CHECK(text("allergies") == "penicillin");
    body = person.shown();
    CHECK(body == json_of(response));
    CHECK(body.at("phone") == "09171234567");
    CHECK(body.at("phone_number") == "09171234567");
    CHECK(body.at("sex") == "1");
    CHECK(body.at("weight") == "52.5");
    CHECK(json_of(person.patch(R"({"phone_number":"0917000000"})")).at("phone") == "0917000000");
    CHECK(json_of(person.patch(R"({"last_name":"","sex":null,"birthday":null})")).size() == 3);

    person.set_chart(chart, "last_name", "Reyes");
    CHECK(person.shown().at("last_name") == "Reyes");
}

TEST_CASE("profile: If-Match covers both rows", "[authentication][profile]") {
    Person person{"STUDENT"};
    auto const alone = person.etag();
    auto const chart = person.clinic.admit(person.id, "Santos");
    auto const joined = person.etag();
    CHECK(joined.size() > alone.size());
    CHECK(person.patch(R"({"department":"A"})", {"If-Match: " + joined}).status == 200);
    CHECK(person.patch(R"({"department":"B"})", {"If-Match: " + joined}).status == 412);
    auto const fresh = person.etag();
    person.set_chart(chart, "address", "Cebu");
    auto const refused = person.patch(R"({"department":"B"})", {"If-Match: " + fresh});
    CHECK(refused.status == 412);
    CHECK(json_of(refused).at("current") == person.shown());
    CHECK(person.shown().at("department") == "A");
    auto const taken = person.patch(R"({"department":"B"})", {"If-Match: " + person.etag()});
    CHECK(taken.status == 200);
    CHECK(taken.find("etag") == person.etag());
}

TEST_CASE("profile: X-Himsog-Base keeps both values of what moved", "[authentication][profile]") {
    Person person{"STUDENT"};
    auto const chart = person.clinic.admit(person.id, "Santos");
    auto const read = person.etag();
    person.set_chart(chart, "allergies", "none known");

    auto const response = person.patch(R"({"allergies":"penicillin","address_present":"Cebu"})", {"X-Himsog-Base: " + read});
    REQUIRE(response.status == 200);
    CHECK(json_of(response).at("conflicts").size() == 1);
    CHECK(json_of(response).at("address_present") == "Cebu");
    auto const calm = person.patch(R"({"department":"A"})", {"X-Himsog-Base: " + person.etag()});
    CHECK(calm.status == 200);
    CHECK(person.patch(R"({"department":"A"})", {"X-Himsog-Base: !!"}).status == 400);
}
