/// An entity that only tests know: clinical and administrative registers, a group, a secret.
#pragma once

#include "common/journal/entity.hpp"

namespace himsog::journal::test {

inline Entity chart() {
    Entity entity{900, "chart", "Chart"};
    entity.field(text(1, "title", "Title", 100))
        .field(text(2, "allergies", "Allergies", 1000).clinical())
        .field(text(3, "phone", "Phone", 20).administrative())
        .group("contact", "Contact", {text(4, "contact_name", "Name", 100), text(5, "contact_number", "Number", 20)}, Kind::administrative)
        .field(text(6, "pin", "PIN", 100).secret());
    return entity;
}

}  // namespace himsog::journal::test
