/// The only door to chance (tests/tidy checks it).
#pragma once

#include "common/base/bytes.hpp"

#include <cstdint>

namespace himsog {

/// Thread rule: SystemRandom from any thread; SeededRandom by one thread at a time.
class Random {
public:
    virtual ~Random() = default;
    virtual std::uint64_t next() = 0;

    /// `count` octets of next().
    Bytes bytes(std::size_t count);
    /// 0 to bound - 1; `bound` must not be 0.
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }
};

/// The kernel's generator: keys, tokens, writer ids.
class SystemRandom : public Random {
public:
    std::uint64_t next() override;
};

/// splitmix64 (Steele, Lea, Flood 2014): the same numbers on every machine.
class SeededRandom : public Random {
public:
    explicit SeededRandom(std::uint64_t seed) : state_{seed} {}
    std::uint64_t next() override;

private:
    std::uint64_t state_;
};

}  // namespace himsog
