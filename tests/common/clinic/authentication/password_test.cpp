#include "tests/common/clinic/authentication/clinic.hpp"

#include "common/clinic/authentication/accounts.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace himsog;
using namespace himsog::clinic::authentication;
using namespace himsog::clinic::authentication::test;
using namespace std::chrono_literals;
using http::Method;

namespace {

http::Response change(Clinic& clinic, std::string const& token, std::string_view old_one, std::string_view new_one,
                      std::string_view again) {
    nlohmann::json const body{{"old_password", old_one}, {"new_password", new_one}, {"new_password2", again}};
    return clinic.ask(Method::post, "/api/auth/change-password/", body.dump(), {Clinic::bearing(token)});
}

}  // namespace

TEST_CASE("change-password: a new token, and every other session of the user ends", "[authentication][password]") {
    Clinic clinic;
    clinic.add("nurse@usc.edu.ph");
    clinic.add("doctor@usc.edu.ph", "DOCTOR");
    auto const here = clinic.token_of("nurse@usc.edu.ph");
    auto const elsewhere = clinic.token_of("nurse@usc.edu.ph");
    auto const other = clinic.token_of("doctor@usc.edu.ph");
    REQUIRE(clinic.get_profile(elsewhere).status == 200);

    auto const response = change(clinic, here, "Passw0rd", "Better0ne", "Better0ne");
    REQUIRE(response.status == 200);
    auto const fresh = json_of(response).at("token").get<std::string>();
    CHECK(clinic.get_profile(fresh).status == 200);
    CHECK(clinic.get_profile(here).status == 401);
    CHECK(clinic.get_profile(elsewhere).status == 401);
    CHECK(clinic.get_profile(other).status == 200);
    CHECK(clinic.login("nurse@usc.edu.ph", "Passw0rd").status == 401);
    CHECK(clinic.login("nurse@usc.edu.ph", "Better0ne").status == 200);
}

TEST_CASE("change-password: what is refused, in its envelope", "[authentication][password]") {
    Clinic clinic;
    clinic.add("nurse@usc.edu.ph");
    auto const token = clinic.token_of("nurse@usc.edu.ph");
    auto const missing = clinic.ask(Method::post, "/api/auth/change-password/", "{}", {Clinic::bearing(token)});
    CHECK(missing.status == 400);
    CHECK(json_of(missing).at("old_password") == nlohmann::json::array({"This field is required."}));
    CHECK(json_of(missing).size() == 3);
    CHECK(json_of(change(clinic, token, "Passw0rd", "weak", "weak")).at("new_password").size() == 1);
    CHECK(json_of(change(clinic, token, "Passw0rd", "Better0ne", "Better0nf")).contains("non_field_errors"));
    CHECK(json_of(change(clinic, token, "Passw0rd", "Passw0rd", "Passw0rd")).contains("new_password"));
    CHECK(clinic
              .ask(Method::post, "/api/auth/change-password/", R"({"old_password":1,"new_password":[],"new_password2":{}})",
                   {Clinic::bearing(token)})
              .status == 400);

    auto const wrong = change(clinic, token, "Wrong0ne", "Better0ne", "Better0ne");
    CHECK(wrong.status == 400);
    CHECK(json_of(wrong).contains("detail"));
    CHECK(clinic.get_profile(token).status == 200);
    for (int i = 0; i < 4; ++i) CHECK(change(clinic, token, "Wrong0ne", "Better0ne", "Better0ne").status == 400);
    CHECK(change(clinic, token, "Passw0rd", "Better0ne", "Better0ne").status == 429);
}

SCENARIO("A password changed at the hub ends the sessions at an edge when it arrives", "[authentication][password]") {
    GIVEN("a nurse signed in at an edge, whose account came from the hub") {
        Clinic hub{0};
        Clinic edge{1};
        auto const id = hub.add("nurse@usc.edu.ph");
        edge.take_from(hub);
        auto const token = edge.token_of("nurse@usc.edu.ph");
        REQUIRE(edge.get_profile(token).status == 200);

        WHEN("another part of the account arrives") {
            hub.set(id, "department", "Pharmacy");
            edge.take_from(hub);
            THEN("she stays signed in") { CHECK(json_of(edge.get_profile(token)).at("department") == "Pharmacy"); }
        }
        WHEN("a new password arrives") {
            hub.set(id, "password", *hub.hasher.hash("Better0ne"));
            edge.take_from(hub);
            THEN("she signs in with it and only with it") {
                CHECK(json_of(edge.get_profile(token)).at("detail") == "Invalid token.");
                CHECK(edge.login("nurse@usc.edu.ph", "Passw0rd").status == 401);
                CHECK(edge.login("nurse@usc.edu.ph", "Better0ne").status == 200);
            }
        }
        WHEN("the account is disabled at the hub") {
            hub.set(id, "is_active", journal::Value{std::int64_t{0}});
            edge.take_from(hub);
            THEN("she is out") { CHECK(json_of(edge.get_profile(token)).at("detail") == "User inactive or deleted."); }
        }
    }
}

TEST_CASE("another version of the password ends every session, also when it says the same", "[authentication][password]") {
    Clinic clinic;
    auto const id = clinic.add("nurse@usc.edu.ph");
    auto const token = clinic.token_of("nurse@usc.edu.ph");
    REQUIRE(clinic.get_profile(token).status == 200);
    clinic.set(id, "department", "Pharmacy");
    CHECK(clinic.get_profile(token).status == 200);  // another register

    // Session rows are left alone, as apply leaves them: another version of the register is shown, and that is enough.
    clinic.set(id, "password", *clinic.hasher.hash("Passw0rd"));
    auto const refused = clinic.get_profile(token);
    CHECK(refused.status == 401);
    CHECK(json_of(refused).at("detail") == "Invalid token.");
    CHECK(clinic.count("authentication_session") == 1);
}

TEST_CASE("one-time password: nothing but choosing another, for 24 hours", "[authentication][password]") {
    Clinic clinic;
    clinic.add("nurse@usc.edu.ph", "NURSE", "K7MP-W4HT", true);
    auto const login = clinic.login("nurse@usc.edu.ph", "K7MP-W4HT");
    REQUIRE(login.status == 200);
    CHECK(json_of(login).at("must_change_password") == true);
    auto const token = json_of(login).at("token").get<std::string>();

    CHECK(clinic.get_profile(token).status == 200);
    CHECK(json_of(clinic.ask(Method::get, "/api/auth/session/", {}, {Clinic::bearing(token)})).at("must_change_password") == true);
    auto const refused = clinic.ask(Method::patch, "/api/auth/profile/me/", R"({"first_name":"Eve"})", {Clinic::bearing(token)});
    CHECK(refused.status == 403);
    CHECK(json_of(refused).at("code") == "PASSWORD_CHANGE_REQUIRED");

    auto const changed = change(clinic, token, "K7MP-W4HT", "Better0ne", "Better0ne");
    REQUIRE(changed.status == 200);
    auto const fresh = json_of(changed).at("token").get<std::string>();
    CHECK(clinic.ask(Method::patch, "/api/auth/profile/me/", R"({"first_name":"Eve"})", {Clinic::bearing(fresh)}).status == 200);
    CHECK_FALSE(json_of(clinic.login("nurse@usc.edu.ph", "Better0ne")).contains("must_change_password"));
}

TEST_CASE("one-time password: after 24 hours neither it nor its sessions are good", "[authentication][password]") {
    Clinic clinic;
    clinic.add("nurse@usc.edu.ph", "NURSE", "K7MP-W4HT", true);
    clinic.clock.pass(23h);
    auto const token = json_of(clinic.login("nurse@usc.edu.ph", "K7MP-W4HT")).at("token").get<std::string>();
    CHECK(clinic.get_profile(token).status == 200);
    clinic.clock.pass(1h);
    CHECK(clinic.get_profile(token).status == 401);
    auto const late = clinic.login("nurse@usc.edu.ph", "K7MP-W4HT");
    CHECK(late.status == 401);
    CHECK(json_of(late).at("detail") == "The one-time password is no longer valid. Ask for a new one.");
}
