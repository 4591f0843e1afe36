#include "tests/common/clinic/authentication/clinic.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace himsog;
using namespace himsog::clinic::authentication;
using namespace himsog::clinic::authentication::test;
using namespace std::chrono_literals;
using http::Method;

TEST_CASE("login: a verified account gets a token and its profile", "[authentication][routes]") {
    Clinic clinic;
    auto const id = clinic.add("nurse@usc.edu.ph");
    auto const response = clinic.login("  Nurse@USC.edu.ph ");
    REQUIRE(response.status == 200);
    auto const body = json_of(response);
    CHECK(is_token(body.at("token").get<std::string>()));
    CHECK(body.at("is_verified") == true);
    CHECK(body.at("user").at("id") == id.text());
    CHECK(body.at("user").at("role") == "NURSE");
    CHECK_FALSE(body.contains("csrf"));
    CHECK_FALSE(body.contains("must_change_password"));
    CHECK(response.find("set-cookie").empty());
    CHECK(clinic.count("authentication_login") == 1);
    CHECK(clinic.count("sync_log") == 1);  // the account; signing in replicates nothing
}

TEST_CASE("login: an unverified account gets a real token without a profile, and is stopped elsewhere", "[authentication][routes]") {
    Clinic clinic;
    auto const id = clinic.add("nurse@usc.edu.ph", "NURSE", "Passw0rd", false, false);
    auto const body = json_of(clinic.login("nurse@usc.edu.ph"));
    CHECK(body.at("is_verified") == false);
    CHECK(body.at("user_id") == id.text());
    CHECK(body.at("email") == "nurse@usc.edu.ph");
    CHECK(body.at("user") ==
          nlohmann::json{
              {"id", id.text()}, {"email", "nurse@usc.edu.ph"}, {"role", "NURSE"}, {"completeSetup", true}, {"is_verified", false}});
    auto const refused = clinic.get_profile(body.at("token").get<std::string>());
    CHECK(refused.status == 403);
    CHECK(json_of(refused).at("code") == "VERIFICATION_REQUIRED");
    CHECK(clinic.count("authentication_login") == 0);
}

TEST_CASE("login: unknown account and wrong password answer alike and cost the same", "[authentication][routes]") {
    Clinic clinic;
    clinic.add("nurse@usc.edu.ph");
    auto const wrong = clinic.login("nurse@usc.edu.ph", "Wrong0ne");
    auto const hashes = clinic.hasher.verified;
    auto const unknown = clinic.login("nobody@usc.edu.ph", "Wrong0ne");
    CHECK(clinic.hasher.verified == 2 * hashes);
    CHECK(wrong.status == 401);
    CHECK(wrong.find("www-authenticate") == "Token");
    CHECK(unknown.status == wrong.status);
    CHECK(unknown.body == wrong.body);
    CHECK(clinic.count("authentication_session") == 0);
}

TEST_CASE("login: a disabled account hears so only with its password", "[authentication][routes]") {
    Clinic clinic;
    auto const id = clinic.add("nurse@usc.edu.ph");
    clinic.set(id, "is_active", journal::Value{std::int64_t{0}});
    auto const right = clinic.login("nurse@usc.edu.ph");
    CHECK(right.status == 401);
    CHECK(json_of(right).at("detail").get<std::string>().find("disabled") != std::string::npos);
    CHECK(clinic.login("nurse@usc.edu.ph", "Wrong0ne").body == clinic.login("nobody@usc.edu.ph", "Wrong0ne").body);
}

TEST_CASE("login: what is no login is 400", "[authentication][routes]") {
    Clinic clinic;
    for (auto const* const body : {"{}", R"({"email":"","password":"x"})", R"({"email":"a@usc.edu.ph"})", R"({"email":5,"password":["x"]})",
                                   R"({"email":null,"password":null})"}) {
        INFO(body);
        auto const response = clinic.ask(Method::post, "/api/auth/login/", body);
        CHECK(response.status == 400);
        CHECK(json_of(response).at("fields") == nlohmann::json{"email", "password"});
    }
    CHECK(clinic.count("authentication_failure") == 5);
    for (auto const* const body : {"{", "[]", "\"x\"", "{\"email\":\"\xff\"}"}) {
        INFO(body);
        CHECK(clinic.ask(Method::post, "/api/auth/login/", body).status == 400);
    }
    CHECK(clinic.ask(Method::get, "/api/auth/login/").status == 405);
}

TEST_CASE("login: five failures lock the account at that address, with the right password too", "[authentication][routes][lockout]") {
    Clinic clinic;
    clinic.add("nurse@usc.edu.ph");
    for (int i = 0; i < 5; ++i) CHECK(clinic.login("nurse@usc.edu.ph", "Wrong0ne").status == 401);
    clinic.clock.pass(5min);
    auto const hashes = clinic.hasher.verified;
    auto const locked = clinic.login("nurse@usc.edu.ph");
    CHECK(locked.status == 429);
    CHECK(locked.find("retry-after") == "600");
    auto const body = json_of(locked);
    CHECK(body.size() == 3);
    CHECK(body.at("retry_after") == 600);
    CHECK(body.at("locked_out") == true);
    CHECK(clinic.hasher.verified == hashes);

    clinic.address = "10.0.0.8";
    CHECK(clinic.login("nurse@usc.edu.ph").status == 200);
    clinic.address = "10.0.0.7";
    clinic.clock.pass(10min);
    CHECK(clinic.login("nurse@usc.edu.ph").status == 200);
}

TEST_CASE("login: of many tries at once no more are looked at than the lock-out allows", "[authentication][lockout]") {
    Clinic clinic;
    clinic.add("nurse@usc.edu.ph");
    std::vector<CheckedCredentials> tries;
    clinic.write([&](journal::Writer& writer) {
        Credentials credentials;
        credentials.email = "nurse@usc.edu.ph";
        credentials.password = "Wrong0ne";
        credentials.address = clinic.address;
        for (int i = 0; i < 9; ++i) tries.push_back(*clinic.service.check_credentials(writer.database(), clinic.clock.now(), credentials));
        credentials.password = "Passw0rd";
        tries.push_back(*clinic.service.check_credentials(writer.database(), clinic.clock.now(), credentials));
    });
    clinic.write([&](journal::Writer& writer) {
        for (std::size_t i = 0; i < tries.size(); ++i) {
            auto const made = clinic.service.sign_in(writer, clinic.clock.now(), tries[i]);
            REQUIRE_FALSE(made);
            CHECK(status_of(made.error().kind()) == (i < 5 ? 401 : 429));
        }
    });
}

TEST_CASE("login: too many hashes at once is 503, and no failure", "[authentication][routes]") {
    Clinic clinic;
    clinic.add("nurse@usc.edu.ph");
    clinic.hasher.busy = true;
    CHECK(clinic.login("nurse@usc.edu.ph").status == 503);
    CHECK(clinic.login("nobody@usc.edu.ph").status == 503);
    CHECK(clinic.count("authentication_failure") == 0);
}

TEST_CASE("login: two sites made the same account while apart: each password opens its own", "[authentication][routes]") {
    Clinic clinic;
    auto const first = clinic.add("nurse@usc.edu.ph");
    auto const& user = *clinic.dictionary.named("user");
    Uuid second;
    clinic.write([&](journal::Writer& writer) {
        auto row = *writer.find(user, first);
        row[user.index("password")] = *clinic.hasher.hash("Other0ne");
        second = writer.new_id();
        writer.insert(user, second, row);
    });
    CHECK(json_of(clinic.login("nurse@usc.edu.ph", "Passw0rd")).at("user").at("id") == first.text());
    CHECK(json_of(clinic.login("nurse@usc.edu.ph", "Other0ne")).at("user").at("id") == second.text());
}

TEST_CASE("login: nothing secret is answered or stored in clear", "[authentication][routes]") {
    Clinic clinic;
    clinic.add("nurse@usc.edu.ph");
    auto const response = clinic.login("nurse@usc.edu.ph");
    auto const token = json_of(response).at("token").get<std::string>();
    for (auto const& body : {response.body, clinic.get_profile(token).body}) {
        CHECK(body.find("hash ") == std::string::npos);
        CHECK(body.find("Passw0rd") == std::string::npos);
        CHECK(body.find("password") == std::string::npos);
    }
    CHECK(clinic.get_profile(token).body.find(token) == std::string::npos);
    clinic.write([&](journal::Writer& writer) {
        auto row = writer.database().prepare("SELECT token_hash, device FROM authentication_session");
        REQUIRE(row.step());
        CHECK(row.blob(0) == hash_of(token));
        CHECK(row.text(1).find(token) == std::string_view::npos);
    });
}
