#include "sync/bundle/column.hpp"

#include <algorithm>
#include <numeric>

namespace himsog::sync {
namespace {

using journal::Value;
using journal::Values;

enum ValueForm : std::uint8_t { all_null = 0, integers = 1, texts = 2, blobs = 3, ids = 4, mixed = 5 };
constexpr std::uint8_t some_null = 0x80;  // a mask of the places that hold something comes first

ValueForm form_of(Value const& value) {
    if (value.is_integer()) return integers;
    if (value.is_text()) return texts;
    return value.bytes().size() == 16 ? ids : blobs;
}

ValueForm common_form(std::span<Value const* const> present) {
    if (present.empty()) return all_null;
    auto form = form_of(*present.front());
    for (auto const* value : present) {
        auto const here = form_of(*value);
        if (here == form) continue;
        bool const both_blobs = (here == blobs || here == ids) && (form == blobs || form == ids);
        if (!both_blobs) return mixed;
        form = blobs;
    }
    return form;
}

}  // namespace

void ColumnWriter::values(std::span<Value const* const> values) {
    std::vector<Value const*> present;
    present.reserve(values.size());
    for (auto const* value : values)
        if (!value->is_null()) present.push_back(value);
    auto const form = common_form(present);
    bool const gaps = form != all_null && present.size() < values.size();
    bytes() += static_cast<char>(form | (gaps ? some_null : 0));
    if (gaps) {
        Bytes mask((values.size() + 7) / 8, '\0');
        for (std::size_t i = 0; i < values.size(); ++i)
            if (!values[i]->is_null()) mask[i / 8] = static_cast<char>(mask[i / 8] | (1U << (i % 8)));
        bytes() += mask;
    }
    present_values(form, present);
}

void ColumnWriter::present_values(std::uint8_t form, std::span<Value const* const> present) {
    if (form == integers) {
        Numbers column;
        column.reserve(present.size());
        for (auto const* value : present) column.push_back(static_cast<std::uint64_t>(value->integer()));
        numbers(column);
    } else if (form == texts || form == blobs) {
        std::vector<std::string_view> column;
        column.reserve(present.size());
        for (auto const* value : present) column.push_back(form == texts ? value->text() : value->bytes());
        strings(column);
    } else if (form == ids) {
        std::vector<Uuid> column;
        column.reserve(present.size());
        for (auto const* value : present) column.push_back(value->uuid());
        known_ids(column);
    } else if (form == mixed) {
        for (auto const* value : present) value->write(bytes());
    }
}

Values ColumnReader::values(std::size_t count) {
    auto const head = in_.byte();
    budget_.take(count * sizeof(Value));
    Values out(count);
    std::vector<std::size_t> places;
    if ((head & some_null) != 0) {
        auto const mask = in_.take((count + 7) / 8);
        for (std::size_t i = 0; i < count; ++i)
            if ((static_cast<std::uint8_t>(mask[i / 8]) >> (i % 8) & 1U) != 0) places.push_back(i);
    } else {
        places.resize(count);
        std::iota(places.begin(), places.end(), std::size_t{0});
    }
    present_values(head & ~some_null, places, out);
    return out;
}

void ColumnReader::present_values(std::uint8_t form, std::vector<std::size_t> const& places, Values& into) {
    std::size_t next = 0;
    switch (form) {
        case all_null: return;
        case integers:
            for (auto const number : numbers(places.size())) into[places[next++]] = Value{static_cast<std::int64_t>(number)};
            return;
        case texts:
        case blobs:
            for (auto const text : strings(places.size())) {
                budget_.take(text.size());
                into[places[next++]] = form == texts ? Value{text} : Value::blob(text);
            }
            return;
        case ids:
            for (auto const& id : known_ids(places.size())) into[places[next++]] = Value{id};
            return;
        case mixed:
            for (auto const place : places) {
                into[place] = Value::read(in_);
                budget_.take(into[place].text().size() + into[place].bytes().size());
            }
            return;
        default: throw MalformedBytes{"unknown form of a column"};
    }
}

}  // namespace himsog::sync
