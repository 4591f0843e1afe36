/// What encode.cpp and decode.cpp share: magic, shapes, names of writers. The layout itself is the order in which they write and read.
#pragma once

#include "common/journal/txn.hpp"

#include <compare>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace himsog::sync {

inline constexpr std::string_view magic = "HMB";
inline constexpr std::uint64_t no_dictionary = 0;  // the only zstd dictionary so far
inline constexpr std::uint64_t most_fields = 1'000;
inline constexpr std::size_t signature_size = 64;
inline constexpr std::size_t key_size = 32;

/// Operations that have the same columns lie together.
struct Shape {
    journal::Action action = journal::Action::insert;
    std::uint16_t entity = 0;
    std::uint64_t fields = 0;                                     // of the row
    std::vector<std::pair<std::uint16_t, std::uint64_t>> writes;  // register and number of values

    auto operator<=>(Shape const&) const = default;
};

/// Where an operation of a shape came from: its own label says what its parents' numbers are near to.
struct Place {
    std::uint64_t writer = 0;  // index into the bundle's table
    std::uint64_t seq = 0;
};

/// Numbers of labels are written as the distance from the operation's own, or from the last one named of another writer.
class NearSeqs {
public:
    explicit NearSeqs(std::size_t writers) : last_(writers) {}

    std::uint64_t distance(Place const& own, std::uint64_t writer, std::uint64_t seq) {
        return writer == own.writer ? own.seq - seq : seq - std::exchange(last_[writer], seq);
    }
    std::uint64_t seq(Place const& own, std::uint64_t writer, std::uint64_t distance) {
        return writer == own.writer ? own.seq - distance : last_[writer] += distance;
    }

private:
    std::vector<std::uint64_t> last_;
};

}  // namespace himsog::sync
