#include "tests/fuzz/crypto/crypto_fuzz.hpp"

#include "common/crypto/enrolment_code.hpp"
#include "common/crypto/pki.hpp"

#include <openssl/err.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace himsog::crypto::fuzz {
namespace {

void must_hold(bool condition, char const* what) {
    if (condition) return;
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
}

bool check_code(std::string_view text) {
    auto const code = EnrolmentCode::parse(text);
    if (!code) {
        must_hold(!code.error().detail().empty(), "a refusal has a sentence");
        return false;
    }
    auto const again = EnrolmentCode::parse(code->text());
    must_hold(again && again->text() == code->text(), "an accepted code can be written again");
    return true;
}

bool check_request_text(std::string_view text) {
    auto const der = request_der(text);
    auto const checked = check_request(text);
    if (!checked) return false;
    must_hold(der && *der == checked->der, "the octets of an accepted request are those of the proof");
    return true;
}

bool check_certificate_text(std::string_view text) {
    auto const info = certificate_info(text);
    auto const site = site_of(text);
    if (site) must_hold(fingerprint(text).has_value(), "a certificate with a site has a fingerprint");
    if (site && info) must_hold(info->names.size() == 1, "a site is the only name");
    return info.has_value();
}

}  // namespace

bool check_text(std::string_view text) {
    bool const code = check_code(text);
    bool const request = check_request_text(text);
    bool const certificate = check_certificate_text(text);
    must_hold(ERR_peek_error() == 0, "no error is left for the next TLS read");
    return code || request || certificate;
}

}  // namespace himsog::crypto::fuzz

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    himsog::crypto::fuzz::check_text({reinterpret_cast<char const*>(data), size});
    return 0;
}
