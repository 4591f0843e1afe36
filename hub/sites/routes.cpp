#include "hub/sites/routes.hpp"

#include "common/records/json.hpp"

#include <nlohmann/json.hpp>

#include <deque>
#include <memory>

namespace himsog::hub {
namespace {

using nlohmann::ordered_json;
using records::Call;
using records::Role;

constexpr std::size_t most_tries = 20;  // enrolments of one address in the window
constexpr Micros try_window = std::chrono::minutes{15};

ordered_json moment(std::optional<Instant> const& at, Zone zone) { return at ? ordered_json(to_text(*at, zone)) : ordered_json(nullptr); }

template <class T> ordered_json or_null(std::optional<T> const& value) { return value ? ordered_json(*value) : ordered_json(nullptr); }

/// Fields without data behind them are null.
ordered_json site_json(Site const& site, Zone zone) {
    return {{"id", site.id.text()},
            {"no", site.no},
            {"name", site.name},
            {"zone", site.zone},
            {"state", site.state},
            {"enrolled_at", moment(site.enrolled_at, zone)},
            {"last_seen_at", moment(site.last_seen_at, zone)},
            {"pending_txns", or_null(site.pending_txns)},
            {"pending_blobs", nullptr},
            {"oldest_pending_at", moment(site.oldest_pending_at, zone)},
            {"clock_offset_ms", or_null(site.clock_offset_ms)},
            {"version", site.version.empty() ? ordered_json(nullptr) : ordered_json(site.version)},
            {"certificate_expires_at", moment(site.certificate_expires_at, zone)},
            {"key_grade", nullptr},
            {"disk_free_bytes", nullptr},
            {"last_backup_at", nullptr},
            {"last_drill", nullptr},
            {"conflicts_open", or_null(site.conflicts_open)}};
}

std::optional<std::string> text_in(nlohmann::json const& body, char const* key) {
    if (!body.contains(key) || !body[key].is_string()) return std::nullopt;
    return body[key].get<std::string>();
}

records::Outcome list(Call& call) {
    auto sites = ordered_json::array();
    for (auto const& site : Registry::all(call.reader.connection, call.clock.now())) sites.push_back(site_json(site, call.zone));
    return http::Response{200, sites.dump()};
}

records::Outcome one(Call& call) {
    auto const id = call.args.uuid("id");
    auto const site = id ? Registry::one(call.reader.connection, *id, call.clock.now()) : std::nullopt;
    if (!site) return records::not_found("Site");
    return http::Response{200, site_json(*site, call.zone).dump()};
}

records::Outcome add(Registry& registry, Call& call) {
    auto const body = records::parse_json_object(call.request.body);
    if (!body) return body.error();
    auto const name = text_in(*body, "name");
    if (!name) return Problem{FieldErrors{{"name", {"This field is required."}}}};
    auto const zone_name = text_in(*body, "zone").value_or("Asia/Manila");
    return records::Commit{[&registry, name = *name, zone_name, zone = call.zone](journal::Writer& writer) -> Result<http::Response> {
        auto const made = registry.add(writer, name, zone_name);
        if (!made) return made.error();
        return http::Response{201, new_site_json(*made, zone)};
    }};
}

records::Outcome change(Registry& registry, Call& call) {
    auto const id = call.args.uuid("id");
    auto const body = records::parse_json_object(call.request.body);
    if (!id) return records::not_found("Site");
    if (!body) return body.error();
    return records::Commit{[&registry, id = *id, name = text_in(*body, "name"), zone_name = text_in(*body, "zone"),
                            zone = call.zone](journal::Writer& writer) -> Result<http::Response> {
        auto const site = registry.rename(writer, id, name, zone_name);
        if (!site) return site.error();
        return http::Response{200, site_json(*site, zone).dump()};
    }};
}

records::Outcome revoke(Registry& registry, Call& call) {
    auto const id = call.args.uuid("id");
    if (!id) return records::not_found("Site");
    return records::Commit{[&registry, id = *id, zone = call.zone](journal::Writer& writer) -> Result<http::Response> {
        auto const site = registry.revoke(writer, id);
        if (!site) return site.error();
        return http::Response{200, site_json(*site, zone).dump()};
    }};
}

/// Tries of one address within the window; guessing 128 bits is hopeless, but it need not be cheap.
class Tries {
public:
    bool allowed(std::string const& address, Instant now) {
        std::lock_guard const lock{mutex_};
        auto& tries = by_address_[address];
        while (!tries.empty() && tries.front() + try_window < now) tries.pop_front();
        if (by_address_.size() > 1000) std::erase_if(by_address_, [&](auto const& entry) { return entry.first != address; });
        if (tries.size() >= most_tries) return false;
        tries.push_back(now);
        return true;
    }

private:
    std::mutex mutex_;
    std::map<std::string, std::deque<Instant>> by_address_;
};

records::Outcome enrol(Registry& registry, Tries& tries, std::string const& sync_url, Call& call) {
    if (!tries.allowed(call.request.peer, call.clock.now()))
        return Problem{ProblemKind::too_many_requests, "Too many tries from this address. Wait a quarter of an hour."};
    auto const body = records::parse_json_object(call.request.body);
    if (!body) return body.error();
    FieldErrors errors;
    auto const needed = [&](char const* key) {
        auto value = text_in(*body, key);
        if (!value) errors[key] = {"This field is required."};
        return value.value_or("");
    };
    EnrolmentRequest request;
    auto const code = Uuid::parse(needed("code_id"));
    request.csr = needed("csr");
    auto const key = from_base64(needed("signing_key"));
    auto const proof = from_base64(needed("proof"));
    if (errors.empty() && !code) errors["code_id"] = {"Must be a valid UUID."};
    if (errors.empty() && !key) errors["signing_key"] = {"Must be base64."};
    if (errors.empty() && !proof) errors["proof"] = {"Must be base64."};
    if (!errors.empty()) return Problem{std::move(errors)};
    request.code_id = *code;
    request.signing_key = *key;
    request.proof = *proof;
    return records::Commit{[&registry, request = std::move(request), sync_url](journal::Writer& writer) -> Result<http::Response> {
        auto const made = registry.enrol(writer, request);
        if (!made) return made.error();
        ordered_json answer = {{"certificates", {{"web", made->web_certificate}, {"node", made->node_certificate}}},
                               {"site", {{"no", made->site.no}, {"name", made->site.name}, {"zone", made->site.zone}}},
                               {"ca", made->authority},
                               {"sync_url", sync_url},
                               {"hub_signing_key", to_base64(made->hub_signing_key)}};
        return http::Response{201, answer.dump()};
    }};
}

}  // namespace

std::string new_site_json(NewSite const& made, Zone zone) {
    auto body = site_json(made.site, zone);
    body["code"] = made.code;
    body["expires_at"] = to_text(made.expires_at, zone);
    return body.dump();
}

std::vector<records::Route> site_routes(Registry& registry, std::string sync_url) {
    auto const readers = records::Policy::only(static_cast<journal::Roles>(bit(Role::admin) | bit(Role::staff)));
    auto const admin = records::Policy::only(bit(Role::admin));
    auto const tries = std::make_shared<Tries>();
    std::vector<records::Route> routes;
    routes.emplace_back(http::Method::get, "/api/hub/sites/", readers, list);
    routes.emplace_back(http::Method::post, "/api/hub/sites/", admin, [&registry](Call& call) { return add(registry, call); });
    routes.emplace_back(http::Method::get, "/api/hub/sites/{id}/", admin, one);
    routes.emplace_back(http::Method::patch, "/api/hub/sites/{id}/", admin, [&registry](Call& call) { return change(registry, call); });
    routes.emplace_back(http::Method::post, "/api/hub/sites/{id}/revoke/", admin,
                        [&registry](Call& call) { return revoke(registry, call); });
    routes.emplace_back(
        http::Method::post, "/api/hub/enrol/", records::Policy::anyone(),
        [&registry, tries, sync_url = std::move(sync_url)](Call& call) { return enrol(registry, *tries, sync_url, call); },
        records::Envelope::plain, http::Run::pool);
    return routes;
}

}  // namespace himsog::hub
