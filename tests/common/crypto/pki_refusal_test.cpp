#include "common/base/calendar.hpp"
#include "tests/common/crypto/pki_forgery.hpp"

#include <catch2/catch_test_macros.hpp>

#include <openssl/err.h>

#include <stdexcept>

using namespace himsog;
using namespace himsog::crypto;

namespace {

auto const noon = *parse_instant("2026-11-24T12:00:00Z", Zone{0});

bool refused(Result<CertificateInfo> const& verdict, char const* why) {
    INFO((verdict ? "accepted" : verdict.error().detail()));
    CHECK_FALSE(verdict);
    return !verdict && verdict.error().detail().find(why) != std::string::npos;
}

}  // namespace

TEST_CASE("verify: not yet, no longer, and not when the authority has ended", "[crypto][pki]") {
    SeededRandom random{1};
    auto const authority = make_authority("himsog USC", noon, random);
    auto const node = *issue_node(authority, make_request("x").request, 3, NodeRole::edge, noon, random);
    auto const at = [&](Instant moment) { return verify(node, authority.certificate, Purpose::client, moment); };
    CHECK(at(noon - backdated));
    CHECK(refused(at(noon - backdated - std::chrono::seconds{1}), "not yet valid"));
    CHECK(at(noon + certificate_life - std::chrono::seconds{1}));
    CHECK(refused(at(noon + certificate_life), "expired"));
    CHECK(refused(at(noon + std::chrono::days{36500}), "expired"));

    auto const late = noon + authority_life - std::chrono::days{10};
    auto const last = *issue_node(authority, make_request("x").request, 3, NodeRole::edge, late, random);
    CHECK(verify(last, authority.certificate, Purpose::client, late));
    CHECK(refused(verify(last, authority.certificate, Purpose::client, late + std::chrono::days{11}), "expired"));
}

TEST_CASE("verify: only by its own authority", "[crypto][pki]") {
    SeededRandom random{2};
    auto const authority = make_authority("himsog USC", noon, random);
    auto const namesake = make_authority("himsog USC", noon, random);
    auto const node = *issue_node(authority, make_request("x").request, 3, NodeRole::edge, noon, random);
    CHECK_FALSE(verify(node, namesake.certificate, Purpose::client, noon));
    CHECK_FALSE(verify(node, node, Purpose::client, noon));
    CHECK_FALSE(verify(authority.certificate, authority.certificate, Purpose::client, noon));
    CHECK_FALSE(verify(authority.certificate, authority.certificate, Purpose::server, noon));
    CHECK_FALSE(verify("", authority.certificate, Purpose::client, noon));

    // A leaf that plays authority: its certificates lead nowhere.
    auto const box = make_request("x");
    auto const leaf = *issue_node(authority, box.request, 3, NodeRole::edge, noon, random);
    auto const forged = *issue_node({box.key, leaf}, make_request("y").request, 0, NodeRole::hub, noon, random);
    CHECK_FALSE(verify(forged, authority.certificate, Purpose::client, noon));
    CHECK_FALSE(verify(forged, leaf, Purpose::client, noon));
}

TEST_CASE("issue: what is refused", "[crypto][pki]") {
    SeededRandom random{3};
    auto const authority = make_authority("himsog USC", noon, random);
    auto const box = make_request("x");
    auto const web = [&](std::vector<std::string> const& names) { return issue_web(authority, box.request, names, noon, random); };
    CHECK_FALSE(web({}));
    for (auto const* name :
         {"", "a b", "a,DNS:bank.example", "a\nb", "*.usc.edu.ph", "http://hub", "-a", ".a", "a..b", "ñ", "1.2.3.4.5:x", "a@b"}) {
        INFO(name);
        CHECK_FALSE(web({"localhost", name}));
    }
    CHECK_FALSE(web({std::string(254, 'a')}));
    CHECK(web({std::string(60, 'a') + '.' + std::string(60, 'b')}));  // longer than a common name may be

    auto const other = make_authority("himsog USC", noon, random);
    CHECK_FALSE(issue_node({other.key, authority.certificate}, box.request, 3, NodeRole::edge, noon, random));
    CHECK_FALSE(issue_node({"", ""}, box.request, 3, NodeRole::edge, noon, random));
    CHECK_THROWS_AS(make_authority(std::string(65, 'a'), noon, random), std::runtime_error);
    CHECK_THROWS_AS(make_request(""), std::runtime_error);
}

TEST_CASE("requests: tampered, of another curve, or not a request", "[crypto][pki]") {
    auto const box = make_request("x");
    auto const der = *request_der(box.request);
    int accepted = 0;
    for (std::size_t at = 0; at < der.size(); ++at) {
        auto forged = der;
        forged[at] = static_cast<char>(forged[at] ^ 0x01);
        accepted += check_request(as_pem("CERTIFICATE REQUEST", forged)) ? 1 : 0;
    }
    CHECK(accepted == 0);
    CHECK_FALSE(check_request(request_on_curve("P-384")));
    CHECK_FALSE(check_request(request_on_curve("secp256k1")));

    for (auto const& text :
         {std::string{}, std::string{"garbage"}, box.key, der, box.request + "x", "x" + box.request, box.request + box.request,
          as_pem("CERTIFICATE", der), as_pem("CERTIFICATE REQUEST", der + '\0'), std::string(longest_pem + 1, '-')}) {
        INFO(text.substr(0, 60));
        CHECK_FALSE(check_request(text));
    }
}

TEST_CASE("requests: an encrypted PEM is refused without asking anybody for a pass phrase", "[crypto][pki]") {
    auto text = make_request("x").request;
    text.insert(text.find('\n') + 1, "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00000000000000000000000000000000\n\n");
    CHECK_FALSE(check_request(text));
    CHECK_FALSE(request_der(text));
    auto certificate = text;
    for (auto at = certificate.find(" REQUEST"); at != std::string::npos; at = certificate.find(" REQUEST")) certificate.erase(at, 8);
    CHECK_FALSE(fingerprint(certificate));
}

TEST_CASE("site_of: exactly one name, exactly one number", "[crypto][pki]") {
    SeededRandom random{4};
    auto const authority = make_authority("himsog USC", noon, random);
    CHECK(*site_of(certificate_with(authority, {"URI:urn:himsog:site:3"})) == 3);

    std::vector<std::vector<std::string>> const wrong{{},
                                                      {"URI:urn:himsog:site:3,URI:urn:himsog:site:4"},
                                                      {"URI:urn:himsog:site:3,DNS:localhost"},
                                                      {"URI:urn:himsog:site:3", "URI:urn:himsog:site:4"},
                                                      {"DNS:urn:himsog:site:3"},
                                                      {"email:urn:himsog:site:3"},
                                                      {"URI:urn:himsog:site:"},
                                                      {"URI:urn:himsog:site:-1"},
                                                      {"URI:urn:himsog:site:+1"},
                                                      {"URI:urn:himsog:site:03"},
                                                      {"URI:urn:himsog:site:65536"},
                                                      {"URI:urn:himsog:site:3x"},
                                                      {"URI:urn:himsog:site: 3"},
                                                      {"URI:urn:himsog:site:99999999999999999999"},
                                                      {"URI:urn:himsog:sites:3"},
                                                      {"URI:URN:himsog:site:3"},
                                                      {"IP:10.0.0.3"}};
    for (auto const& names : wrong) {
        INFO((names.empty() ? "no names" : names.front()));
        CHECK_FALSE(site_of(certificate_with(authority, names)));
    }
    CHECK_FALSE(site_of(authority.certificate));
    CHECK_FALSE(site_of("garbage"));
    CHECK_FALSE(site_of(""));
}

TEST_CASE("refusals leave no error behind for the next TLS read of the thread", "[crypto][pki]") {
    ERR_clear_error();
    CHECK_FALSE(check_request("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n"));
    CHECK_FALSE(fingerprint("garbage"));
    CHECK_FALSE(belongs_together({"", ""}));
    CHECK(ERR_peek_error() == 0);
}
