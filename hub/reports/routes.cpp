#include "hub/reports/routes.hpp"

#include "hub/reports/visits.hpp"

#include <charconv>

namespace himsog::hub {
namespace {

constexpr int usual_days = 30;
constexpr int most_days = 366 * 5;

Result<Date> date_in(records::Call const& call, char const* name, Date otherwise) {
    auto const text = call.request.query(name);
    if (!text || text->empty()) return otherwise;
    auto const date = parse_date(*text);
    if (!date) return Problem{FieldErrors{{name, {"Date has wrong format. Use one of these formats instead: YYYY-MM-DD."}}}};
    return *date;
}

records::Outcome visits(records::Call& call) {
    VisitsQuery query;
    query.zone = call.zone;
    auto const today = date_of(call.clock.now(), call.zone);
    auto const to = date_in(call, "to", today);
    if (!to) return to.error();
    auto const from = date_in(call, "from", Date{to->days - usual_days + 1});
    if (!from) return from.error();
    query.from = *from;
    query.to = *to;
    if (query.from > query.to) return Problem{FieldErrors{{"from", {"The first day lies after the last."}}}};
    if (query.to.days - query.from.days > most_days) return Problem{FieldErrors{{"from", {"At most five years at once."}}}};
    for (auto const& text : call.request.query_all("site")) {
        std::uint16_t no = 0;
        auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), no);
        if (error != std::errc{} || end != text.data() + text.size())
            return Problem{FieldErrors{{"site", {"A valid integer is required."}}}};
        query.sites.push_back(no);
    }
    auto const format = call.request.query("format").value_or("json");
    if (format != "json" && format != "csv") return Problem{FieldErrors{{"format", {"\"" + format + "\" is not a valid choice."}}}};
    auto const report = visits_report(call.reader.connection, query);
    if (format == "json") return http::Response{200, to_json(report)};
    http::Response response{200, to_csv(report), "text/csv; charset=utf-8"};
    response.header("Content-Disposition", "attachment; filename=\"visits-" + query.from.text() + "-" + query.to.text() + ".csv\"");
    return response;
}

}  // namespace

std::vector<records::Route> report_routes() {
    std::vector<records::Route> routes;
    routes.emplace_back(http::Method::get, "/api/hub/reports/visits/", records::Policy::only(records::clinic_roles), visits,
                        records::Envelope::plain, http::Run::pool);
    return routes;
}

}  // namespace himsog::hub
