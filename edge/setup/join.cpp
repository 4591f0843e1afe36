#include "edge/setup/join.hpp"

#include "common/crypto/enrolment_code.hpp"
#include "common/crypto/pki.hpp"
#include "sync/transport/curl_client.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>

namespace himsog::edge {
namespace {

using nlohmann::json;

template <class T> T take(Result<T> result) {
    if (!result) throw std::runtime_error{result.error().detail()};
    return std::move(*result);
}

json ask(crypto::EnrolmentCode const& code, json const& request, Clock& clock) {
    sync::ClientSettings settings;
    settings.base_url = code.hub_url;
    settings.pinned_fingerprint = code.fingerprint;
    settings.total = std::chrono::seconds{30};
    settings.now = [&clock] { return clock.now(); };
    auto const answer = sync::CurlClient{std::move(settings)}.post("/api/hub/enrol/", request.dump());
    if (!answer)
        throw std::runtime_error{"the hub at " + code.hub_url +
                                 " did not answer, or is not the hub that made this code: " + answer.error().detail()};
    auto const body = json::parse(answer->body, nullptr, false);
    if (answer->status != 201 || !body.is_object()) {
        auto const detail =
            body.is_object() && body.contains("detail") && body["detail"].is_string() ? body["detail"].get<std::string>() : answer->body;
        throw std::runtime_error{"the hub refused: " + detail};
    }
    return body;
}

/// What the hub sent must fit the key that was made here and the authority that the code names.
void check(json const& body, crypto::EnrolmentCode const& code, crypto::KeyAndRequest const& made, Instant now) {
    auto const authority = body.at("ca").get<std::string>();
    if (from_hex(take(crypto::fingerprint(authority))) != code.fingerprint)
        throw std::runtime_error{"the hub sent another authority than the code names"};
    auto const web = body.at("certificates").at("web").get<std::string>();
    auto const node = body.at("certificates").at("node").get<std::string>();
    take(crypto::verify(web, authority, crypto::Purpose::server, now));
    take(crypto::verify(node, authority, crypto::Purpose::client, now));
    if (!crypto::belongs_together({made.key, web}) || !crypto::belongs_together({made.key, node}))
        throw std::runtime_error{"the hub's certificates are for another key"};
    if (take(crypto::site_of(node)) != body.at("site").at("no").get<std::uint16_t>())
        throw std::runtime_error{"the hub's certificate is for another site"};
}

/// What this node asks with: keys that never leave it, and the request for their certificates.
struct Asking {
    crypto::KeyAndRequest made;
    crypto::SigningKey signing;
};

json kept_of(node::Core& core) {
    auto kept = json::parse(core.setting(node::setting::joining), nullptr, false);
    return kept.is_object() ? kept : json::object();
}

/// The same for the same code, so that the hub knows who asks again.
Asking asking_with(node::Core& core, crypto::EnrolmentCode const& code) {
    auto const kept = kept_of(core);
    if (kept.value("code", "") == code.id.text()) {
        auto const seed = from_base64(kept.at("seed").get<std::string>()).value();
        return {{kept.at("key").get<std::string>(), kept.at("request").get<std::string>()}, crypto::SigningKey::from_seed(seed)};
    }
    Asking asking{crypto::make_request(core.config().host), crypto::SigningKey::generate()};
    json const fresh = {
        {"code", code.id.text()}, {"key", asking.made.key}, {"request", asking.made.request}, {"seed", to_base64(asking.signing.seed())}};
    core.set(node::setting::joining, fresh.dump());
    return asking;
}

}  // namespace

void join(node::Core& core, std::string const& text) {
    auto const code = take(crypto::EnrolmentCode::parse(text));
    if (core.is_enrolled()) {
        if (kept_of(core).value("code", "") == code.id.text()) return;
        throw std::runtime_error{"this node is enrolled already, as " + core.site_name()};
    }
    auto const [made, signing] = asking_with(core, code);
    auto const der = take(crypto::request_der(made.request));
    json const request = {{"code_id", code.id.text()},
                          {"csr", made.request},
                          {"signing_key", to_base64(signing.public_key())},
                          {"proof", to_base64(crypto::enrolment_proof(code.secret, der, signing.public_key()))}};
    try {
        auto const body = ask(code, request, core.clock());
        check(body, code, made, core.clock().now());
        core.set(node::setting::ca_certificate, body.at("ca").get<std::string>());
        for (auto const name : {node::setting::web_key, node::setting::node_key}) core.set(name, made.key);
        core.set(node::setting::web_certificate, body.at("certificates").at("web").get<std::string>());
        core.set(node::setting::node_certificate, body.at("certificates").at("node").get<std::string>());
        core.set(node::setting::hub_url, body.at("sync_url").get<std::string>());
        core.set(node::setting::hub_signing_key, from_base64(body.at("hub_signing_key").get<std::string>()).value_or(Bytes{}));
        core.set(node::setting::signing_seed, signing.seed());
        core.set(node::setting::site_name, body.at("site").at("name").get<std::string>());
        core.set(node::setting::zone, body.at("site").at("zone").get<std::string>());
        core.set(node::setting::site_no, std::to_string(body.at("site").at("no").get<int>()));  // from here on it is a site
        core.set(node::setting::joining, json{{"code", code.id.text()}}.dump());
    } catch (json::exception const&) {
        throw std::runtime_error{"the hub's answer is not understood; is it of the same version?"};
    }
}

}  // namespace himsog::edge
