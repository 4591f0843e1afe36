#include "sync/node/dictionary.hpp"

#include "common/clinic/authentication/entities.hpp"
#include "common/clinic/patients/entities.hpp"
#include "common/clinic/sites/entities.hpp"

namespace himsog::node {

journal::Dictionary const& dictionary() {
    static journal::Dictionary const all{{clinic::sites::site_entity(), clinic::authentication::user_entity(),
                                          clinic::patients::patient_entity(), clinic::patients::medical_record_entity(),
                                          clinic::sites::site_key_entity()}};
    return all;
}

}  // namespace himsog::node
