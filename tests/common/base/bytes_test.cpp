#include "common/base/bytes.hpp"

#include <catch2/catch_test_macros.hpp>

#include <limits>
#include <utility>
#include <vector>

using namespace himsog;
using namespace std::string_literals;

TEST_CASE("base64: the vectors of RFC 4648 section 10", "[base]") {
    std::vector<std::pair<std::string, std::string>> const vectors{
        {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
    for (auto const& [bytes, text] : vectors) {
        CHECK(to_base64(bytes) == text);
        CHECK(from_base64(text) == bytes);
    }
}

TEST_CASE("base64: one value has one text", "[base]") {
    for (auto const* text : {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v=", "=", "====", "Zm 9", "Zm9_", "Zg==\n", "Z==="}) {
        INFO(text);
        CHECK_FALSE(from_base64(text));
    }
}

TEST_CASE("base64url: its own alphabet, no padding", "[base]") {
    CHECK(to_base64url("\xfb\xff\xfe") == "-__-");
    CHECK(from_base64url("-__-") == "\xfb\xff\xfe");
    CHECK(from_base64url("Zg") == "f");
    for (auto const* text : {"Zg==", "Z", "Zh", "+//+", "Zm9vY"}) {
        INFO(text);
        CHECK_FALSE(from_base64url(text));
    }
    CHECK_FALSE(from_base64url("Zm9\0"s));
}

TEST_CASE("hex: both letter cases in, lower case out", "[base]") {
    CHECK(to_hex("\x00\x7f\xff"s) == "007fff");
    CHECK(from_hex("00fFAb") == "\x00\xff\xab"s);
    CHECK(from_hex("") == "");
    CHECK_FALSE(from_hex("0"));
    CHECK_FALSE(from_hex("0g"));
    CHECK_FALSE(from_hex("0x"));
}

TEST_CASE("varint: known forms and both ends", "[base]") {
    auto const form = [](std::uint64_t value) {
        Bytes out;
        put_varint(out, value);
        return out;
    };
    CHECK(form(0) == "\0"s);
    CHECK(form(127) == "\x7f");
    CHECK(form(128) == "\x80\x01");
    CHECK(form(300) == "\xac\x02");
    CHECK(form(std::numeric_limits<std::uint64_t>::max()) == "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");

    for (int bit = 0; bit < 64; ++bit)
        for (std::uint64_t const value : {(std::uint64_t{1} << bit) - 1, std::uint64_t{1} << bit}) {
            auto const bytes = form(value);
            ByteReader reader{bytes};
            CHECK(reader.varint() == value);
            CHECK(reader.at_end());
        }
}

TEST_CASE("varint: what put_varint never writes is refused", "[base]") {
    for (auto const& bytes : {""s, "\x80"s, "\x80\x00"s, "\xff\x00"s, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"s,
                              "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x00"s}) {
        INFO(to_hex(bytes));
        CHECK_THROWS_AS(ByteReader{bytes}.varint(), MalformedBytes);
    }
}

TEST_CASE("signed varint: small numbers of either sign are short", "[base]") {
    for (std::int64_t const value :
         {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1}, std::int64_t{-64}, std::int64_t{63}, std::int64_t{-65},
          std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
        Bytes out;
        put_signed(out, value);
        CHECK(ByteReader{out}.signed_varint() == value);
        if (value >= -64 && value < 64) CHECK(out.size() == 1);
    }
}

TEST_CASE("ByteReader: reads what was put, and nothing beyond the end", "[base]") {
    Bytes out;
    put_sized(out, "ñ");
    put_fixed64(out, 0x0123456789abcdefULL);
    CHECK(to_hex(out) == "02c3b10123456789abcdef");

    ByteReader reader{out};
    CHECK(reader.sized() == "ñ");
    CHECK(reader.left() == 8);
    CHECK(reader.fixed64() == 0x0123456789abcdefULL);
    CHECK_THROWS_AS(reader.byte(), MalformedBytes);
    CHECK_THROWS_AS(ByteReader{"\x05"
                               "four"}
                        .sized(),
                    MalformedBytes);
    CHECK_THROWS_AS(ByteReader{"\x09"}.varint_at_most(8), MalformedBytes);
    CHECK(ByteReader{"\x08"}.varint_at_most(8) == 8);
}

TEST_CASE("utf-8: well-formed text without NUL", "[base]") {
    for (auto const* text :
         {"", "a", "ñ", "€", "𝄞", "\u007f", "\u0080", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\uffff", "\U00010000", "\U0010ffff"}) {
        INFO(text);
        CHECK(is_utf8(text));
    }
    for (auto const& text :
         {"\0"s, "a\0b"s, "\x80"s, "\xc0\x80"s, "\xc1\xbf"s, "\xe0\x9f\xbf"s, "\xed\xa0\x80"s, "\xed\xbf\xbf"s, "\xf0\x8f\xbf\xbf"s,
          "\xf4\x90\x80\x80"s, "\xf5\x80\x80\x80"s, "\xff"s, "\xc3"s, "\xe2\x82"s, "\xf0\x9d\x84"s, "\xc3\x28"s, "\xe2\x28\xa1"s}) {
        INFO(to_hex(text));
        CHECK_FALSE(is_utf8(text));
    }
    CHECK(utf8_length("Niño 𝄞") == 6);
}

TEST_CASE("trimmed: blanks of both ends, also U+00A0 and U+3000", "[base]") {
    CHECK(trimmed(" \t\r\n\v\f a b \u00a0\u3000") == "a b");
    CHECK(trimmed("\u00a0\u3000").empty());
    CHECK(trimmed("").empty());
    CHECK(trimmed("\u2003x") == "\u2003x");
    CHECK(trimmed("ñ") == "ñ");
}
