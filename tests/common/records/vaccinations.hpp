/// The API of the entity in vaccination.hpp.
#pragma once

#include "common/records/collection.hpp"
#include "tests/common/records/api.hpp"
#include "tests/common/records/vaccination.hpp"

namespace himsog::records::test {

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
