#include "common/base/bytes.hpp"
#include "common/base/uuid.hpp"

#include <catch2/catch_test_macros.hpp>

#include <stdexcept>

using namespace himsog;

TEST_CASE("uuid: the UUIDv7 of RFC 9562 appendix A.6", "[base]") {
    auto const filler = *from_hex("0cc318c4dc0c0c07398f");  // version and variant bits are overwritten
    auto const id = Uuid::v7(0x017f22e279b0, filler);
    CHECK(id.text() == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    CHECK(id.version() == 7);
    CHECK(Uuid::v7(0x017f22e279b1, filler) > id);
}

TEST_CASE("uuid: text and octets", "[base]") {
    auto const id = Uuid::parse("017F22E2-79B0-7cc3-98C4-DC0C0C07398F");
    REQUIRE(id);
    CHECK(id->text() == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    CHECK(Uuid::from_bytes(id->bytes()) == *id);
    CHECK_FALSE(id->is_nil());
    CHECK(Uuid{}.is_nil());
    CHECK(Uuid{}.text() == "00000000-0000-0000-0000-000000000000");
}

TEST_CASE("uuid: everything but the 36-character form is refused", "[base]") {
    for (auto const* text :
         {"", "017f22e279b07cc398c4dc0c0c07398f", "017f22e2-79b0-7cc3-98c4-dc0c0c07398", "017f22e2-79b0-7cc3-98c4-dc0c0c07398ff",
          "017f22e2-79b0-7cc3-98c4-dc0c0c07398g", "017f22e2079b0-7cc3-98c4-dc0c0c07398f", "{017f22e2-79b0-7cc3-98c4-dc0c0c0739}",
          "-17f22e2-79b0-7cc3-98c4-dc0c0c07398f"}) {
        INFO(text);
        CHECK_FALSE(Uuid::parse(text));
    }
    CHECK_THROWS_AS(Uuid::from_bytes("short"), std::invalid_argument);
    CHECK_THROWS_AS(Uuid::v7(0, "nine octe"), std::invalid_argument);
}
