/// An entity that only tests know, declared once: a group, a reference and a secret among its fields. Nothing else is written for it: the
/// API of tests/common/records and the nodes of tests/simulation are made from this declaration.
#pragma once

#include "common/records/principal.hpp"

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

}  // namespace himsog::records::test
