#include "common/crypto/password.hpp"

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <chrono>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace himsog;
using namespace himsog::crypto;

namespace {

constexpr PasswordCost cheap{8192, 1};

}  // namespace

SCENARIO("A password is hashed and checked", "[crypto]") {
    GIVEN("a hasher at the real cost") {
        PasswordHasher hasher;
        auto const stored = hasher.hash("Kalusugan 1 ñ ");
        REQUIRE(stored);
        CHECK(stored->starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));

        THEN("only the same octets match: nothing is trimmed") {
            CHECK(hasher.verify(*stored, "Kalusugan 1 ñ ") == PasswordVerdict::right);
            CHECK(hasher.verify(*stored, "Kalusugan 1 ñ") == PasswordVerdict::wrong);
            CHECK(hasher.verify(*stored, "kalusugan 1 ñ ") == PasswordVerdict::wrong);
            CHECK(hasher.verify(*stored, std::string_view{"Kalusugan 1 ñ \0", 16}) == PasswordVerdict::wrong);
            CHECK(*hasher.hash("Kalusugan 1 ñ ") != *stored);
        }
        THEN("it is hashed anew only when the cost was raised") {
            CHECK_FALSE(hasher.needs_rehash(*stored));
            CHECK(PasswordHasher{{19 * 1024 * 1024, 3}}.needs_rehash(*stored));
            CHECK(PasswordHasher{cheap}.needs_rehash(*stored));
            CHECK(hasher.needs_rehash("pbkdf2_sha256$870000$salt$hash"));
            CHECK(hasher.needs_rehash(""));
        }
    }
}

TEST_CASE("Argon2id: a hash made elsewhere", "[crypto]") {
    PasswordHasher hasher{cheap};  // the reference implementation's test: argon2id, 64 MiB, 2 passes
    constexpr auto stored = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    CHECK(hasher.verify(stored, "password") == PasswordVerdict::right);
    CHECK(hasher.verify(stored, "passwore") == PasswordVerdict::wrong);
}

TEST_CASE("PasswordHasher: what is not a hash of ours, or asks for too much, is wrong and not tried", "[crypto]") {
    PasswordHasher hasher{cheap};
    auto const began = std::chrono::steady_clock::now();
    for (auto const* stored :
         {"", "$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
          "$argon2id$v=19$m=8,t=4000000,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
          "$argon2id$v=19$m=99999999999999999999,t=1,p=1$c29tZXNhbHQ$x", "$argon2i$v=19$m=8,t=3,p=1$c29tZXNhbHQ$x", "plain text"}) {
        INFO(stored);
        CHECK(hasher.verify(stored, "password") == PasswordVerdict::wrong);
        CHECK(hasher.needs_rehash(stored));
    }
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds{2});
    CHECK_THROWS_AS(PasswordHasher(PasswordCost{1024, 1}), std::invalid_argument);
    CHECK_THROWS_AS(PasswordHasher(PasswordCost{PasswordHasher::highest_memory + 1, 1}), std::invalid_argument);
    CHECK_THROWS_AS(PasswordHasher(PasswordCost{8192, 0}), std::invalid_argument);
}

TEST_CASE("PasswordHasher: an unknown account takes as long as a known one", "[crypto]") {
    PasswordHasher hasher{{8 * 1024 * 1024, 3}};
    auto const stored = *hasher.hash("Right-Horse-7");
    auto const fastest = [](auto call) {
        auto best = std::chrono::steady_clock::duration::max();
        for (int i = 0; i < 7; ++i) {
            auto const began = std::chrono::steady_clock::now();
            CHECK(call() == PasswordVerdict::wrong);
            best = std::min(best, std::chrono::steady_clock::now() - began);
        }
        return best;
    };
    auto const known = fastest([&] { return hasher.verify(stored, "wrong"); });
    auto const unknown = fastest([&] { return hasher.verify_dummy("wrong"); });
    CHECK(unknown * 2 > known);
    CHECK(known * 2 > unknown);
}

TEST_CASE("PasswordHasher: two at once, a bounded queue, then busy", "[crypto]") {
    PasswordHasher hasher{{4 * 1024 * 1024, 4}, 2};
    auto const stored = *hasher.hash("Right-Horse-7");
    std::atomic<int> right = 0;
    std::atomic<int> busy = 0;
    std::vector<std::jthread> crowd;
    for (int i = 0; i < 16; ++i)
        crowd.emplace_back([&] {
            for (int k = 0; k < 8; ++k) {
                auto const verdict = hasher.verify(stored, "Right-Horse-7");
                right += verdict == PasswordVerdict::right;
                busy += verdict == PasswordVerdict::busy;
            }
        });
    crowd.clear();
    CHECK(right + busy == 128);
    CHECK(right >= 8);
    CHECK(busy > 0);
    CHECK(hasher.verify(stored, "Right-Horse-7") == PasswordVerdict::right);
}

TEST_CASE("password rule: contract/authentication.md rule 3", "[crypto]") {
    CHECK(password_problems("Kalusug4n").empty());
    CHECK(password_problems("  Ab1 xyz  ").empty());
    CHECK(password_problems("Ñandú Ab1").empty());
    CHECK(password_problems("Ab1" + std::string(125, '-')).size() == 1);  // three in a row; 128 characters are allowed

    auto const first = [](std::string_view password) { return password_problems(password).front(); };
    CHECK(first("Ab1xyzw").find("8 characters") != std::string::npos);
    CHECK(first("Ab1ñññ").find("8 characters") != std::string::npos);  // characters count, not octets
    CHECK(first("KALUSUG4N").find("lower-case") != std::string::npos);
    CHECK(first("kalusug4n").find("upper-case") != std::string::npos);
    CHECK(first("Kalusugan").find("digit") != std::string::npos);
    CHECK(first("Kalusug444n").find("three times") != std::string::npos);
    CHECK(first("Ab1xyzñññw").find("three times") != std::string::npos);
    CHECK(first("Ab1xyz   w").find("three times") != std::string::npos);

    std::string allowed = "Ab1";
    while (allowed.size() < 128) allowed += "xy-";
    allowed.resize(128);
    CHECK(password_problems(allowed).empty());
    CHECK(first(allowed + '.').find("128 characters") != std::string::npos);
    CHECK(password_problems("").size() == 4);
}

TEST_CASE("one_time_password: readable, by the rule, never twice", "[crypto]") {
    std::set<std::string> seen;
    for (int i = 0; i < 500; ++i) {
        auto const password = one_time_password();
        CHECK(password.size() == 17);
        CHECK(password.find_first_of("0Oo1lIi5S2Z8B") == std::string::npos);
        CHECK(password_problems(password).empty());
        seen.insert(password);
    }
    CHECK(seen.size() == 500);
}

TEST_CASE("random_token: 64 hex digits, never twice", "[crypto]") {
    auto const token = random_token();
    CHECK(token.size() == 64);
    CHECK(token.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(random_token() != token);
}
