#include "hub/reports/visits.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace himsog::hub {
namespace {

constexpr std::size_t most_diagnoses = 10;

std::string folded(std::string_view text) {
    std::string out{trimmed(text)};
    std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

std::string cell(std::string_view text) {
    std::string safe{text};
    if (!safe.empty() && std::string_view{"=+-@\t\r"}.find(safe.front()) != std::string_view::npos) safe.insert(safe.begin(), '\'');
    if (safe.find_first_of(",\"\r\n") == std::string::npos) return safe;
    std::string quoted = "\"";
    for (char const c : safe) quoted += c == '"' ? std::string{"\"\""} : std::string{c};
    return quoted + '"';
}

bool wanted(VisitsQuery const& query, std::uint16_t site) {
    return query.sites.empty() || std::find(query.sites.begin(), query.sites.end(), site) != query.sites.end();
}

class Counter {
public:
    void add(Date day, std::uint16_t site, Uuid const& patient, std::string_view sex, std::string_view diagnosis) {
        ++total_;
        ++by_day_[{day, site}];
        ++visits_[site];
        patients_[site].insert(patient);
        ++by_sex_[std::string{sex}];
        if (auto const key = folded(diagnosis); !key.empty()) ++diagnoses_[key][std::string{trimmed(diagnosis)}];
    }

    void fill(VisitsReport& report) {
        report.total = total_;
        report.by_sex = by_sex_;
        for (auto& site : report.by_site) {
            site.visits = visits_[site.no];
            site.patients = static_cast<std::int64_t>(patients_[site.no].size());
        }
        for (auto const& [key, count] : by_day_) report.by_day.push_back({key.first, key.second, count});
        for (auto const& [key, spellings] : diagnoses_) {
            VisitsReport::Diagnosis diagnosis;
            std::int64_t most = 0;
            for (auto const& [text, count] : spellings) {
                diagnosis.visits += count;
                if (count > most) diagnosis.text = text;
                most = std::max(most, count);
            }
            report.top_diagnoses.push_back(std::move(diagnosis));
        }
        std::stable_sort(report.top_diagnoses.begin(), report.top_diagnoses.end(),
                         [](auto const& a, auto const& b) { return a.visits > b.visits; });
        if (report.top_diagnoses.size() > most_diagnoses) report.top_diagnoses.resize(most_diagnoses);
    }

private:
    std::int64_t total_ = 0;
    std::map<std::pair<Date, std::uint16_t>, std::int64_t> by_day_;
    std::map<std::uint16_t, std::int64_t> visits_;
    std::map<std::uint16_t, std::set<Uuid>> patients_;
    std::map<std::string, std::int64_t> by_sex_;
    std::map<std::string, std::map<std::string, std::int64_t>> diagnoses_;
};

}  // namespace

VisitsReport visits_report(db::Connection& connection, VisitsQuery const& query) {
    db::Transaction const snapshot{connection, db::Access::reader};
    VisitsReport report;
    report.from = query.from;
    report.to = query.to;
    {
        auto row = connection.prepare("SELECT no, name FROM site WHERE v_void = 0 ORDER BY no");
        while (row.step()) {
            VisitsReport::BySite site;
            site.no = static_cast<std::uint16_t>(row.integer(0));
            site.name = std::string{row.text(1)};
            if (wanted(query, site.no)) report.by_site.push_back(std::move(site));
        }
    }
    Counter counter;
    auto row = connection.prepare(
        "SELECT m.visit_date, w.site, m.patient, p.gender, m.diagnosis FROM medical_record m JOIN sync_writer w ON w.no = m.v_writer "
        "LEFT JOIN patient p ON p.id = m.patient WHERE m.v_void = 0 AND m.visit_date >= ? AND m.visit_date < ?");
    row.bind(start_of(query.from, query.zone).us).bind(start_of(Date{query.to.days + 1}, query.zone).us);
    while (row.step()) {
        auto const site = static_cast<std::uint16_t>(row.integer(1));
        if (wanted(query, site)) counter.add(date_of({row.integer(0)}, query.zone), site, row.uuid(2), row.text(3), row.text(4));
    }
    counter.fill(report);
    return report;
}

std::string to_json(VisitsReport const& report) {
    using nlohmann::json;
    json body = {{"from", report.from.text()}, {"to", report.to.text()},  {"total", report.total},         {"by_site", json::array()},
                 {"by_day", json::array()},    {"by_sex", json::array()}, {"top_diagnoses", json::array()}};
    for (auto const& one : report.by_site)
        body["by_site"].push_back({{"site", {{"no", one.no}, {"name", one.name}}}, {"visits", one.visits}, {"patients", one.patients}});
    for (auto const& one : report.by_day) body["by_day"].push_back({{"date", one.date.text()}, {"site", one.site}, {"visits", one.visits}});
    for (auto const& [sex, visits] : report.by_sex)
        body["by_sex"].push_back({{"sex", sex.empty() ? json(nullptr) : json(sex)}, {"visits", visits}});
    for (auto const& one : report.top_diagnoses) body["top_diagnoses"].push_back({{"diagnosis", one.text}, {"visits", one.visits}});
    return body.dump();
}

std::string to_csv(VisitsReport const& report) {
    std::string out = "\xef\xbb\xbfsection,name,date,visits,patients\r\n";
    std::map<std::uint16_t, std::string> names;
    for (auto const& one : report.by_site) {
        names[one.no] = one.name;
        out += "site," + cell(one.name) + ",," + std::to_string(one.visits) + "," + std::to_string(one.patients) + "\r\n";
    }
    for (auto const& one : report.by_day)
        out += "day," + cell(names[one.site]) + "," + one.date.text() + "," + std::to_string(one.visits) + ",\r\n";
    for (auto const& [sex, visits] : report.by_sex) out += "sex," + cell(sex) + ",," + std::to_string(visits) + ",\r\n";
    for (auto const& one : report.top_diagnoses) out += "diagnosis," + cell(one.text) + ",," + std::to_string(one.visits) + ",\r\n";
    return out;
}

}  // namespace himsog::hub
