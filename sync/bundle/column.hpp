/// Columns of a bundle's body: integers, texts, ids and values, each in the shortest of a few forms. Readers mirror writers one to one.
///  integers  offset (or difference from the one before) divided by the greatest common divisor, in as many byte planes as the largest needs
///  strings   numbers into a dictionary where values repeat, else one after the other, ended by NUL or, where one contains NUL, with lengths
///  ids       numbers into the column's own list, that one numbers into the list of the whole bundle; an id travels once
/// Thread rule: one thread at a time.
#pragma once

#include "common/base/uuid.hpp"
#include "common/journal/value.hpp"
#include "sync/bundle/frame.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace himsog::sync {

using Numbers = std::vector<std::uint64_t>;

/// Zig-zag: small negative differences become small numbers.
inline std::uint64_t folded(std::uint64_t difference) { return (difference << 1U) ^ (~(difference >> 63U) + 1); }
inline std::uint64_t unfolded(std::uint64_t bits) { return (bits >> 1U) ^ (~(bits & 1U) + 1); }

class ColumnWriter {
public:
    void numbers(std::span<std::uint64_t const> values);
    void strings(std::span<std::string_view const> values);
    /// Ids that are new to the bundle for the most part: UUIDv7 as milliseconds and what is random in it.
    void own_ids(std::span<Uuid const> ids);
    /// Ids that repeat or were seen before.
    void known_ids(std::span<Uuid const> ids);
    void values(std::span<journal::Value const* const> values);

    RawBody& body() { return body_; }
    Bytes& bytes() { return body_.bytes; }

private:
    void plain_ids(std::span<Uuid const> ids);
    void present_values(std::uint8_t form, std::span<journal::Value const* const> present);

    RawBody body_;
    std::unordered_map<Uuid, std::uint64_t> ids_;  // place in the bundle's list, from 1; looked up only, never walked
    std::uint64_t listed_ = 0;
};

/// What decoding may still take in memory, so that a small bundle cannot ask for much.
class Budget {
public:
    explicit Budget(std::uint64_t octets) : left_{octets} {}
    void take(std::uint64_t octets) {
        if (octets > left_) throw MalformedBytes{"bundle asks for too much memory"};
        left_ -= octets;
    }

private:
    std::uint64_t left_;
};

class ColumnReader {
public:
    ColumnReader(std::string_view body, Budget budget) : in_{body}, budget_{budget} {}

    Numbers numbers(std::size_t count);
    /// Views into the body.
    std::vector<std::string_view> strings(std::size_t count);
    std::vector<Uuid> own_ids(std::size_t count);
    std::vector<Uuid> known_ids(std::size_t count);
    journal::Values values(std::size_t count);

    ByteReader& in() { return in_; }
    Budget& budget() { return budget_; }

private:
    std::vector<Uuid> plain_ids(std::size_t count);
    void present_values(std::uint8_t form, std::vector<std::size_t> const& places, journal::Values& into);

    ByteReader in_;
    Budget budget_;
    std::vector<Uuid> ids_;
};

}  // namespace himsog::sync
