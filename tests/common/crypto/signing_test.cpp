#include "common/crypto/signing.hpp"

#include <catch2/catch_test_macros.hpp>

#include <stdexcept>
#include <utility>
#include <vector>

using namespace himsog;
using namespace himsog::crypto;

namespace {

struct Vector {
    char const* seed;
    char const* public_key;
    char const* message;
    char const* signature;
};

}  // namespace

TEST_CASE("Ed25519: RFC 8032 section 7.1", "[crypto]") {
    std::vector<Vector> const vectors{
        {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
        {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
        {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
         "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
         "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"}};
    for (auto const& vector : vectors) {
        auto const key = SigningKey::from_seed(*from_hex(vector.seed));
        auto const message = *from_hex(vector.message);
        CHECK(to_hex(key.public_key()) == vector.public_key);
        CHECK(to_hex(key.sign(message)) == vector.signature);
        CHECK(verify(key.public_key(), message, *from_hex(vector.signature)));
    }
}

TEST_CASE("SigningKey: generated, stored by its seed, had again", "[crypto]") {
    auto const key = SigningKey::generate();
    auto const again = SigningKey::from_seed(key.seed());
    CHECK(again.public_key() == key.public_key());
    CHECK(verify(key.public_key(), "chain", again.sign("chain")));
    CHECK(SigningKey::generate().public_key() != key.public_key());
    CHECK_THROWS_AS(SigningKey::from_seed("short"), std::invalid_argument);
}

TEST_CASE("verify: every flipped bit and every wrong length is refused", "[crypto]") {
    auto const key = SigningKey::generate();
    auto const signature = key.sign("chain");
    for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
        auto forged = signature;
        forged[bit / 8] = static_cast<char>(forged[bit / 8] ^ (1 << (bit % 8)));
        if (verify(key.public_key(), "chain", forged)) FAIL("bit " << bit);
    }
    CHECK_FALSE(verify(key.public_key(), "chaim", signature));
    CHECK_FALSE(verify(SigningKey::generate().public_key(), "chain", signature));
    CHECK_FALSE(verify(key.public_key(), "chain", signature + 'x'));
    CHECK_FALSE(verify(key.public_key(), "chain", {}));
    CHECK_FALSE(verify(key.public_key().substr(1), "chain", signature));
    CHECK_FALSE(verify(std::string(32, '\0'), "chain", std::string(64, '\0')));
}

TEST_CASE("Secret: the source of a move holds nothing", "[crypto]") {
    Secret source{"0123456789"};  // short enough to lie inside the string object
    auto const* const where = source.view().data();
    Secret target{std::move(source)};
    CHECK(target.view() == "0123456789");
    CHECK(std::string_view{where, 10} == std::string_view{"\0\0\0\0\0\0\0\0\0\0", 10});
    target = Secret{"other"};
    CHECK(target.view() == "other");
}
