/// The consolidated report of visits over all sites (contract/sync.md `/api/hub/reports/visits/`). A visit counts by its own date in the zone
/// of the hub, at the site that made it. One read of one snapshot. Thread rule: that of the connection; takes long: run it on the pool.
#pragma once

#include "common/base/calendar.hpp"
#include "common/db/database.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace himsog::hub {

struct VisitsQuery {
    Date from;                         // inclusive
    Date to;                           // inclusive
    std::vector<std::uint16_t> sites;  // empty: all
    Zone zone;
};

struct VisitsReport {
    struct BySite {
        std::uint16_t no = 0;
        std::string name;
        std::int64_t visits = 0;
        std::int64_t patients = 0;
    };
    struct ByDay {
        Date date;
        std::uint16_t site = 0;
        std::int64_t visits = 0;
    };
    struct Diagnosis {
        std::string text;  // as written most often
        std::int64_t visits = 0;
    };

    Date from;
    Date to;
    std::int64_t total = 0;
    std::vector<BySite> by_site;                 // every site asked for, also those without a visit
    std::vector<ByDay> by_day;                   // days with visits, ascending
    std::map<std::string, std::int64_t> by_sex;  // M, F, O; "" unknown
    std::vector<Diagnosis> top_diagnoses;        // ten; letter case and outer blanks ignored
};

VisitsReport visits_report(db::Connection& connection, VisitsQuery const& query);

std::string to_json(VisitsReport const& report);
/// RFC 4180, with a byte order mark for Excel; a cell that could be taken for a formula is quoted with an apostrophe.
std::string to_csv(VisitsReport const& report);

}  // namespace himsog::hub
