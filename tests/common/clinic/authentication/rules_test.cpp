#include "common/clinic/authentication/rules.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace himsog::clinic::authentication;

TEST_CASE("e-mail rule: addresses of the university pass", "[authentication][rules]") {
    for (auto const* const email : {"doctor@usc.edu.ph", "21100777@usc.edu.ph", "maria.santos-cruz@usc.edu.ph", "a_b@usc.edu.ph"}) {
        INFO(email);
        CHECK_FALSE(refuse_email(email));
    }
}

TEST_CASE("e-mail rule: what R-strict refuses", "[authentication][rules]") {
    for (auto const* const email :
         {"", "plain", "@usc.edu.ph", "a b@usc.edu.ph", "ana@gmail.com", "ana@@usc.edu.ph", "ana@usc.edu.ph@usc.edu.ph", "niño@usc.edu.ph",
          "12345@usc.edu.ph", "1234567890@usc.edu.ph", "a..b@usc.edu.ph", ".ab@usc.edu.ph", "ab.@usc.edu.ph", "a.b.c.d.e@usc.edu.ph",
          "a12345678@usc.edu.ph", "a+b@usc.edu.ph", "x@usc.edu.ph", "abcdefghijklmnopqrstuvwxyzabcde@usc.edu.ph"}) {
        INFO(email);
        CHECK(refuse_email(email));
    }
    CHECK(*refuse_email("ana@usc.edu") == "Did you mean ana@usc.edu.ph?");
    CHECK(*refuse_email(std::string(300, 'a') + "@usc.edu.ph") == "Ensure this field has no more than 200 characters.");
}

TEST_CASE("e-mail addresses are stored trimmed and in lower case", "[authentication][rules]") {
    CHECK(normal_email("  Ana.Cruz@USC.edu.ph\n") == "ana.cruz@usc.edu.ph");
}

TEST_CASE("phone rule P1", "[authentication][rules]") {
    for (auto const* const phone : {"", "09171234567", "+63 (917) 123-4567", "1234567"}) CHECK_FALSE(refuse_phone(phone));
    for (auto const* const phone : {"123456", "1234567890123456", "0917 123 4567 ext 3", "+-()"}) CHECK(refuse_phone(phone));
}
