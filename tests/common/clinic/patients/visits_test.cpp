#include "tests/common/clinic/patients/ward.hpp"

#include <catch2/catch_test_macros.hpp>

#include <set>

using namespace himsog;
using namespace himsog::clinic::patients::test;

namespace {

json for_chart(std::string const& chart, json const& more = json::object()) {
    auto form = cough;
    form["patient"] = chart;
    form.update(more);
    return form;
}

}  // namespace

TEST_CASE("visits: an object has the contract's keys in its order", "[patients]") {
    Ward ward;
    auto const made = ward.post(
        visits, for_chart(ward.admit(), {{"vital_signs", {{"temperature", 37.5}, {"blood_pressure", "120/80"}, {"pulse_rate", nullptr}}},
                                         {"physical_examination", {{"skin", ""}, {"lungs", "clear"}}}}));
    REQUIRE(made.status == 201);
    auto const record = nlohmann::ordered_json::parse(made.body)["record"];
    std::string keys;
    for (auto const& [key, value] : record.items()) keys += key + ' ';
    CHECK(
        keys ==
        "id patient patient_name patient_usc_id visit_date concern diagnosis diagnosis_code treatment notes vital_signs physical_examination "
        "created_at updated_at created_by ");
    CHECK(record["patient_name"] == "Ana Cruz");
    CHECK(record["patient_usc_id"] == nullptr);
    CHECK(record["visit_date"] == "2025-04-24T10:00:00+08:00");
    CHECK(json_of(made)["record"]["vital_signs"] == json{{"temperature", 37.5}, {"blood_pressure", "120/80"}});
    CHECK(json_of(made)["record"]["physical_examination"] == json{{"lungs", "clear"}});
    CHECK(record["created_by"] == ward.who->user.text());
}

TEST_CASE("visits: pulse and heart rate are one value; numbers may be text; the rest is kept", "[patients]") {
    Ward ward;
    auto const chart = ward.admit();
    auto const vitals = [&](json const& sent) {
        ward.clock.pass(std::chrono::minutes{1});
        auto const at = to_text(ward.clock.now(), Zone{});
        return json_of(ward.post(visits, for_chart(chart, {{"visit_date", at}, {"vital_signs", sent}})))["record"]["vital_signs"];
    };
    CHECK(vitals({{"pulse_rate", "72"}}) == json{{"pulse_rate", 72}, {"heart_rate", 72}});
    CHECK(vitals({{"heart_rate", 72}}) == json{{"pulse_rate", 72}, {"heart_rate", 72}});
    CHECK(vitals({{"temperature", "37.50"}, {"weight", "52.5"}, {"pain", 3}}) ==
          json{{"temperature", 37.5}, {"weight", 52.5}, {"pain", 3}});
    CHECK(vitals({{"blood_pressure", "120 / 80"}, {"temperature", "afebrile"}}) ==
          json{{"blood_pressure", "120/80"}, {"temperature", "afebrile"}});
    CHECK(vitals(json::object()) == json::object());
}

TEST_CASE("visits: what is wrong is said field by field", "[patients]") {
    Ward ward;
    auto const chart = ward.admit();
    auto const errors = [&](json const& more) { return json_of(ward.post(visits, for_chart(chart, more)))["errors"]; };
    auto const refused = ward.post(visits, {{"concern", "x"}, {"diagnosis", "abcd"}, {"treatment", ""}, {"notes", std::string(2001, 'x')}});
    CHECK(refused.status == 400);
    CHECK(json_of(refused)["detail"] == "Validation failed");
    for (auto const* const field : {"patient", "visit_date", "concern", "diagnosis", "treatment", "notes"})
        CHECK(json_of(refused)["errors"].contains(field));
    CHECK(errors({{"visit_date", 5}}).contains("visit_date"));
    CHECK(errors({{"visit_date", "2026-02-30T10:00:00"}}).contains("visit_date"));
    CHECK(errors({{"visit_date", "1999-12-31"}}).contains("visit_date"));
    CHECK(errors({{"visit_date", "2025-10-09T18:00:00"}}).contains("visit_date"));
    CHECK(errors({{"concern", nullptr}}).contains("concern"));
    CHECK(errors({{"vital_signs", "120/80"}}).contains("vital_signs"));
    CHECK(errors({{"patient", 5}}).contains("patient"));
    CHECK(ward.post(visits, for_chart("018bcff2-3940-781b-a12d-dbdb9f5880c2")).status == 404);
    CHECK(ward.count("medical_record") == 0);
}

TEST_CASE("visits: five minutes into the future are a clock's matter, not a mistake", "[patients]") {
    Ward ward;
    auto const chart = ward.admit();
    auto const soon = to_text(ward.clock.now() + std::chrono::minutes{4}, Zone{});
    CHECK(ward.post(visits, for_chart(chart, {{"visit_date", soon}})).status == 201);
    auto const tomorrow = to_text(ward.clock.now() + std::chrono::hours{24}, Zone{});
    CHECK(ward.post(visits, for_chart(chart, {{"visit_date", tomorrow}})).status == 400);
    ward.hear_hub(std::chrono::hours{20});
    CHECK(ward.post(visits, for_chart(chart, {{"visit_date", tomorrow}})).status == 201);
}

TEST_CASE("visits: one chart has one visit at one moment", "[patients]") {
    Ward ward;
    auto const chart = ward.admit();
    auto const id = ward.see(chart);
    auto const again = ward.post(visits, for_chart(chart, {{"visit_date", "2025-04-24T02:00:00Z"}}));
    CHECK(again.status == 409);
    CHECK(json_of(again)["existing_record_id"] == id);
    CHECK(json_of(again).contains("suggestion"));
    CHECK(ward.post(visits, for_chart(chart, {{"visit_date", "2025-04-24T10:00:01"}})).status == 201);
}

TEST_CASE("visits: the whole object may be sent back, and answers bare", "[patients]") {
    Ward ward;
    auto const path = visits + ward.see(ward.admit()) + "/";
    auto form = json_of(ward.get(path));
    form["notes"] = "better";
    form["patient_name"] = "somebody";
    auto const put = ward.put(path, form);
    REQUIRE(put.status == 200);
    CHECK(json_of(put)["notes"] == "better");
    CHECK(json_of(put)["patient_name"] == "Ana Cruz");
    form.erase("concern");
    CHECK(json_of(ward.put(path, form))["concern"] == "Cough");
    CHECK(json_of(ward.put(path, {{"notes", "x"}})).contains("diagnosis"));
    CHECK(json_of(ward.patch(path, {{"treatment", "x"}})) == json{{"treatment", {"At least 5 letters."}}});
    CHECK(json_of(ward.patch(path, {{"visit_date", "2026-01-01"}})).contains("visit_date"));
}

TEST_CASE("visits: a visit stays on its chart", "[patients]") {
    Ward ward;
    auto const path = visits + ward.see(ward.admit()) + "/";
    auto const other = ward.admit({{"first_name", "Ben"}, {"last_name", "Reyes"}, {"date_of_birth", "2002-01-02"}, {"gender", "M"}});
    CHECK(json_of(ward.patch(path, {{"patient", other}})).contains("patient"));
    CHECK(json_of(ward.patch(path, {{"patient", "018bcff2-3940-781b-a12d-dbdb9f5880c2"}})).contains("patient"));
}

TEST_CASE("visits: newest first, of one patient when asked", "[patients]") {
    Ward ward;
    auto const chart = ward.admit();
    auto const old = ward.see(chart);
    auto const young = ward.see(chart, for_chart(chart, {{"visit_date", "2025-04-25"}}));
    auto const other = ward.admit({{"first_name", "Ben"}, {"last_name", "Reyes"}, {"date_of_birth", "2002-01-02"}, {"gender", "M"}});
    ward.see(other, for_chart(other, {{"visit_date", "2025-04-24T12:00:00"}}));
    auto const list = json_of(ward.get(visits));
    REQUIRE(list.size() == 3);
    CHECK(list[0]["id"] == young);
    CHECK(list[1]["patient_name"] == "Ben Reyes");
    CHECK(json_of(ward.get(visits + "?patient=" + chart)).size() == 2);
    CHECK(json_of(ward.get(visits + "?patient=7")).empty());
    CHECK(ward.get(visits + old + "/").status == 200);
}

TEST_CASE("visits: a chart's list has one order, in one array, in pages and along a cursor", "[patients]") {
    Ward ward;
    auto const chart = ward.admit();
    auto const other = ward.admit({{"first_name", "Ben"}, {"last_name", "Reyes"}, {"date_of_birth", "2002-01-02"}, {"gender", "M"}});
    for (int i = 0; i < 30; ++i) {
        auto form = for_chart(i % 5 == 0 ? other : chart,
                              {{"visit_date", "2025-0" + std::to_string(1 + i * 7 % 9) + "-1" + std::to_string(i % 10)}});
        form["treatment"] = "Treatment " + std::to_string(i % 3);
        if (i % 4 > 0) form["vital_signs"] = {{"pulse_rate", 60 + i % 2}};
        ward.see(i % 5 == 0 ? other : chart, form);
    }
    for (auto const* const order : {"", "&ordering=visit_date", "&ordering=treatment,-pulse_rate", "&ordering=-pulse_rate",
                                    "&ordering=-updated_at", "&ordering=-treatment,created_at", "&ordering=-id"}) {
        CAPTURE(order);
        auto const list = visits + "?patient=" + chart + order;
        auto const whole = json_of(ward.get(list));
        CHECK(whole.size() == 24);
        CHECK(whole == json_of(ward.get(list + "&page_size=100"))["results"]);
        CHECK(whole == json_of(ward.get(list + "&page_size=100&cursor="))["results"]);
    }
}

TEST_CASE("visits: of a chart that is longer than one array the newest come, and a link to the rest", "[patients]") {
    Ward ward;
    auto const chart = ward.admit();
    ward.write([&](journal::Writer& writer) {
        auto const& entity = *writer.dictionary().named("medical_record");
        for (int i = 0; i < 1003; ++i) {
            auto row = entity.blank();
            row[entity.index("patient")] = journal::Value{*Uuid::parse(chart)};
            row[entity.index("visit_date")] = journal::Value{std::int64_t{i * 7919 % 1003} * 1'000'000};
            row[entity.index("diagnosis")] = row[entity.index("treatment")] = journal::Value{"as before"};
            writer.insert(entity, writer.new_id(), std::move(row));
        }
    });
    auto const answer = ward.get(visits + "?patient=" + chart);
    auto const list = json_of(answer);
    REQUIRE(list.size() == 1000);
    CHECK(list[0]["visit_date"] == "1970-01-01T08:16:42+08:00");
    CHECK(list[999]["visit_date"] == "1970-01-01T08:00:03+08:00");
    CHECK(std::string{answer.find("Link")}.ends_with(">; rel=\"next\""));
}

SCENARIO("Two people edit one visit, the second against what they read before", "[patients]") {
    Ward ward;
    auto const path = visits + ward.see(ward.admit(), [] {
        auto form = cough;
        form["vital_signs"] = {{"blood_pressure", "120/80"}, {"temperature", 37}};
        return form;
    }()) + "/";
    auto const read = std::string{ward.get(path).find("ETag")};
    ward.patch(path, {{"vital_signs", {{"blood_pressure", "130/80"}}}});
    auto const stale = ward.patch(path, {{"vital_signs", {{"blood_pressure", "140/90"}, {"temperature", 38}}}}, {{"X-Himsog-Base", read}});
    REQUIRE(stale.status == 200);
    REQUIRE(json_of(stale)["conflicts"].size() == 1);
    CHECK(json_of(stale)["vital_signs"]["temperature"] == 38);
    auto const& entity = *ward.dictionary.named("medical_record");
    auto const conflict =
        journal::conflict(ward.database(), ward.dictionary, *Uuid::parse(json_of(stale)["conflicts"][0].get<std::string>()));
    REQUIRE(conflict);
    auto const& reg = *entity.register_numbered(conflict->reg);
    CHECK(reg.name == "vital_signs.blood_pressure");
    std::set<std::string> const sides{ward.visit.register_json(reg, conflict->kept.values, Zone{}),
                                      ward.visit.register_json(reg, conflict->other.values, Zone{})};
    CHECK(sides == std::set<std::string>{"\"130/80\"", "\"140/90\""});
}
