#include "common/clinic/sites/entities.hpp"

#include "common/journal/journal.hpp"

namespace himsog::clinic::sites {

using namespace journal;

Entity site_entity() {
    Entity entity{1, "site", "Site"};
    entity.administrative()
        .field(integer(1, "no", "Number").required().indexed())
        .field(text(2, "name", "Name", 100).required().not_blank())
        .field(text(3, "zone", "Time zone", 50).initially(Value{"Asia/Manila"}))
        .ordered_by("no");
    return entity;
}

Entity site_key_entity() {
    Entity entity{5, std::string{journal::site_key_entity}, "Site key"};
    entity.append_only()
        .administrative()
        .field(integer(1, "site_no", "Site").required().indexed())
        .field(text(2, "signing_key", "Key", 64).required());
    return entity;
}

}  // namespace himsog::clinic::sites
