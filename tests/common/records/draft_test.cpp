#include "common/base/random.hpp"
#include "common/records/draft.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace himsog;
using namespace himsog::journal;
using records::Mode;

namespace {

Entity note() {
    Entity entity{701, "note", "Note"};
    entity.field(text(1, "title", "Title", 10).required())
        .field(decimal(2, "temperature", "Temperature", 1).within("vitals").between(300, 450))
        .group("vitals.pressure", "Pressure", {integer(3, "high", "High").within("vitals"), integer(4, "low", "Low").within("vitals")})
        .field(unknown_keys(5, "vitals", "Others"));
    return entity;
}

struct Form {
    Entity entity = note();
    records::Shape shape = records::Shape{entity}.pair("vitals", "pressure", "high", "low");
    records::Draft read(std::string_view body, Mode mode = Mode::create) { return records::read_draft(shape, body, mode, Zone{}).value(); }
};

}  // namespace

TEST_CASE("draft: objects take their fields, keep what they do not know, and clear on PUT", "[records]") {
    Form form;
    auto const draft = form.read(R"({"title":" a ","vitals":{"temperature":"36.5","pressure":"120/80","odd":[1]}})");
    CHECK(draft.errors.empty());
    CHECK(draft.text(0) == "a");
    CHECK(*draft.fields[1] == Value{365});
    CHECK(*draft.fields[2] == Value{120});
    CHECK(*draft.fields[3] == Value{80});
    CHECK(draft.text(4) == R"({"odd":[1]})");

    auto const patch = form.read(R"({"vitals":{"temperature":37}})", Mode::patch);
    CHECK_FALSE(patch.sent(2));
    auto const put = form.read(R"({"title":"a","vitals":{"temperature":37}})", Mode::put);
    CHECK(put.sent(2));
    CHECK(put.fields[2]->is_null());
}

TEST_CASE("draft: what does not parse as its field goes to the unknown keys", "[records]") {
    Form form;
    auto const draft = form.read(R"({"title":"a","vitals":{"temperature":"hot","pressure":"high"}})");
    CHECK(draft.errors.empty());
    CHECK_FALSE((draft.sent(1) && !draft.fields[1]->is_null()));
    CHECK(draft.text(4) == R"({"pressure":"high","temperature":"hot"})");
}

TEST_CASE("draft: bodies that are no JSON object are refused", "[records]") {
    Form form;
    for (auto const* const body : {"{", "[]", "1", "{\"title\":\"\xff\"}", "nul"})
        CHECK_FALSE(records::read_draft(form.shape, body, Mode::create, Zone{}).has_value());
    auto const deep = "{\"x\":" + std::string(40, '[') + std::string(40, ']') + "}";
    CHECK_FALSE(records::read_draft(form.shape, deep, Mode::create, Zone{}).has_value());
}

TEST_CASE("draft: random bytes never crash, and never give a value that the field forbids", "[records][fuzz]") {
    Form form;
    SeededRandom random{20261124};
    std::string const seed = R"({"title":"ab","vitals":{"temperature":36.5,"pressure":"120/80","odd":{"a":[1,2,null]}}})";
    for (int i = 0; i < 20'000; ++i) {
        auto body = seed;
        for (auto changes = 1 + random.below(4); changes > 0; --changes) {
            auto const at = random.below(body.size());
            if (random.below(3) == 0) body.erase(at, 1);
            else if (random.below(2) == 0) body[at] = static_cast<char>(random.below(256));
            else body.insert(at, 1, "{}[]\",:0"[random.below(8)]);
        }
        auto const draft = records::read_draft(form.shape, body, Mode::create, Zone{});
        if (!draft) continue;
        if (draft->sent(0) && draft->errors.empty()) CHECK(utf8_length(draft->text(0)) <= 10);
        if (draft->sent(1) && draft->fields[1]->is_integer())
            CHECK((draft->fields[1]->integer() >= 300 && draft->fields[1]->integer() <= 450));
    }
}
