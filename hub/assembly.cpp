#include "hub/assembly.hpp"

#include "hub/reports/routes.hpp"
#include "hub/setup/setup.hpp"
#include "hub/sites/routes.hpp"

#include <nlohmann/json.hpp>

namespace himsog::hub {

Assembly::Assembly(node::Core& core)
    : core_{core},
      registry_{{core.setting(node::setting::ca_key), core.setting(node::setting::ca_certificate)},
                public_url(core.config()),
                web_names(core.config()),
                core.random()},
      api_{core, true},
      replication_{core, registry_} {
    core.writer().call([this](journal::Journal& journal) {
        Registry::migrate(journal.database());
        registry_.load(journal.database());
    });
}

std::vector<records::Route> Assembly::routes() {
    return records::concat(site_routes(registry_, sync_url(core_.config())), report_routes());
}

std::vector<http::Route> Assembly::operator_routes() {
    auto routes = node::operator_routes(core_, api_);
    routes.push_back(node::command("/operator/sites/", [this](nlohmann::json const& body) -> Result<std::string> {
        auto const name = body.value("name", std::string{});
        auto const zone = body.value("zone", std::string{"Asia/Manila"});
        std::string answer;
        auto const problem = core_.commit([&](journal::Writer& writer) -> std::optional<Problem> {
            auto const made = registry_.add_or_renew(writer, name, zone);
            if (!made) return made.error();
            answer = new_site_json(*made, api_.zone());
            return std::nullopt;
        });
        if (problem) return *problem;
        return answer;
    }));
    return routes;
}

}  // namespace himsog::hub
