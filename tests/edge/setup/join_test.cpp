#include "edge/setup/join.hpp"

#include "common/crypto/enrolment_code.hpp"
#include "hub/setup/setup.hpp"
#include "hub/sites/registry.hpp"
#include "tests/common/journal/node.hpp"
#include "tests/sync/transport/small_server.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>

using namespace himsog;
using nlohmann::json;

namespace {

/// A folder with a hub and, beside it, nodes that want to join. Their clocks stand in 2025.
class Campus {
public:
    Campus() : hub{config("hub"), log, clock, random} {
        hub::initialise(hub);
        crypto::Identity const authority{hub.setting(node::setting::ca_key), hub.setting(node::setting::ca_certificate)};
        server = std::make_unique<sync::SmallServer>(
            sync::SmallServerSettings{hub.setting(node::setting::web_key),
                                      {hub.setting(node::setting::web_certificate), authority.certificate},
                                      {},
                                      {},
                                      [this](std::string const& body) { return answer(body); }});
        auto const url = "https://127.0.0.1:" + std::to_string(server->port());
        registry = std::make_unique<hub::Registry>(authority, url, std::vector<std::string>{"localhost"}, random);
        hub.writer().call([&](journal::Journal& journal) { hub::Registry::migrate(journal.database()); });
    }
    ~Campus() {
        server.reset();
        hub.stop();
        std::filesystem::remove_all(folder);
    }

    node::Config config(std::string const& name) const {
        node::Config config;
        config.name = name;
        config.data_dir = folder / name;
        config.key_file = folder / (name + ".key");
        config.sync_port = 1;
        return config;
    }

    std::string code(std::string const& site) {
        std::string text;
        hub.commit([&](journal::Writer& writer) -> std::optional<Problem> {
            auto const made = registry->add_or_renew(writer, site, "Asia/Manila");
            if (!made) return made.error();
            text = made->code;
            return std::nullopt;
        });
        return text;
    }

    std::size_t keys_of_sites() {
        std::size_t count = 0;
        hub.commit([&](journal::Writer& writer) -> std::optional<Problem> {
            auto row = writer.database().prepare("SELECT 1 FROM site_key WHERE site_no > 0");
            while (row.step()) ++count;
            return std::nullopt;
        });
        return count;
    }

    std::filesystem::path folder = std::filesystem::temp_directory_path() / ("himsog-join-" + to_hex(SystemRandom{}.bytes(8)));
    journal::test::StoppedClock clock;
    SeededRandom random{7};
    Log log{clock, [](std::string_view) {}};
    node::Core hub;
    std::unique_ptr<hub::Registry> registry;
    std::unique_ptr<sync::SmallServer> server;
    std::atomic<int> answers_lost = 0;  // so many of the next answers never arrive

private:
    std::string answer(std::string const& text) {
        auto const body = json::parse(text);
        hub::EnrolmentRequest request;
        request.code_id = *Uuid::parse(body["code_id"].get<std::string>());
        request.csr = body["csr"].get<std::string>();
        request.signing_key = *from_base64(body["signing_key"].get<std::string>());
        request.proof = *from_base64(body["proof"].get<std::string>());
        std::optional<hub::Enrolled> made;
        auto const refused = hub.commit([&](journal::Writer& writer) -> std::optional<Problem> {
            auto enrolled = registry->enrol(writer, request);
            if (!enrolled) return enrolled.error();
            made = std::move(*enrolled);
            return std::nullopt;
        });
        if (refused) return sync::answer_of(403, json{{"detail", refused->detail()}}.dump());
        if (answers_lost > 0) {
            --answers_lost;
            return {};
        }
        json const answer = {{"certificates", {{"web", made->web_certificate}, {"node", made->node_certificate}}},
                             {"site", {{"no", made->site.no}, {"name", made->site.name}, {"zone", made->site.zone}}},
                             {"ca", made->authority},
                             {"sync_url", "https://localhost:1"},
                             {"hub_signing_key", to_base64(made->hub_signing_key)}};
        return sync::answer_of(201, answer.dump());
    }
};

}  // namespace

TEST_CASE("join: an answer lost on the line costs nothing, the same code works again for the same node", "[edge][join]") {
    Campus campus;
    auto const code = campus.code("Talamban");
    campus.answers_lost = 1;
    {
        node::Core edge{campus.config("talamban"), campus.log, campus.clock, campus.random};
        CHECK_THROWS_AS(edge::join(edge, code), std::runtime_error);
        CHECK_FALSE(edge.is_enrolled());
    }
    node::Core edge{campus.config("talamban"), campus.log, campus.clock, campus.random};
    edge::join(edge, code);
    CHECK(edge.site_name() == "Talamban");
    CHECK(campus.keys_of_sites() == 1);
    auto const certificate = crypto::certificate_info(edge.setting(node::setting::node_certificate));
    CHECK(campus.registry->may_replicate(edge.site_no(), certificate->serial));
    CHECK(edge.setting(node::setting::joining).find("key") == std::string::npos);

    CHECK_NOTHROW(edge::join(edge, code));  // whoever is not sure whether it worked may ask
    CHECK_THROWS_AS(edge::join(edge, campus.code("Downtown")), std::runtime_error);
}

TEST_CASE("join: a code that was used is nobody else's, and an hour old it is nobody's", "[edge][join]") {
    Campus campus;
    auto const code = campus.code("Talamban");
    campus.answers_lost = 1;
    node::Core edge{campus.config("talamban"), campus.log, campus.clock, campus.random};
    CHECK_THROWS_AS(edge::join(edge, code), std::runtime_error);
    node::Core thief{campus.config("thief"), campus.log, campus.clock, campus.random};
    CHECK_THROWS_AS(edge::join(thief, code), std::runtime_error);
    CHECK_FALSE(thief.is_enrolled());
    campus.clock.pass(hub::code_life);
    CHECK_THROWS_AS(edge::join(edge, code), std::runtime_error);
    CHECK_FALSE(edge.is_enrolled());
}
