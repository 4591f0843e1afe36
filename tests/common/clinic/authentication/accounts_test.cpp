#include "common/clinic/authentication/accounts.hpp"

#include "common/journal/store.hpp"
#include "tests/common/clinic/authentication/clinic.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace himsog;
using namespace himsog::clinic::authentication;
using namespace himsog::clinic::authentication::test;

namespace {

FieldErrors errors_of(Clinic& clinic, NewAccount const& wanted) {
    FieldErrors errors;
    clinic.write([&](journal::Writer& writer) {
        if (auto const made = create_account(writer, wanted); !made) errors = made.error().fields();
    });
    return errors;
}

NewAccount wanted(std::string email, std::string role) {
    NewAccount account;
    account.email = std::move(email);
    account.role = std::move(role);
    account.password = {"hash 1 Passw0rd", false};
    return account;
}

}  // namespace

TEST_CASE("create_account: the first ADMIN on an empty node; there is no account before", "[authentication][accounts]") {
    Clinic clinic;
    CHECK(clinic.count("\"user\"") == 0);
    CHECK(errors_of(clinic, wanted(" Boss@usc.edu.ph ", "ADMIN")).empty());
    clinic.write([&](journal::Writer& writer) {
        auto const made = accounts_with(writer.database(), "boss@usc.edu.ph");
        REQUIRE(made.size() == 1);
        CHECK(made[0].role == "ADMIN");
        CHECK(made[0].is_active);
        CHECK_FALSE(made[0].is_verified);
        CHECK_FALSE(made[0].password_expires_at);
    });
}

TEST_CASE("create_account: refuses by field", "[authentication][accounts]") {
    Clinic clinic;
    clinic.add("nurse@usc.edu.ph");
    CHECK(errors_of(clinic, wanted("NURSE@usc.edu.ph", "NURSE")).contains("email"));
    CHECK(errors_of(clinic, wanted("nurse@gmail.com", "NURSE")).contains("email"));
    CHECK(errors_of(clinic, wanted("head@usc.edu.ph", "BOSS")).at("role").front() == "\"BOSS\" is not a valid choice.");
    auto without = wanted("head@usc.edu.ph", "NURSE");
    without.password.hash.clear();
    CHECK(errors_of(clinic, without).contains("password"));
    CHECK(clinic.count("\"user\"") == 1);
}

TEST_CASE("user: the password never shows in history", "[authentication][accounts]") {
    Clinic clinic;
    auto const id = clinic.add("nurse@usc.edu.ph");
    clinic.set(id, "password", "hash 2 Better0ne");
    clinic.set(id, "department", "Pharmacy");
    clinic.write([&](journal::Writer& writer) {
        auto const& user = *clinic.dictionary.named("user");
        for (auto const& entry : journal::history(writer.database(), clinic.dictionary, user, id))
            for (auto const& change : entry.changes) {
                CHECK(change.reg != password_register);
                for (auto const& value : change.to) CHECK(value.text().find("hash ") == std::string_view::npos);
            }
    });
}

TEST_CASE("user: secret and read-only fields take nothing from a body", "[authentication][accounts]") {
    auto const user = user_entity();
    for (auto const* const field : {"email", "password", "password_is_one_time", "password_expires_at", "role", "requested_role",
                                    "completeSetup", "is_verified", "is_active"})
        CHECK(user.fields()[user.index(field)].is_read_only);
    CHECK(user.register_numbered(password_register)->is_secret);
    CHECK(user.register_numbered(password_register)->fields.size() == 3);
}
