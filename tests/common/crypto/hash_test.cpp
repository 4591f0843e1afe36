#include "common/crypto/hash.hpp"

#include <catch2/catch_test_macros.hpp>

#include <utility>
#include <vector>

using namespace himsog;
using namespace himsog::crypto;

namespace {

std::string hex_of(std::array<std::uint8_t, sha256_size> const& digest) {
    return to_hex({reinterpret_cast<char const*>(digest.data()), digest.size()});
}

}  // namespace

TEST_CASE("SHA-256: the examples of FIPS 180", "[crypto]") {
    CHECK(to_hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(to_hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(to_hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(to_hex(sha256(std::string(1'000'000, 'a'))) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("Sha256: in pieces as in one, and ready for the next message", "[crypto]") {
    std::string const text(300, 'x');
    Sha256 hash;
    for (std::size_t cut = 0; cut <= text.size(); cut += 7) {
        hash.update(std::string_view{text}.substr(0, cut)).update(std::string_view{text}.substr(cut));
        CHECK(hex_of(hash.finish()) == to_hex(sha256(text)));
    }
    CHECK(hex_of(hash.finish()) == to_hex(sha256("")));

    hash.update("ab");
    Sha256 moved{std::move(hash)};
    CHECK(hex_of(moved.update("c").finish()) == to_hex(sha256("abc")));
}

TEST_CASE("HMAC-SHA256: RFC 4231", "[crypto]") {
    CHECK(to_hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")) == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    CHECK(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(to_hex(hmac_sha256(std::string(20, '\xaa'), std::string(50, '\xdd'))) ==
          "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    CHECK(to_hex(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")) ==
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("constant_time_equal: content and length", "[crypto]") {
    CHECK(constant_time_equal("", ""));
    CHECK(constant_time_equal("token", "token"));
    CHECK_FALSE(constant_time_equal("token", "tokem"));
    CHECK_FALSE(constant_time_equal("token", "token1"));
    CHECK_FALSE(constant_time_equal("", "a"));
}
