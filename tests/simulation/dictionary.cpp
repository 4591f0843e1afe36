#include "tests/simulation/dictionary.hpp"

#include "sync/node/dictionary.hpp"
#include "tests/common/journal/chart.hpp"
#include "tests/common/records/vaccination.hpp"

#include <algorithm>
#include <array>

namespace himsog::simulation {

using namespace journal;

namespace {

Entity entry() {
    Entity entity{901, "entry", "Entry"};
    entity.clustered_by("chart")
        .subject("chart")
        .field(reference(1, "chart", "Chart", "chart").administrative())
        .field(text(2, "note", "Note", 1000))
        .group("pressure", "Pressure", {integer(3, "systolic", "Systolic"), integer(4, "diastolic", "Diastolic")}, Kind::clinical);
    return entity;
}

Entity handed_out() {
    Entity entity{902, "handed_out", "Handed out"};
    entity.append_only().field(reference(1, "chart", "Chart", "chart")).field(integer(2, "tablets", "Tablets"));
    return entity;
}

Value some_text(Field const& field, Random& random) {
    static constexpr std::array<std::string_view, 5> texts{"", "a", "b", "ab", "\xc3\xb1"};
    auto const first = field.may_be_blank ? 0U : 1U;
    return Value{texts[first + random.below(texts.size() - first)]};
}

/// Four numbers in a row, inside the field's limits.
Value some_number(Field const& field, Random& random) {
    auto const least = field.minimum == INT64_MIN ? 0 : field.minimum;
    return Value{std::min(least + static_cast<std::int64_t>(random.below(4)), field.maximum)};
}

}  // namespace

Dictionary const& dictionary() {
    static Dictionary const all = [] {
        auto entities = node::dictionary().entities();
        for (auto const& entity : {journal::test::chart(), entry(), handed_out(), records::test::vaccination()}) entities.push_back(entity);
        return Dictionary{std::move(entities)};
    }();
    return all;
}

std::vector<Entity const*> const& writable_entities() {
    static std::vector<Entity const*> const all = [] {
        std::vector<Entity const*> some;
        for (auto const& entity : dictionary().entities())
            if (entity.name() != site_key_entity) some.push_back(&entity);
        return some;
    }();
    return all;
}

Value value_for(Field const& field, Random& random, std::vector<Uuid> const& rows) {
    if (field.may_be_null && random.below(5) == 0) return Value{};
    switch (field.type) {
        case Type::text: return some_text(field, random);
        case Type::choice: return Value{field.choices[random.below(field.choices.size())].value};
        case Type::json: return Value{random.below(2) == 0 ? "{}" : R"({"x":1})"};
        case Type::boolean: return Value{static_cast<int>(random.below(2))};
        case Type::reference: return rows.empty() ? Value{Uuid::v7(0, random.bytes(10))} : Value{rows[random.below(rows.size())]};
        case Type::integer:
        case Type::decimal:
        case Type::date:
        case Type::instant: return some_number(field, random);
    }
    return Value{};
}

}  // namespace himsog::simulation
