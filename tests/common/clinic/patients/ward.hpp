/// The slice's API over a database of its own, with accounts beside the charts.
#pragma once

#include "common/clinic/authentication/entities.hpp"
#include "common/clinic/patients/entities.hpp"
#include "common/clinic/patients/routes.hpp"
#include "common/clinic/sites/entities.hpp"
#include "tests/common/records/api.hpp"

namespace himsog::clinic::patients::test {

using nlohmann::json;
using records::Role;
using records::test::Headers;
using records::test::json_of;

inline std::string const charts = "/api/patients/patients/";
inline std::string const visits = "/api/patients/medical-records/";
/// Where the tests' clock stands, in Manila: 2025-10-09 16:53:20.
inline std::string const now = "2025-10-09T16:53:20+08:00";

inline json const ana = {{"first_name", "Ana"}, {"last_name", "Cruz"}, {"date_of_birth", "2003-05-17"}, {"gender", "F"}};
inline json const cough = {
    {"visit_date", "2025-04-24T10:00:00"}, {"concern", "Cough"}, {"diagnosis", "Viral URI"}, {"treatment", "Rest, hydration"}};

class Ward : public records::test::Api {
public:
    Ward()
        : Api{{sites::site_entity(), sites::site_key_entity(), authentication::user_entity(), patient_entity(), medical_record_entity()}} {
        serve(patients::routes(patient, visit, Zone{}));
    }

    /// The id of a new chart.
    std::string admit(json const& person = ana) { return json_of(post(charts, person)).at("patient").at("id").get<std::string>(); }
    /// The id of a new visit.
    std::string see(std::string const& chart, json form = cough) {
        form["patient"] = chart;
        return json_of(post(visits, form)).at("record").at("id").get<std::string>();
    }
    /// The chart gets an account of that role.
    void link(std::string const& chart, std::string_view role) {
        write([&](journal::Writer& writer) {
            auto const& users = *writer.dictionary().named("user");
            auto account = users.blank();
            account[users.index("role")] = journal::Value{role};
            auto const user = writer.new_id();
            writer.insert(users, user, std::move(account));
            auto const& entity = *writer.dictionary().named("patient");
            auto row = *writer.find(entity, *Uuid::parse(chart));
            row[entity.index("user")] = journal::Value{user};
            writer.update(entity, *Uuid::parse(chart), row);
        });
    }

    records::Shape patient = patient_shape(dictionary);
    records::Shape visit = medical_record_shape(dictionary);
};

}  // namespace himsog::clinic::patients::test
