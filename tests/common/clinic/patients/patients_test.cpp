#include "tests/common/clinic/patients/ward.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace himsog;
using namespace himsog::clinic::patients::test;

namespace {

json with(json person, json const& more) {
    person.update(more);
    return person;
}

}  // namespace

TEST_CASE("patients: an object has the contract's keys in its order", "[patients]") {
    Ward ward;
    auto const made = ward.post(charts, ana);
    REQUIRE(made.status == 201);
    auto const body = nlohmann::ordered_json::parse(made.body);
    CHECK(body.contains("detail"));
    std::string keys;
    for (auto const& [key, value] : body["patient"].items()) keys += key + ' ';
    CHECK(
        keys ==
        "id user usc_id first_name middle_name last_name date_of_birth gender email phone_number address course year_level school civil_status "
        "nationality religion address_permanent phone weight height bmi father_name mother_name emergency_contact emergency_contact_number "
        "illness childhood_diseases special_needs existing_medical_condition medications allergies hospitalization_history surgical_procedures "
        "blood_type created_at updated_at medical_records dental_records consultations ");
    CHECK(body["patient"]["user"] == nullptr);
    CHECK(body["patient"]["email"] == nullptr);
    CHECK(body["patient"]["address"].get<std::string>().empty());
    CHECK(body["patient"]["medical_records"].dump() == "[]");
}

TEST_CASE("patients: what is wrong is said field by field, inside errors", "[patients]") {
    Ward ward;
    auto const refused = ward.post(charts, {{"first_name", "A"},
                                            {"last_name", std::string(10'000, 'x')},
                                            {"date_of_birth", "2026-02-30"},
                                            {"gender", "X"},
                                            {"email", "ana@gmail.com"},
                                            {"phone_number", "12"},
                                            {"address", "Cebu"}});
    CHECK(refused.status == 400);
    CHECK(json_of(refused)["detail"] == "Validation failed");
    for (auto const* const field : {"first_name", "last_name", "date_of_birth", "gender", "email", "phone_number", "address"})
        CHECK(json_of(refused)["errors"].contains(field));
    CHECK(json_of(ward.post(charts, json::object()))["errors"].size() == 4);
    for (auto const* const date : {"1899-12-31", "2025-10-10"})
        CHECK(json_of(ward.post(charts, with(ana, {{"date_of_birth", date}})))["errors"].contains("date_of_birth"));
    CHECK(ward.count("patient") == 0);
}

TEST_CASE("patients: sex is M, F or O, however it is written", "[patients]") {
    Ward ward;
    for (auto const& [sent, stored] :
         std::vector<std::pair<json, std::string>>{{1, "M"}, {"2", "F"}, {"female", "F"}, {"MALE", "M"}, {"Other", "O"}, {"f", "f"}}) {
        auto const answer = ward.post(charts, with(ana, {{"gender", sent}, {"force_create", true}}));
        CAPTURE(sent.dump());
        if (stored == "f") CHECK(answer.status == 400);
        else CHECK(json_of(answer)["patient"]["gender"] == stored);
    }
}

TEST_CASE("patients: the phone has two names", "[patients]") {
    Ward ward;
    auto const id = ward.admit();
    auto const changed = json_of(ward.patch(charts + id + "/", {{"phone", "0917 123 4567"}}))["patient"];
    CHECK(changed["phone_number"] == "0917 123 4567");
    CHECK(changed["phone"] == "0917 123 4567");
}

SCENARIO("The same person is not registered twice by accident", "[patients]") {
    GIVEN("Ana's chart") {
        Ward ward;
        auto const id = ward.admit();

        WHEN("she is registered again") {
            auto const again = ward.post(charts, with(ana, {{"first_name", "ANA"}}));
            THEN("the answer shows her, and nothing is stored") {
                CHECK(again.status == 409);
                auto const body = json_of(again);
                CHECK(body["error_code"] == "DUPLICATE_PATIENT");
                CHECK(body["confirmation_required"] == true);
                REQUIRE(body["duplicates"].size() == 1);
                CHECK(body["duplicates"][0] == json{{"patient_id", id},
                                                    {"patient_name", "Ana Cruz"},
                                                    {"similarity_score", body["duplicates"][0]["similarity_score"]},
                                                    {"matching_fields", {"first_name", "last_name", "date_of_birth"}}});
                CHECK(ward.count("patient") == 1);
            }
            THEN("whoever insists may") {
                CHECK(ward.post(charts, with(ana, {{"force_create", true}})).status == 201);
                CHECK(ward.post(charts, with(ana, {{"force_create", "true"}})).status == 201);
            }
        }
        WHEN("somebody else becomes her by an edit") {
            auto const other = ward.admit({{"first_name", "Ben"}, {"last_name", "Cruz"}, {"date_of_birth", "2003-05-17"}, {"gender", "F"}});
            auto const path = charts + other + "/";
            THEN("that is asked, too, but not for edits of other fields") {
                CHECK(ward.patch(path, {{"first_name", "Ana"}}).status == 409);
                CHECK(ward.patch(path, {{"first_name", "Ana"}, {"force_update", true}}).status == 200);
                CHECK(ward.patch(path, {{"allergies", "dust"}}).status == 200);
                auto const found = json_of(ward.get(charts + id + "/check_duplicates/"));
                CHECK(found["patient_id"] == id);
                REQUIRE(found["potential_duplicates"].size() == 1);
                CHECK(found["potential_duplicates"][0]["patient_id"] == other);
                CHECK(found["potential_duplicates"][0]["created_at"].get<std::string>().ends_with("Z"));
            }
        }
        WHEN("her create arrives again, with its id") {
            auto const mine = with(ana, {{"id", "018bcff2-3940-781b-a12d-dbdb9f5880c2"}, {"first_name", "Anna"}, {"force_create", true}});
            REQUIRE(ward.post(charts, mine).status == 201);
            auto const repeated = ward.post(charts, with(mine, {{"force_create", false}}));
            THEN("it is the same record, before any rule of duplicates") {
                CHECK(repeated.status == 200);
                CHECK(json_of(repeated)["patient"]["first_name"] == "Anna");
            }
        }
    }
}

TEST_CASE("patients: an e-mail address is lower case and of one chart", "[patients]") {
    Ward ward;
    auto const id = json_of(ward.post(charts, with(ana, {{"email", " Ana.Cruz@USC.edu.ph "}})))["patient"];
    CHECK(id["email"] == "ana.cruz@usc.edu.ph");
    json const ben = {
        {"first_name", "Ben"}, {"last_name", "Reyes"}, {"date_of_birth", "2002-01-02"}, {"gender", "M"}, {"email", "ana.cruz@usc.edu.ph"}};
    CHECK(json_of(ward.post(charts, ben))["errors"].contains("email"));
    auto const other = ward.admit(with(ben, {{"email", ""}}));
    CHECK(ward.patch(charts + other + "/", {{"email", "ana.cruz@usc.edu.ph"}}).status == 400);
    CHECK(ward.patch(charts + id["id"].get<std::string>() + "/", {{"email", "ana.cruz@usc.edu.ph"}}).status == 200);
}

TEST_CASE("patients: PATCH checks what is sent, no more", "[patients]") {
    Ward ward;
    auto const path = charts + ward.admit() + "/";
    auto const changed = ward.patch(path, {{"allergies", "Peanuts"}, {"medical_records", "x"}, {"user", "x"}});
    CHECK(changed.status == 200);
    CHECK(json_of(changed)["patient"]["allergies"] == "Peanuts");
    CHECK(ward.patch(path, {{"first_name", ""}}).status == 400);
    CHECK(ward.put(path, {{"allergies", "x"}}).status == 400);
}

TEST_CASE("patients: search finds names, e-mail and university id, also of a whole name", "[patients]") {
    Ward ward;
    ward.admit(with(ana, {{"usc_id", "21100001"}, {"email", "21100001@usc.edu.ph"}, {"first_name", "Niña"}}));
    for (auto const* const word : {"ni%C3%B1a", "NI%C3%91A", "cruz", "ni%C3%B1a%20cruz", "0001", "usc.edu"})
        CHECK(json_of(ward.get(charts + "?search=" + word)).size() == 1);
    CHECK(json_of(ward.get(charts + "?search=ana%20reyes")).empty());
}

TEST_CASE("patients: lists leave the visits out, the detail has them, newest first", "[patients]") {
    Ward ward;
    auto const chart = ward.admit();
    ward.see(chart);
    auto later = cough;
    later["visit_date"] = "2025-05-24T10:00:00";
    auto const newest = ward.see(chart, later);
    CHECK(json_of(ward.get(charts))[0]["medical_records"].empty());
    auto const detail = json_of(ward.get(charts + chart + "/"));
    REQUIRE(detail["medical_records"].size() == 2);
    CHECK(detail["medical_records"][0]["id"] == newest);
    CHECK(detail["medical_records"][0]["patient_name"] == "Ana Cruz");
    CHECK(detail["dental_records"].empty());
}

TEST_CASE("patients: a chart with visits is not deleted", "[patients]") {
    Ward ward;
    auto const chart = ward.admit();
    auto const visit = ward.see(chart);
    CHECK(ward.remove(charts + chart + "/").status == 403);
    ward.sign_in(Role::admin);
    CHECK(ward.remove(charts + chart + "/").status == 409);
    REQUIRE(ward.remove(visits + visit + "/").status == 204);
    CHECK(ward.remove(charts + chart + "/").status == 204);
    CHECK(ward.get(charts + chart + "/").status == 404);
}
