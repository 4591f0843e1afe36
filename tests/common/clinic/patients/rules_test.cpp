#include "common/clinic/patients/rules.hpp"
#include "common/clinic/university_email.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace himsog;
using namespace himsog::clinic::patients;

TEST_CASE("rules: names are of people", "[patients]") {
    for (auto const* const name : {"Ana", "Niño", "De la Cruz", "O'Neil", "Anne-Marie", "Jr.", "Bo"}) CHECK_FALSE(name_problem(name));
    for (auto const* const name : {"", "A", "An4", "Ana<b>", "Ana\n", "@na"}) CHECK(name_problem(name));
    CHECK_FALSE(name_problem(std::string(50, 'a')));
    CHECK(name_problem(std::string(51, 'a')));
    std::string enyes;
    for (int i = 0; i < 50; ++i) enyes += "ñ";
    CHECK_FALSE(name_problem(enyes));
}

TEST_CASE("rules: birth dates", "[patients]") {
    CHECK(birth_date_problem(*Date::of(1899, 12, 31)));
    CHECK_FALSE(birth_date_problem(*Date::of(1900, 1, 1)));
    auto const noon = start_of(*Date::of(2026, 11, 24), Zone{}) + std::chrono::hours{12};
    CHECK_FALSE(future_birth_problem(*Date::of(2026, 11, 24), noon, true, Zone{}));
    CHECK(future_birth_problem(*Date::of(2026, 11, 25), noon, true, Zone{}));
    CHECK_FALSE(future_birth_problem(*Date::of(2026, 11, 25), noon, false, Zone{}));
}

TEST_CASE("rules: phone numbers and addresses", "[patients]") {
    for (auto const* const phone : {"09171234567", "+63 917 123-4567", "(032) 123 4567"}) CHECK_FALSE(phone_problem(phone));
    for (auto const* const phone : {"123456789", "1234567890123456", "0917123456a", "++639171234567", "0917/1234567"})
        CHECK(phone_problem(phone));
    CHECK(address_problem("Cebu"));
    CHECK_FALSE(address_problem("Talamban, Cebu City"));
    CHECK(address_problem(std::string(501, 'a')));
}

TEST_CASE("rules: e-mail addresses are of the university", "[patients]") {
    for (auto const* const email : {"21100001@usc.edu.ph", "ana.cruz@usc.edu.ph", "a_b-c@usc.edu.ph"})
        CHECK_FALSE(clinic::university_email_problem(email));
    for (auto const* const email : {"ana@gmail.com", "ana@usc.edu", "ana@usc.edu.ph.evil.com", "ana@@usc.edu.ph", "@usc.edu.ph",
                                    "a..b@usc.edu.ph", ".ab@usc.edu.ph", "a b@usc.edu.ph", "ana", "123456@usc.edu.ph", "ñandu@usc.edu.ph"})
        CHECK(clinic::university_email_problem(email));
}

TEST_CASE("rules: a visit lies between 2000 and now, while the clock is believed", "[patients]") {
    auto const now = start_of(*Date::of(2026, 11, 24), Zone{});
    CHECK_FALSE(visit_date_problem(now + std::chrono::minutes{5}, now, true, Zone{}));
    CHECK(visit_date_problem(now + std::chrono::minutes{6}, now, true, Zone{}));
    CHECK_FALSE(visit_date_problem(now + std::chrono::hours{24 * 365}, now, false, Zone{}));
    CHECK_FALSE(visit_date_problem(start_of(*Date::of(2000, 1, 1), Zone{}), now, true, Zone{}));
    CHECK(visit_date_problem(start_of(*Date::of(2000, 1, 1), Zone{}) - Micros{1}, now, true, Zone{}));
}

TEST_CASE("rules: similarity is that of Ratcliff and Obershelp", "[patients]") {
    CHECK(similarity("", "") == 1.0);
    CHECK(similarity("abc", "") == 0.0);
    CHECK(similarity("abc", "abc") == 1.0);
    CHECK(similarity("wikimedia", "wikimania") == 14.0 / 18.0);  // wikim, then ia
    CHECK(similarity("jane", "jana") == 6.0 / 8.0);
}

TEST_CASE("rules: how alike two people are", "[patients]") {
    Person const jane{"Jane", "Smith", *Date::of(2003, 5, 17), "jane@usc.edu.ph", "0917 123-4567"};
    CHECK(duplicate_score(jane, jane) == 1.0);
    auto other = jane;
    other.email = "smith@usc.edu.ph";
    other.first_name = "JANE";
    other.phone = "(0917)1234567";
    CHECK(duplicate_score(jane, other) == 0.85);
    CHECK(matching_fields(jane, other) == std::vector<std::string>{"first_name", "last_name", "date_of_birth", "phone_number"});
    other.date_of_birth = *Date::of(2003, 5, 18);
    CHECK(duplicate_score(jane, other) < duplicate_from);
    other = jane;
    other.email.clear();
    CHECK(duplicate_score(jane, other) == 1.0);  // a walk-in without an address is found, too
    other.phone.clear();
    CHECK(duplicate_score(jane, other) >= duplicate_from);
    other.first_name = "Mark";
    CHECK(duplicate_score(jane, other) < duplicate_from);
}
