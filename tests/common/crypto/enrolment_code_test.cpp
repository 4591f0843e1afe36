#include "common/crypto/enrolment_code.hpp"
#include "common/crypto/hash.hpp"

#include <catch2/catch_test_macros.hpp>

#include <stdexcept>

using namespace himsog;
using namespace himsog::crypto;

namespace {

EnrolmentCode example(std::string url = "https://hub.usc.edu.ph:8440") {
    return EnrolmentCode::make(std::move(url), sha256("authority"), *Uuid::parse("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"));
}

bool same(EnrolmentCode const& a, EnrolmentCode const& b) {
    return a.hub_url == b.hub_url && a.fingerprint == b.fingerprint && a.id == b.id && a.secret == b.secret;
}

}  // namespace

TEST_CASE("enrolment code: one line there and back", "[crypto]") {
    auto const code = example();
    auto const text = code.text();
    CHECK(text.starts_with("HIMSOG1."));
    CHECK(text.find_first_of(" \n\t=+/") == std::string::npos);
    auto const parsed = EnrolmentCode::parse(text);
    REQUIRE(parsed);
    CHECK(same(*parsed, code));
    CHECK(code.secret.size() == enrolment_secret_size);
    CHECK(example().secret != code.secret);

    auto const wrapped = "  " + text.substr(0, 40) + "\r\n\t" + text.substr(40) + "\r\n";
    CHECK(EnrolmentCode::parse(wrapped));
}

TEST_CASE("enrolment code: addresses of hubs", "[crypto]") {
    for (auto const* url : {"https://localhost:8440", "https://hub", "https://10.1.2.3:443", "https://[::1]:8440", "https://[fe80::1]"}) {
        INFO(url);
        CHECK(EnrolmentCode::parse(example(url).text())->hub_url == url);
    }
    for (auto const* url : {"", "http://hub", "https://", "https://hub/", "https://hub:0", "https://hub:", "https://hub:65536",
                            "https://hub:8440/path", "https://user@hub", "https://hub:84x", "https://[::1", "https://[]", "https://hub ",
                            "https://hub\n:1", "https://hub?x", "ftp://hub"}) {
        INFO(url);
        CHECK_THROWS_AS(example(url).text(), std::invalid_argument);
    }
    CHECK_THROWS_AS(example("https://" + std::string(longest_hub_url, 'h')).text(), std::invalid_argument);
    auto longest = example("https://" + std::string(longest_hub_url - 8, 'h'));
    CHECK(longest.text().size() <= longest_enrolment_code);
    CHECK(EnrolmentCode::parse(longest.text()));
    longest.secret.pop_back();
    CHECK_THROWS_AS(longest.text(), std::invalid_argument);
}

TEST_CASE("enrolment code: says what is wrong", "[crypto]") {
    auto const detail = [](std::string const& text) { return EnrolmentCode::parse(text).error().detail(); };
    auto const text = example().text();
    CHECK(detail("") == "This is not an enrolment code: it must begin with HIMSOG1.");
    CHECK(detail("HIMSOG2." + text.substr(8)) == "This is not an enrolment code: it must begin with HIMSOG1.");
    CHECK(detail(std::string(1000, 'x')) == "This is too long for an enrolment code.");
    CHECK(detail(text.substr(0, text.size() - 1)).find("Copy it again") != std::string::npos);
    CHECK(detail("HIMSOG1.").find("Copy it again") != std::string::npos);
    CHECK(detail("HIMSOG1.AAAA").find("Copy it again") != std::string::npos);

    Bytes body;  // a right checksum over wrong fields
    put_sized(body, "https://hub");
    body += std::string(sha256_size + 16 + enrolment_secret_size + 1, 'x');
    body += sha256(body).substr(0, 4);
    CHECK(detail("HIMSOG1." + to_base64url(body)).find("another version") != std::string::npos);
    Bytes unsafe;
    put_sized(unsafe, "https://hub/evil");
    unsafe += std::string(sha256_size + 16 + enrolment_secret_size, 'x');
    unsafe += sha256(unsafe).substr(0, 4);
    CHECK(detail("HIMSOG1." + to_base64url(unsafe)).find("https://HOST:PORT") != std::string::npos);
}

TEST_CASE("enrolment code: each single wrong, missing or swapped character is noticed", "[crypto]") {
    auto const text = example().text();
    for (std::size_t at = 0; at < text.size(); ++at) {
        auto changed = text;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        auto shorter = text;
        shorter.erase(at, 1);
        auto swapped = text;
        if (at + 1 < text.size()) std::swap(swapped[at], swapped[at + 1]);
        if (EnrolmentCode::parse(changed) || EnrolmentCode::parse(shorter)) FAIL("position " << at);
        if (swapped != text && EnrolmentCode::parse(swapped)) FAIL("swap at " << at);
    }
}

TEST_CASE("enrolment proof: HMAC over request and signing key", "[crypto]") {
    auto const proof = enrolment_proof(std::string(20, '\x0b'), "Hi ", "There");
    CHECK(to_hex(proof) == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");  // RFC 4231, case 1
    CHECK(enrolment_proof("secret", "request", "key") != enrolment_proof("secret", "request", "kez"));
    CHECK(enrolment_proof("secret", "request", "key") != enrolment_proof("secres", "request", "key"));
}
