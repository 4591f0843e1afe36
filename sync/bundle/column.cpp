#include "sync/bundle/column.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

namespace himsog::sync {
namespace {

enum NumberForm : std::uint8_t { offsets = 0, differences = 1 };
enum StringForm : std::uint8_t { listed = 1, measured = 2 };  // bits
/// How a run of numbers would travel, and what that takes.
struct Plan {
    std::uint64_t base = 0;
    std::uint64_t step = 1;
    std::size_t width = 0;
    std::uint64_t bits = 0;
};

Plan plan_for(Numbers const& numbers) {
    Plan plan;
    plan.base = *std::min_element(numbers.begin(), numbers.end(), [](std::uint64_t a, std::uint64_t b) {
        return static_cast<std::int64_t>(a) < static_cast<std::int64_t>(b);
    });
    std::uint64_t step = 0;
    for (auto const number : numbers)
        if (step != 1) step = std::gcd(step, number - plan.base);
    plan.step = std::max<std::uint64_t>(step, 1);
    std::uint64_t largest = 0;
    for (auto const number : numbers) {
        auto const part = (number - plan.base) / plan.step;
        largest = std::max(largest, part);
        plan.bits += static_cast<std::uint64_t>(std::bit_width(part));
    }
    plan.width = (static_cast<std::size_t>(std::bit_width(largest)) + 7) / 8;
    return plan;
}

/// Exactly `count` texts, each ended by NUL.
void split(std::string_view block, std::size_t count, std::vector<std::string_view>& into) {
    for (std::size_t i = 0; i < count; ++i) {
        auto const end = block.find('\0');
        if (end == block.npos) throw MalformedBytes{"a column ends early"};
        into.push_back(block.substr(0, end));
        block.remove_prefix(end + 1);
    }
    if (!block.empty()) throw MalformedBytes{"a column holds more than it lists"};
}

}  // namespace

void ColumnWriter::numbers(std::span<std::uint64_t const> values) {
    if (values.empty()) return;
    Numbers whole{values.begin(), values.end()};
    Numbers steps;
    steps.reserve(whole.size());
    for (std::size_t i = 0; i < whole.size(); ++i) steps.push_back(i == 0 ? 0 : whole[i] - whole[i - 1]);
    auto const by_offset = plan_for(whole);
    auto const by_difference = plan_for(steps);
    bool const differ =
        by_difference.width < by_offset.width || (by_difference.width == by_offset.width && by_difference.bits < by_offset.bits);

    auto const& plan = differ ? by_difference : by_offset;
    auto const& parts = differ ? steps : whole;
    auto& out = bytes();
    put_varint(out, static_cast<std::uint64_t>(differ ? differences : offsets) | (plan.width << 1U));
    put_varint(out, folded(plan.base));
    put_varint(out, plan.step);
    if (differ) put_varint(out, folded(whole.front()));
    for (std::size_t plane = 0; plane < plan.width; ++plane) {
        body_.cut();
        for (auto const part : parts) out += static_cast<char>(((part - plan.base) / plan.step) >> (8 * plane));
    }
    body_.cut();
}

Numbers ColumnReader::numbers(std::size_t count) {
    if (count == 0) return {};
    auto const head = in_.varint_at_most(17);
    auto const base = unfolded(in_.varint());
    auto const step = in_.varint();
    bool const differ = (head & 1U) == differences;
    auto const first = differ ? unfolded(in_.varint()) : 0;
    budget_.take(count * sizeof(std::uint64_t));
    Numbers out(count);
    for (std::size_t plane = 0; plane < head >> 1U; ++plane) {
        auto const octets = in_.take(count);
        for (std::size_t i = 0; i < count; ++i) out[i] |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(octets[i])) << (8 * plane);
    }
    for (auto& number : out) number = base + number * step;
    if (!differ) return out;
    out[0] = first;
    for (std::size_t i = 1; i < count; ++i) out[i] += out[i - 1];
    return out;
}

void ColumnWriter::strings(std::span<std::string_view const> values) {
    std::unordered_map<std::string_view, std::uint64_t> known;
    std::vector<std::string_view> distinct;
    Numbers codes;
    codes.reserve(values.size());
    for (auto const value : values) {
        auto const [place, is_new] = known.try_emplace(value, known.size() + 1);
        codes.push_back(is_new ? 0 : place->second);
        if (is_new) distinct.push_back(value);
    }
    bool const repeats = distinct.size() * 4 <= values.size() * 3;
    bool const has_nul = std::any_of(distinct.begin(), distinct.end(), [](std::string_view text) { return text.find('\0') != text.npos; });
    auto& out = bytes();
    out += static_cast<char>((repeats ? listed : 0) | (has_nul ? measured : 0));
    if (repeats) {
        put_varint(out, distinct.size());
        numbers(codes);
    }
    auto const written = repeats ? std::span<std::string_view const>{distinct} : values;
    if (has_nul) {
        Numbers lengths;
        for (auto const text : written) lengths.push_back(text.size());
        numbers(lengths);
    }
    Bytes block;
    for (auto const text : written) {
        block += text;
        if (!has_nul) block += '\0';
    }
    put_varint(out, block.size());
    body_.cut();
    out += block;
    body_.cut();
}

std::vector<std::string_view> ColumnReader::strings(std::size_t count) {
    auto const form = in_.byte();
    if (form > (listed | measured)) throw MalformedBytes{"unknown form of a column"};
    bool const repeats = (form & listed) != 0;
    auto const distinct = repeats ? in_.varint_at_most(count) : count;
    auto const codes = repeats ? numbers(count) : Numbers{};
    budget_.take((count + distinct) * sizeof(std::string_view));
    std::vector<std::string_view> list;
    list.reserve(distinct);
    if ((form & measured) != 0) {
        auto const lengths = numbers(distinct);
        ByteReader block{in_.sized()};
        for (auto const length : lengths) list.push_back(block.take(length));
        if (!block.at_end()) throw MalformedBytes{"a column holds more than it lists"};
    } else {
        split(in_.sized(), distinct, list);
    }
    if (!repeats) return list;

    std::vector<std::string_view> out;
    out.reserve(count);
    std::size_t seen = 0;
    for (auto const code : codes) {
        if (code == 0 ? seen == distinct : code > seen) throw MalformedBytes{"a column names what it does not list"};
        out.push_back(code == 0 ? list[seen++] : list[code - 1]);
    }
    return out;
}

}  // namespace himsog::sync
