/// Names of people and sites, for conflicts and history. Thread rule: that of the connection.
#pragma once

#include "common/db/database.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace himsog::sync {

struct PersonName {
    std::string name;
    std::string role;
};

/// Looks each up once.
class Names {
public:
    explicit Names(db::Connection& connection) : connection_{connection} {}

    PersonName const& person(Uuid const& user);
    std::string const& site(std::uint16_t no);
    /// "Santos, Maria".
    std::string const& patient(Uuid const& id);

private:
    db::Connection& connection_;
    std::map<Uuid, PersonName> people_;
    std::map<std::uint16_t, std::string> sites_;
    std::map<Uuid, std::string> patients_;
};

}  // namespace himsog::sync
