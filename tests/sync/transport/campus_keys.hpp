/// An authority and certificates as enrolment makes them, valid around a moment of 2016: far from the wall clock on purpose.
#pragma once

#include "common/base/calendar.hpp"
#include "common/base/random.hpp"
#include "common/crypto/pki.hpp"

namespace himsog::sync {

struct CampusKeys {
    Instant now = *parse_instant("2016-03-01T12:00:00Z", Zone{0});
    SeededRandom random{1};
    crypto::Identity authority = crypto::make_authority("himsog USC", now, random);
    crypto::KeyAndRequest box = crypto::make_request("hub");
    std::string hub = *crypto::issue_node(authority, box.request, 0, crypto::NodeRole::hub, now, random);
    std::string edge = *crypto::issue_node(authority, box.request, 3, crypto::NodeRole::edge, now, random);
    std::string web = *crypto::issue_web(authority, box.request, {"127.0.0.1"}, now, random);

    Bytes pin() const { return *from_hex(*crypto::fingerprint(authority.certificate)); }
};

}  // namespace himsog::sync
