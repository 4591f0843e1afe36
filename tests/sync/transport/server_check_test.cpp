#include "sync/transport/server_check.hpp"
#include "tests/sync/transport/campus_keys.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace himsog;
using namespace himsog::sync;

namespace {

constexpr auto hub_uri = "urn:himsog:site:0";

}  // namespace

TEST_CASE("check_server: the hub by its URI name, at trusted time", "[sync][transport]") {
    CampusKeys keys;
    auto now = keys.now;
    ServerRule const rule{keys.authority.certificate, {}, hub_uri, [&] { return now; }};
    CHECK(check_server(rule, keys.hub, {}));
    CHECK_FALSE(check_server(rule, keys.edge, {}));  // any site has a certificate of the authority
    CHECK_FALSE(check_server(rule, keys.web, {}));
    CHECK_FALSE(check_server(rule, "garbage", {}));
    auto const other_hub = *crypto::issue_node(keys.authority, keys.box.request, 4, crypto::NodeRole::hub, keys.now, keys.random);
    CHECK_FALSE(check_server(rule, other_hub, {}));

    CampusKeys stranger;
    CHECK_FALSE(check_server(rule, stranger.hub, {stranger.authority.certificate, keys.authority.certificate}));

    now = keys.now + crypto::certificate_life;
    CHECK_FALSE(check_server(rule, keys.hub, {}));
    now = keys.now - crypto::backdated - std::chrono::seconds{1};
    CHECK_FALSE(check_server(rule, keys.hub, {}));
}

TEST_CASE("check_server: a pinned authority must be shown and must have signed", "[sync][transport]") {
    CampusKeys keys;
    CampusKeys stranger;
    ServerRule const rule{{}, keys.pin(), {}, [&] { return keys.now; }};
    CHECK(check_server(rule, keys.web, {keys.web, keys.authority.certificate}));
    CHECK_FALSE(check_server(rule, keys.web, {}));
    CHECK_FALSE(check_server(rule, keys.web, {keys.web}));
    CHECK_FALSE(
        check_server(rule, stranger.web, {stranger.web, keys.authority.certificate}));  // anyone can copy the authority's certificate
    CHECK_FALSE(check_server(rule, stranger.web, {stranger.web, stranger.authority.certificate, keys.authority.certificate}));
    CHECK_FALSE(check_server(rule, keys.authority.certificate, {keys.authority.certificate}));

    ServerRule const no_pin{{}, {}, {}, [&] { return keys.now; }};
    CHECK_FALSE(check_server(no_pin, keys.web, {keys.web, keys.authority.certificate}));
    ServerRule const pinned_leaf{{}, *from_hex(*crypto::fingerprint(keys.web)), {}, [&] { return keys.now; }};
    CHECK_FALSE(check_server(pinned_leaf, keys.web, {keys.web}));
}
