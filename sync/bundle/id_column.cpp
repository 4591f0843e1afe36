#include "sync/bundle/column.hpp"

#include <algorithm>
#include <array>

namespace himsog::sync {
namespace {

enum IdForm : std::uint8_t { plain = 0, version7 = 1 };

constexpr std::size_t random_octets = 9;  // 72 of the 74 random bits of a UUIDv7; the last two travel apart

bool is_version7(Uuid const& id) { return id.version() == 7 && (id.octets[8] & 0xc0) == 0x80; }

std::uint64_t milliseconds_of(Uuid const& id) {
    std::uint64_t ms = 0;
    for (std::size_t i = 0; i < 6; ++i) ms = (ms << 8U) | id.octets[i];
    return ms;
}

/// The nine octets that hold 72 of the random bits: octets 6 and 8 lend their upper bits to version and variant, the low two of octet 15 travel apart.
std::array<std::uint8_t, random_octets> random_part(Uuid const& id) {
    auto const& o = id.octets;
    std::uint64_t high = (static_cast<std::uint64_t>(o[6] & 0x0f) << 8U) | o[7];  // 12 bits
    std::uint64_t low = 0;                                                        // 62 bits
    for (std::size_t i = 8; i < 16; ++i) low = (low << 8U) | (i == 8 ? o[i] & 0x3fU : o[i]);
    low >>= 2U;  // 60 bits
    std::array<std::uint8_t, random_octets> out{};
    out[0] = static_cast<std::uint8_t>(high >> 4U);
    auto const rest = ((high & 0x0fU) << 60U) | low;
    for (std::size_t i = 0; i < 8; ++i) out[i + 1] = static_cast<std::uint8_t>(rest >> (56 - 8 * i));
    return out;
}

Uuid version7_from(std::uint64_t ms, std::string_view random, std::uint8_t last_bits) {
    auto const at = [&](std::size_t i) { return static_cast<std::uint64_t>(static_cast<std::uint8_t>(random[i])); };
    std::uint64_t rest = 0;
    for (std::size_t i = 1; i < random_octets; ++i) rest = (rest << 8U) | at(i);
    auto const high = (at(0) << 4U) | (rest >> 60U);
    auto const low = ((rest & ((std::uint64_t{1} << 60U) - 1)) << 2U) | last_bits;
    Uuid id;
    for (std::size_t i = 0; i < 6; ++i) id.octets[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
    id.octets[6] = static_cast<std::uint8_t>(0x70U | (high >> 8U));
    id.octets[7] = static_cast<std::uint8_t>(high);
    for (std::size_t i = 8; i < 16; ++i) id.octets[i] = static_cast<std::uint8_t>(low >> (120 - 8 * i));
    id.octets[8] = static_cast<std::uint8_t>(0x80U | (id.octets[8] & 0x3fU));
    return id;
}

}  // namespace

void ColumnWriter::plain_ids(std::span<Uuid const> ids) {
    bool const all7 = std::all_of(ids.begin(), ids.end(), is_version7);
    auto& out = bytes();
    out += static_cast<char>(all7 ? version7 : plain);
    body_.cut();
    if (!all7) {
        for (auto const& id : ids) out += id.bytes();
        body_.cut();
        return;
    }
    Numbers milliseconds;
    Bytes last_bits((ids.size() + 3) / 4, '\0');
    for (std::size_t i = 0; i < ids.size(); ++i) {
        milliseconds.push_back(milliseconds_of(ids[i]));
        auto const part = random_part(ids[i]);
        out.append(reinterpret_cast<char const*>(part.data()), part.size());
        last_bits[i / 4] = static_cast<char>(last_bits[i / 4] | ((ids[i].octets[15] & 3U) << (i % 4 * 2)));
    }
    out += last_bits;
    body_.cut();
    numbers(milliseconds);
}

std::vector<Uuid> ColumnReader::plain_ids(std::size_t count) {
    auto const form = in_.byte();
    if (form > version7) throw MalformedBytes{"unknown form of a column"};
    budget_.take(count * sizeof(Uuid));
    std::vector<Uuid> out;
    if (form == plain) {
        auto const octets = in_.take(count * 16);
        out.reserve(count);
        for (std::size_t i = 0; i < count; ++i) out.push_back(Uuid::from_bytes(octets.substr(i * 16, 16)));
        return out;
    }
    auto const random = in_.take(count * random_octets);
    auto const last_bits = in_.take((count + 3) / 4);
    auto const milliseconds = numbers(count);
    out.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        auto const bits = static_cast<std::uint8_t>((static_cast<std::uint8_t>(last_bits[i / 4]) >> (i % 4 * 2)) & 3U);
        out.push_back(version7_from(milliseconds[i], random.substr(i * random_octets, random_octets), bits));
    }
    return out;
}

void ColumnWriter::own_ids(std::span<Uuid const> ids) {
    plain_ids(ids);
    for (auto const& id : ids) ids_.try_emplace(id, ++listed_);
}

std::vector<Uuid> ColumnReader::own_ids(std::size_t count) {
    auto ids = plain_ids(count);
    budget_.take(count * sizeof(Uuid));
    ids_.insert(ids_.end(), ids.begin(), ids.end());
    return ids;
}

void ColumnWriter::known_ids(std::span<Uuid const> ids) {
    std::unordered_map<Uuid, std::uint64_t> here;
    Numbers codes;
    Numbers places;
    std::vector<Uuid> fresh;
    codes.reserve(ids.size());
    for (auto const& id : ids) {
        auto const [place, is_new] = here.try_emplace(id, here.size() + 1);
        codes.push_back(is_new ? 0 : place->second);
        if (!is_new) continue;
        auto const [known, is_fresh] = ids_.try_emplace(id, listed_ + 1);
        places.push_back(is_fresh ? 0 : known->second);
        if (!is_fresh) continue;
        fresh.push_back(id);
        ++listed_;
    }
    put_varint(bytes(), places.size());
    put_varint(bytes(), fresh.size());
    numbers(codes);
    numbers(places);
    plain_ids(fresh);
}

std::vector<Uuid> ColumnReader::known_ids(std::size_t count) {
    auto const distinct = in_.varint_at_most(count);
    auto const fresh_count = in_.varint_at_most(distinct);
    auto const codes = numbers(count);
    auto const places = numbers(distinct);
    auto const fresh = plain_ids(fresh_count);

    budget_.take((count + distinct + fresh_count) * sizeof(Uuid));
    std::vector<Uuid> here;
    std::size_t used = 0;
    for (auto const place : places) {
        if (place == 0 ? used == fresh.size() : place > ids_.size()) throw MalformedBytes{"a column names an id that is not listed"};
        here.push_back(place == 0 ? fresh[used] : ids_[place - 1]);
        if (place == 0) ids_.push_back(fresh[used++]);
    }
    std::vector<Uuid> out;
    out.reserve(count);
    std::size_t seen = 0;
    for (auto const code : codes) {
        if (code == 0 ? seen == here.size() : code > seen) throw MalformedBytes{"a column names what it does not list"};
        out.push_back(code == 0 ? here[seen++] : here[code - 1]);
    }
    return out;
}

}  // namespace himsog::sync
