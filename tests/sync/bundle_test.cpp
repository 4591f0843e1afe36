#include "sync/bundle/bundle.hpp"
#include "sync/bundle/column.hpp"
#include "sync/bundle/frame.hpp"
#include "tests/sync/random_txns.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <stdexcept>

using namespace himsog;
using namespace himsog::journal;
using namespace himsog::sync;
using himsog::testing::RandomTxns;
using himsog::testing::row_wise;

namespace {

Dictionary words(std::string const& name = "patient") {
    Entity entity{1, name, "Patient"};
    entity.field(text(1, "last_name", "Last name", 100));
    return Dictionary{{entity}};
}

std::vector<Signature> signatures_for(std::vector<Txn> const& txns) {
    std::vector<Signature> signatures;
    for (auto const& txn : txns) {
        auto const known =
            std::find_if(signatures.begin(), signatures.end(), [&](Signature const& s) { return s.label.writer == txn.label.writer; });
        if (known != signatures.end()) known->label = txn.label;
        else signatures.push_back({txn.label, chain_from(Bytes(16, 'c')), Bytes(64, 's')});
    }
    return signatures;
}

/// Puts a fitting check value behind changed content, so that what lies behind the check is tried too.
Bytes resealed(Bytes bundle) {
    bundle.resize(bundle.size() - std::min(bundle.size(), check_size));
    put_check(bundle);
    return bundle;
}

/// What is accepted means one thing: it survives another round trip unchanged. Anything but MalformedBytes is a failure.
bool accepted_and_stable(Dictionary const& dictionary, Bytes const& bundle) {
    Decoded decoded;
    try {
        decoded = decode(dictionary, bundle);
    } catch (MalformedBytes const&) {
        return false;
    }
    try {
        auto const again = decode(dictionary, encode(dictionary, decoded.txns, decoded.signatures, decoded.header));
        REQUIRE(row_wise(again.txns) == row_wise(decoded.txns));
        REQUIRE(again.signatures.size() == decoded.signatures.size());
    } catch (std::length_error const&) {  // more than a writer of ours would put into one bundle
    }
    return true;
}

Bytes mutated(RandomTxns& random, Bytes bundle, Bytes const& other) {
    for (auto n = 1 + random.below(3); n > 0 && !bundle.empty(); --n) {
        auto const at = random.below(bundle.size());
        switch (random.below(5)) {
            case 0: bundle[at] = static_cast<char>(bundle[at] ^ (1 << random.below(8))); break;
            case 1: bundle[at] = static_cast<char>(random.next()); break;
            case 2: bundle.resize(at); break;
            case 3: bundle.insert(at, Bytes(1 + random.below(9), static_cast<char>(random.next()))); break;
            default: bundle = bundle.substr(0, at) + other.substr(std::min<std::size_t>(other.size(), at)); break;
        }
    }
    return bundle;
}

/// A bundle whose body is packed anew around a changed raw body: the columns are tried, not zstd.
Bytes with_raw(std::vector<Txn> const& txns, Dictionary const& dictionary, RandomTxns& random) {
    auto const bundle = encode(dictionary, txns, {}, {});
    auto const body_at = bundle.find("\x28\xb5\x2f\xfd");
    auto const packed = std::string_view{bundle}.substr(body_at, bundle.size() - check_size - body_at);
    ByteReader in{std::string_view{bundle}.substr(4)};
    in.varint(), in.varint(), in.varint(), in.fixed64(), in.varint();
    auto const raw_length = in.varint();
    RawBody raw{decompress(packed, raw_length), {}};
    for (auto n = 1 + random.below(3); n > 0; --n) {
        auto const at = random.below(raw.bytes.size());
        raw.bytes[at] =
            random.below(2) == 0 ? static_cast<char>(random.below(4)) : static_cast<char>(raw.bytes[at] ^ (1 << random.below(8)));
    }
    auto const repacked = compress(raw);
    Bytes length;
    put_varint(length, packed.size());
    auto out = bundle.substr(0, body_at - length.size());
    put_sized(out, repacked);
    put_check(out);
    return out;
}

}  // namespace

TEST_CASE("bundle: every field of every txn comes back", "[sync][bundle]") {
    auto const dictionary = words();
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        CAPTURE(seed);
        RandomTxns random{seed};
        auto const txns = random.make(random.below(60));
        auto const signatures = signatures_for(txns);
        auto const decoded = decode(dictionary, encode(dictionary, txns, signatures, {7, 1234}));
        REQUIRE(row_wise(decoded.txns) == row_wise(txns));
        REQUIRE(decoded.header.sender == 7);
        REQUIRE(decoded.header.position == 1234);
        REQUIRE(decoded.signatures.size() == signatures.size());
        for (std::size_t i = 0; i < signatures.size(); ++i) {
            CHECK(decoded.signatures[i].label == signatures[i].label);
            CHECK(decoded.signatures[i].chain == signatures[i].chain);
            CHECK(decoded.signatures[i].bytes == signatures[i].bytes);
        }
    }
}

TEST_CASE("bundle: nothing, and a txn without operations", "[sync][bundle]") {
    auto const dictionary = words();
    CHECK(decode(dictionary, encode(dictionary, {}, {}, {})).txns.empty());
    std::vector<Txn> const one(1);
    CHECK(row_wise(decode(dictionary, encode(dictionary, one, {}, {})).txns) == row_wise(one));
}

TEST_CASE("bundle: the same txns give the same bytes", "[sync][bundle]") {
    auto const dictionary = words();
    RandomTxns random{5};
    auto const txns = random.make(50);
    CHECK(encode(dictionary, txns, {}, {}) == encode(dictionary, txns, {}, {}));
}

TEST_CASE("bundle: an unknown format and another schema are refused by type", "[sync][bundle]") {
    auto const dictionary = words();
    RandomTxns random{1};
    auto const bundle = encode(dictionary, random.make(5), {}, {});
    auto newer = bundle;
    newer[3] = 2;
    CHECK_THROWS_AS(decode(dictionary, newer), UnknownFormat);
    CHECK_THROWS_AS(decode(dictionary, "PK\x03\x04"), UnknownFormat);
    CHECK_THROWS_AS(decode(dictionary, ""), UnknownFormat);
    CHECK_THROWS_AS(decode(words("person"), bundle), OtherSchema);
    CHECK(decode_any_schema(bundle).txns.size() == 5);
}

TEST_CASE("bundle: a flipped bit anywhere is refused", "[sync][bundle]") {
    auto const dictionary = words();
    RandomTxns random{2};
    auto const bundle = encode(dictionary, random.make(6), {}, {});
    for (std::size_t at = 0; at < bundle.size(); ++at) {
        auto damaged = bundle;
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
        REQUIRE_THROWS_AS(decode(dictionary, damaged), MalformedBytes);
    }
    for (std::size_t length = 0; length < bundle.size(); ++length)
        REQUIRE_THROWS_AS(decode(dictionary, bundle.substr(0, length)), MalformedBytes);
}

TEST_CASE("bundle: forged bytes are refused or mean one thing", "[sync][bundle][fuzz]") {
    auto const dictionary = words();
    std::size_t accepted = 0;
    for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
        CAPTURE(seed);
        RandomTxns random{seed};
        auto const first = random.make(1 + random.below(12));
        auto const bundle = encode(dictionary, first, signatures_for(first), {1, 2});
        auto const other = encode(dictionary, random.make(3), {}, {});
        accepted += accepted_and_stable(dictionary, resealed(mutated(random, bundle, other))) ? 1 : 0;
        accepted += accepted_and_stable(dictionary, with_raw(first, dictionary, random)) ? 1 : 0;
        (void)accepted_and_stable(dictionary, mutated(random, bundle, other));
    }
    CHECK(accepted > 100);  // the changes do reach the columns
}

TEST_CASE("bundle: a time beyond reason is malformed", "[sync][bundle]") {
    auto const dictionary = words();
    std::vector<Txn> txns(1);
    txns[0].trusted = most_moment;
    CHECK(decode(dictionary, encode(dictionary, txns, {}, {})).txns[0].trusted == most_moment);
    txns[0].trusted = most_moment + 1;
    CHECK_THROWS_AS(decode(dictionary, encode(dictionary, txns, {}, {})), MalformedBytes);
    txns[0].time = txns[0].trusted = INT64_MIN;
    CHECK_THROWS_AS(decode(dictionary, encode(dictionary, txns, {}, {})), MalformedBytes);
}

TEST_CASE("bundle: what is too large is refused before it takes memory", "[sync][bundle]") {
    auto const dictionary = words();
    SECTION("by the writer") {
        std::vector<Txn> txns(2);
        txns[0].reason = Bytes(most_raw_bytes, 'x');
        CHECK_THROWS_AS(encode(dictionary, txns, {}, {}), std::length_error);
    }
    SECTION("a length that the bytes do not back") {
        RawBody raw;
        raw.bytes = Bytes(1000, '\0');
        CHECK_THROWS_AS(decompress(compress(raw), most_raw_bytes), MalformedBytes);
    }
    SECTION("many texts made of one") {  // 16 KiB of bytes, 320 MB of values
        Value const text{Bytes(16'384, 'x')};
        std::vector<Value const*> const column(20'000, &text);
        ColumnWriter writer;
        writer.values(column);
        CHECK(writer.bytes().size() < 40'000);
        ColumnReader reader{writer.bytes(), Budget{most_decoded_bytes}};
        CHECK_THROWS_AS(reader.values(20'000), MalformedBytes);
    }
}
