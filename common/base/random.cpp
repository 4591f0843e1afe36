#include "common/base/random.hpp"

#include <sys/random.h>

#include <cerrno>
#include <stdexcept>

namespace himsog {

Bytes Random::bytes(std::size_t count) {
    Bytes out;
    out.reserve(count + 8);
    while (out.size() < count) put_fixed64(out, next());
    out.resize(count);
    return out;
}

std::uint64_t SystemRandom::next() {
    std::uint64_t value = 0;
    while (getrandom(&value, sizeof value, 0) != static_cast<ssize_t>(sizeof value))
        if (errno != EINTR) throw std::runtime_error{"the kernel gave no random numbers"};
    return value;
}

std::uint64_t SeededRandom::next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    auto z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

}  // namespace himsog
