#include "sync/routes/routes.hpp"

#include "common/base/log.hpp"
#include "sync/routes/conflicts.hpp"
#include "sync/routes/page.hpp"
#include "sync/routes/people.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace himsog::sync {
namespace {

using nlohmann::ordered_json;
using records::Call;

records::Outcome node(RoutesContext const& context, Call&) {
    ordered_json body = {{"kind", context.node.is_hub ? "hub" : "edge"},
                         {"site", {{"no", context.node.site}, {"name", context.site_name}, {"zone", context.zone_name}}},
                         {"version", HIMSOG_VERSION},
                         {"enrolled", true}};
    return http::Response{200, body.dump()};
}

records::Outcome run(RoutesContext const& context, Call&) {
    context.run_now();
    return http::Response{202, R"({"detail":"A session with the hub starts as soon as one can."})"};
}

/// Whoever may read the record: staff by the entity's policy, patients what is on their own chart.
bool may_read(Call const& call, journal::Entity const& entity, Uuid const& id) {
    if (!call.who().in(entity.readers() | entity.writers())) return false;
    if (call.who().in(records::clinic_roles)) return true;
    if (!call.who().patient || entity.subject().empty()) return false;
    auto row = call.reader.connection.prepare("SELECT " + entity.subject() + " FROM " + entity.name() + " WHERE id = ?");
    return row.bind(id).step() && row.uuid(0) == *call.who().patient;
}

/// The register's fields as they read to people: one change for each field.
void add_changes(ordered_json& list, records::Shape const& shape, journal::Change const& change, Zone zone) {
    auto const& reg = *shape.entity().register_numbered(change.reg);
    list.push_back({{"field", reg.name},
                    {"label", reg.label},
                    {"from", change.from ? ordered_json::parse(shape.register_json(reg, *change.from, zone)) : ordered_json(nullptr)},
                    {"to", ordered_json::parse(shape.register_json(reg, change.to, zone))}});
}

records::Outcome history(RoutesContext const& context, Call& call) {
    auto const* const entity = call.dictionary.named(call.args.text("entity"));
    auto const id = call.args.uuid("id");
    if (entity == nullptr || !context.shapes.contains(entity->number()) || !id || !may_read(call, *entity, *id))
        return records::not_found("record");
    db::Transaction const snapshot{call.reader.connection, db::Access::reader};
    auto const entries = journal::history(call.reader.connection, call.dictionary, *entity, *id);
    if (entries.empty()) return records::not_found(entity->label());

    auto const page = page_of(call.request);
    auto const total = static_cast<std::int64_t>(entries.size());
    Names names{call.reader.connection};
    auto results = ordered_json::array();
    for (auto at = (page.number - 1) * page.size; at < std::min(total, page.number * page.size); ++at) {
        auto const& entry = entries[static_cast<std::size_t>(at)];
        auto const& person = names.person(entry.by.actor);
        auto changes = ordered_json::array();
        for (auto const& change : entry.changes) add_changes(changes, *context.shapes.at(entity->number()), change, call.zone);
        results.push_back({{"at", to_text(Instant{entry.by.time}, call.zone)},
                           {"by", {{"id", entry.by.actor.text()}, {"name", person.name}, {"role", person.role}}},
                           {"site", {{"no", entry.by.site}, {"name", names.site(entry.by.site)}}},
                           {"action", entry.action},
                           {"changes", std::move(changes)},
                           {"note", entry.reason}});
    }
    return http::Response{200, list_body(call.request, page, total, std::move(results))};
}

/// The first event says how things stand; conflicts are for clinic roles.
records::Outcome events(RoutesContext const& context, Call& call) {
    bool const clinic = call.who().in(records::clinic_roles);
    std::vector<http::Event> first;
    first.emplace_back("sync", "", status_json(call.reader.connection, context.node, context.board));
    return context.events.subscribe(first, [clinic](http::Event const& event) { return clinic || event.event != "conflict"; });
}

}  // namespace

std::vector<records::Route> routes(RoutesContext const& context) {
    auto const everybody = records::Policy::only(records::every_role);
    std::vector<records::Route> own;
    own.emplace_back(http::Method::get, "/api/sync/node/", records::Policy::anyone(),
                     [&context](Call& call) { return node(context, call); });
    own.emplace_back(http::Method::get, "/api/sync/status/", everybody, [&context](Call& call) -> records::Outcome {
        return http::Response{200, status_json(call.reader.connection, context.node, context.board)};
    });
    own.emplace_back(http::Method::post, "/api/sync/run/", records::Policy::only(records::clinic_roles),
                     [&context](Call& call) { return run(context, call); });
    own.emplace_back(http::Method::get, "/api/sync/history/{entity}/{id}/", everybody,
                     [&context](Call& call) { return history(context, call); });
    own.emplace_back(http::Method::get, "/api/sync/events/", everybody, [&context](Call& call) { return events(context, call); });
    return records::concat(std::move(own), conflict_routes(context));
}

}  // namespace himsog::sync
