#include "common/base/random.hpp"

#include <catch2/catch_test_macros.hpp>

#include <set>

using namespace himsog;

TEST_CASE("SeededRandom: the reference values of splitmix64", "[base]") {
    SeededRandom random{1234567};
    CHECK(random.next() == 6457827717110365317ULL);
    CHECK(random.next() == 3203168211198807973ULL);
    CHECK(random.next() == 9817491932198370423ULL);
    CHECK(random.next() == 4593380528125082431ULL);
    CHECK(random.next() == 16408922859458223821ULL);
    CHECK(SeededRandom{0}.next() == 0xe220a8397b1dcdafULL);
}

TEST_CASE("Random: as many octets as asked for", "[base]") {
    SeededRandom random{7};
    for (std::size_t count = 0; count < 20; ++count) CHECK(random.bytes(count).size() == count);
    for (int i = 0; i < 100; ++i) CHECK(random.below(3) < 3);
    CHECK(SeededRandom{0}.bytes(8) == "\xe2\x20\xa8\x39\x7b\x1d\xcd\xaf");
}

TEST_CASE("SystemRandom: does not repeat itself", "[base]") {
    SystemRandom random;
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 1000; ++i) seen.insert(random.next());
    CHECK(seen.size() == 1000);
}
