/// An entity that only tests know, declared once: a group, a reference and a secret among its fields.
#pragma once

#include "common/records/collection.hpp"
#include "tests/common/records/api.hpp"

namespace himsog::records::test {

inline journal::Entity vaccination() {
    using namespace journal;
    Entity entity{700, "vaccination", "Vaccination"};
    entity.field(reference(1, "of_chart", "Chart", "chart").filterable())
        .field(text(2, "vaccine", "Vaccine", 40).required().not_blank().searchable().phi())
        .group("dose", "Dose", {integer(3, "dose_no", "Number").between(1, 9), text(4, "dose_lot", "Lot", 20)})
        .field(date(5, "given_on", "Given on").required().filterable())
        .field(choice(6, "arm", "Arm", {{"L", "Left"}, {"R", "Right"}}).nullable().filterable())
        .field(text(7, "vial_pin", "Vial PIN", 64).secret())
        .readable_by(clinic_roles)
        .writable_by(bit(Role::nurse) | bit(Role::doctor));
    return entity;
}

/// Its API; nothing else is written for it.
class Vaccinations : public Api {
public:
    Vaccinations() : Api{{vaccination(), journal::test::chart(), journal::test::site_key()}} {
        serve(collection(Collection{shape, "/api/vaccinations/"}));
    }
    /// The new record's id.
    std::string give(std::string const& vaccine, std::string const& given_on, nlohmann::json more = nlohmann::json::object()) {
        more["vaccine"] = vaccine;
        more["given_on"] = given_on;
        return json_of(post("/api/vaccinations/", more)).at("id").get<std::string>();
    }

    Shape shape{*dictionary.named("vaccination")};
};

inline std::string const vaccinations = "/api/vaccinations/";

}  // namespace himsog::records::test
