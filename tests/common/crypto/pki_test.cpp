#include "common/base/calendar.hpp"
#include "common/crypto/hash.hpp"
#include "common/crypto/pki.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace himsog;
using namespace himsog::crypto;

namespace {

auto const noon = *parse_instant("2026-11-24T12:00:00Z", Zone{0});

}  // namespace

SCENARIO("A deployment has its own authority", "[crypto][pki]") {
    GIVEN("an authority and a request made on a box") {
        SeededRandom random{1};
        auto const authority = make_authority("himsog USC", noon, random);
        auto const box = make_request("talamban");
        auto const info = certificate_info(authority.certificate);
        REQUIRE(info);
        CHECK(info->authority);
        CHECK(info->common_name == "himsog USC");
        CHECK(info->not_before == noon - backdated);
        CHECK(info->not_after == noon + authority_life);
        CHECK(belongs_together(authority));

        WHEN("it issues a web certificate") {
            auto const web = issue_web(authority, box.request, {"localhost", "Clinic.usc.edu.ph", "127.0.0.1", "::1"}, noon, random);
            REQUIRE(web);

            THEN("the certificate has the names, a year, the box's key, and serves only") {
                auto const leaf = verify(*web, authority.certificate, Purpose::server, noon);
                REQUIRE(leaf);
                CHECK(leaf->names == std::vector<std::string>{"DNS:localhost", "DNS:clinic.usc.edu.ph", "IP:127.0.0.1", "IP:::1"});
                CHECK(leaf->not_before == noon - backdated);
                CHECK(leaf->not_after == noon + certificate_life);
                CHECK_FALSE(leaf->authority);
                CHECK(leaf->serial.size() == 32);
                CHECK(leaf->serial != info->serial);
                CHECK(belongs_together({box.key, *web}));
                CHECK_FALSE(belongs_together({authority.key, *web}));
                CHECK_FALSE(verify(*web, authority.certificate, Purpose::client, noon));
                CHECK_FALSE(site_of(*web));
            }
        }
        WHEN("it issues node certificates") {
            auto const edge = issue_node(authority, box.request, 65535, NodeRole::edge, noon, random);
            auto const hub = issue_node(authority, box.request, 0, NodeRole::hub, noon, random);
            REQUIRE(edge);
            REQUIRE(hub);

            THEN("each names its site, and only the hub's serves") {
                CHECK(*site_of(*edge) == 65535);
                CHECK(*site_of(*hub) == 0);
                CHECK(certificate_info(*edge)->names == std::vector<std::string>{"URI:urn:himsog:site:65535"});
                CHECK(verify(*edge, authority.certificate, Purpose::client, noon));
                CHECK_FALSE(verify(*edge, authority.certificate, Purpose::server, noon));
                CHECK(verify(*hub, authority.certificate, Purpose::client, noon));
                CHECK(verify(*hub, authority.certificate, Purpose::server, noon));
            }
        }
    }
}

TEST_CASE("requests: checked, and the octets that the proof is made over", "[crypto][pki]") {
    auto const box = make_request("downtown");
    auto const checked = check_request(box.request);
    REQUIRE(checked);
    CHECK(checked->common_name == "downtown");
    CHECK(checked->der == *request_der(box.request));
    CHECK(checked->der.front() == '\x30');
    CHECK(check_request(box.request + "\n\n"));
    CHECK(make_request("downtown").key != box.key);
}

TEST_CASE("certificates: PEM and DER are the same certificate", "[crypto][pki]") {
    SeededRandom random{3};
    auto const authority = make_authority("himsog USC", noon, random);
    auto const& pem = authority.certificate;
    std::string base64;
    for (auto at = pem.find('\n'); at != std::string::npos; at = pem.find('\n', at + 1)) {
        auto const line = pem.substr(at + 1, pem.find('\n', at + 1) - at - 1);
        if (!line.starts_with("-----")) base64 += line;
    }
    auto const der = *from_base64(base64);
    CHECK(*fingerprint(pem) == to_hex(sha256(der)));
    CHECK(*fingerprint(der) == *fingerprint(pem));
    CHECK(certificate_info(der)->serial == certificate_info(pem)->serial);
    CHECK_FALSE(fingerprint(der + 'x'));
    CHECK_FALSE(fingerprint(der.substr(0, der.size() - 1)));
}

TEST_CASE("certificates: the serial comes from the injected chance, the key does not", "[crypto][pki]") {
    SeededRandom one{5};
    SeededRandom two{5};
    auto const first = make_authority("himsog USC", noon, one);
    auto const second = make_authority("himsog USC", noon, two);
    CHECK(certificate_info(first.certificate)->serial == certificate_info(second.certificate)->serial);
    CHECK(first.key != second.key);
}

TEST_CASE("certificates: dates beyond 2049", "[crypto][pki]") {
    SeededRandom random{6};
    auto const late = *parse_instant("2049-12-31T23:30:00Z", Zone{0});
    auto const authority = make_authority("himsog USC", late, random);
    CHECK(certificate_info(authority.certificate)->not_after == late + authority_life);
    auto const node = issue_node(authority, make_request("x").request, 3, NodeRole::edge, late, random);
    CHECK(verify(*node, authority.certificate, Purpose::client, late + std::chrono::days{364}));
}
