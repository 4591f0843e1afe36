#include "hub/setup/setup.hpp"

#include "common/clinic/sites/entities.hpp"
#include "common/crypto/pki.hpp"

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace himsog::hub {
namespace {

constexpr char const* hub_name = "Main campus";
constexpr char const* hub_zone = "Asia/Manila";

template <class T> T take(Result<T> result) {
    if (!result) throw std::runtime_error{result.error().detail()};
    return std::move(*result);
}

void make_identity(node::Core& core) {
    auto const now = core.clock().now();
    auto const authority = crypto::make_authority("Himsog " + core.config().name, now, core.random());
    auto const web = crypto::make_request(core.config().host);
    auto const node = crypto::make_request(core.config().host);
    core.set(node::setting::ca_key, authority.key);
    core.set(node::setting::ca_certificate, authority.certificate);
    core.set(node::setting::web_key, web.key);
    core.set(node::setting::web_certificate, take(crypto::issue_web(authority, web.request, web_names(core.config()), now, core.random())));
    core.set(node::setting::node_key, node.key);
    core.set(node::setting::node_certificate,
             take(crypto::issue_node(authority, node.request, clinic::sites::hub_no, crypto::NodeRole::hub, now, core.random())));
    core.set(node::setting::signing_seed, crypto::SigningKey::generate().seed());
    core.set(node::setting::site_name, hub_name);
    core.set(node::setting::zone, hub_zone);
    core.set(node::setting::site_no, std::to_string(clinic::sites::hub_no));  // last: from here on it is a site
}

/// The hub's own row and key, the first things in the log of the campus.
std::optional<Problem> insert_first_rows(journal::Writer& writer, std::string const& public_key) {
    auto const& site = *writer.dictionary().named("site");
    auto& database = writer.database();
    if (!database.prepare("SELECT 1 FROM site WHERE no = 0").step())
        writer.insert(site, writer.new_id(), {journal::Value{0}, journal::Value{hub_name}, journal::Value{hub_zone}});
    if (!database.prepare("SELECT 1 FROM site_key WHERE site_no = 0").step())
        writer.insert(*writer.dictionary().named(journal::site_key_entity), writer.new_id(),
                      {journal::Value{0}, journal::Value{to_hex(public_key)}});
    return std::nullopt;
}

}  // namespace

std::vector<std::string> web_names(node::Config const& config) {
    std::vector<std::string> names{"localhost", "127.0.0.1", "::1"};
    if (std::find(names.begin(), names.end(), config.host) == names.end()) names.push_back(config.host);
    return names;
}

std::string public_url(node::Config const& config) { return "https://" + config.host + ':' + std::to_string(config.port); }

std::string sync_url(node::Config const& config) { return "https://" + config.host + ':' + std::to_string(config.sync_port); }

void initialise(node::Core& core) {
    if (core.config().sync_port == 0) throw std::runtime_error{"a hub needs `sync_port` in its settings"};
    if (!core.is_enrolled()) make_identity(core);
    auto const key = crypto::SigningKey::from_seed(core.setting(node::setting::signing_seed)).public_key();
    if (auto problem = core.commit([&](journal::Writer& writer) { return insert_first_rows(writer, key); }))
        throw std::runtime_error{problem->detail()};
    std::ofstream file{core.config().data_dir / "ca.pem", std::ios::trunc};
    file << core.setting(node::setting::ca_certificate);
    if (!file.flush()) throw std::runtime_error{"cannot write ca.pem"};
}

}  // namespace himsog::hub
