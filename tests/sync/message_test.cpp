#include "sync/session/message.hpp"

#include "common/base/random.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace himsog;
using namespace himsog::journal;
using namespace himsog::sync;

namespace {

Chain some_chain(SeededRandom& random) { return chain_from(random.bytes(16)); }

std::vector<Tip> some_tips(SeededRandom& random, std::uint64_t most) {
    std::vector<Tip> tips(random.below(most + 1));
    for (auto& tip : tips) tip = {{random.next(), 1 + random.below(1000)}, some_chain(random)};
    return tips;
}

std::vector<Body> some_bodies(SeededRandom& random) {
    Hello hello{static_cast<std::uint16_t>(random.below(65'536)),
                random.next(),
                some_tips(random, announced_lineage),
                random.below(2) == 1,
                {random.below(100), some_chain(random)},
                some_chain(random),
                random.below(2) == 1,
                Instant{static_cast<std::int64_t>(random.next()) >> 8}};
    Welcome welcome;
    welcome.verdict = static_cast<Verdict>(random.below(6));
    for (auto n = random.below(announced_lineage + 1); n > 0; --n)
        welcome.held.push_back({random.below(10), random.below(2) == 0 ? std::nullopt : std::optional{some_chain(random)}});
    welcome.end = random.next();
    welcome.received = Instant{static_cast<std::int64_t>(random.next()) >> 8};
    welcome.sent = Instant{static_cast<std::int64_t>(random.below(1'000'000))};
    welcome.retry_after = std::chrono::seconds{random.below(100)};
    welcome.detail = "why";
    return {hello,
            welcome,
            Have{some_tips(random, 30)},
            Push{random.bytes(random.below(50))},
            Ack{static_cast<Refusal>(random.below(8))},
            Pull{random.below(2) == 0 ? std::nullopt : std::optional{random.next()}, random.below(2) == 1},
            Feed{{random.next(), some_chain(random)}, random.bytes(random.below(50)), random.below(2) == 1},
            Bye{static_cast<Farewell>(random.below(7)), "gone"}};
}

}  // namespace

TEST_CASE("message: each comes back as it was, to the octet", "[sync][session]") {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        CAPTURE(seed);
        SeededRandom random{seed};
        for (auto& body : some_bodies(random)) {
            Message const message{random.next(), random.below(1000), std::move(body)};
            auto const bytes = encode(message);
            auto const decoded = decode_message(bytes);
            REQUIRE(decoded.session == message.session);
            REQUIRE(decoded.step == message.step);
            REQUIRE(decoded.body.index() == message.body.index());
            REQUIRE(encode(decoded) == bytes);
        }
    }
}

TEST_CASE("message: whatever is accepted is written the same again", "[sync][session][fuzz]") {
    std::size_t accepted = 0;
    for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
        CAPTURE(seed);
        SeededRandom random{seed};
        for (auto& body : some_bodies(random)) {
            auto bytes = encode(Message{random.next(), random.below(1000), std::move(body)});
            for (auto n = 1 + random.below(2); n > 0 && !bytes.empty(); --n) {
                auto const at = random.below(bytes.size());
                if (random.below(3) == 0) bytes.resize(at);
                else bytes[at] = static_cast<char>(random.next());
            }
            Message decoded;
            try {
                decoded = decode_message(bytes);
            } catch (MalformedBytes const&) {
                continue;
            }
            REQUIRE(encode(decoded) == bytes);
            ++accepted;
        }
    }
    CHECK(accepted > 1000);
}

TEST_CASE("message: another protocol is told apart from nonsense", "[sync][session]") {
    auto bytes = encode(Message{77, 3, Ack{}});
    bytes[1] = 2;
    CHECK_THROWS_AS(decode_message(bytes), UnknownProtocol);
    CHECK(decode_outside(bytes).session == 77);
    CHECK_THROWS_AS(decode_message("x"), MalformedBytes);
    CHECK_THROWS_AS(decode_message(Bytes(most_message_bytes + 1, 'x')), MalformedBytes);
}
