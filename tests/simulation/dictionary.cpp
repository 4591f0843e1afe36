#include "tests/simulation/dictionary.hpp"

#include "common/clinic/sites/entities.hpp"

namespace himsog::simulation {

using namespace journal;

namespace {

Entity chart() {
    Entity entity{900, "chart", "Chart"};
    entity.field(text(1, "title", "Title", 100))
        .field(text(2, "allergies", "Allergies", 1000).clinical())
        .field(text(3, "phone", "Phone", 20).administrative())
        .group("contact", "Contact", {text(4, "contact_name", "Name", 100), text(5, "contact_number", "Number", 20)}, Kind::administrative)
        .field(text(6, "pin", "PIN", 100).secret());
    return entity;
}

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

}  // namespace

Dictionary const& test_dictionary() {
    static Dictionary const all{{chart(), entry(), handed_out(), clinic::sites::site_key_entity()}};
    return all;
}

Value value_for(Field const& field, Random& random, std::vector<Uuid> const& references) {
    if (field.may_be_null && random.below(5) == 0) return Value{};
    switch (field.type) {
        case Type::text: return Value{std::string(1 + random.below(2), static_cast<char>('a' + random.below(3)))};
        case Type::choice: return field.choices.empty() ? Value{} : Value{field.choices[random.below(field.choices.size())].value};
        case Type::json: return Value{"{}"};
        case Type::boolean: return Value{static_cast<int>(random.below(2))};
        case Type::reference:
            return references.empty() ? Value{Uuid::v7(0, random.bytes(10))} : Value{references[random.below(references.size())]};
        case Type::integer:
        case Type::decimal:
        case Type::date:
        case Type::instant: return Value{static_cast<std::int64_t>(random.below(4))};
    }
    return Value{};
}

}  // namespace himsog::simulation
