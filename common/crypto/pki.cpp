#include "common/crypto/pki.hpp"

#include "common/crypto/hash.hpp"
#include "common/crypto/library.hpp"
#include "common/crypto/openssl.hpp"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <ctime>
#include <optional>

namespace himsog::crypto {
namespace {

constexpr std::int64_t second = 1'000'000;
constexpr std::string_view pem_start = "-----BEGIN ";
constexpr std::string_view site_prefix = "urn:himsog:site:";

Problem unreadable(char const* what) { return {ProblemKind::bad_request, what}; }
Problem not_a_certificate() { return unreadable("This is not a certificate."); }

bool only_blanks_left(BIO* bio) {
    char next = '\0';
    while (BIO_read(bio, &next, 1) == 1)
        if (next != ' ' && next != '\t' && next != '\r' && next != '\n') return false;
    return true;
}

/// The octets of a PEM text that is one block with this label, without headers (an encrypted one has them) and with nothing around it.
std::optional<Bytes> der_in_pem(std::string_view pem, std::string_view label) {
    char* name = nullptr;
    char* header = nullptr;
    unsigned char* data = nullptr;
    long size = 0;
    auto const bio = reading(pem);
    if (PEM_read_bio(bio.get(), &name, &header, &data, &size) != 1) return std::nullopt;
    bool const plain = name == label && *header == '\0' && only_blanks_left(bio.get());
    auto der = plain ? std::optional{Bytes{reinterpret_cast<char const*>(data), static_cast<std::size_t>(size)}} : std::nullopt;
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(data);
    return der;
}

/// The object that the octets are, all of them; null otherwise.
template <class Owner, class Decode> Owner decoded(std::string_view der, Decode decode) {
    auto const* at = octets(der);
    auto const* const end = at + der.size();
    Owner object{decode(nullptr, &at, static_cast<long>(der.size()))};
    return at == end ? std::move(object) : nullptr;
}

std::string_view text_of(ASN1_STRING const* string) {
    return {reinterpret_cast<char const*>(ASN1_STRING_get0_data(string)), static_cast<std::size_t>(ASN1_STRING_length(string))};
}

std::string common_name_of(X509_NAME const* name) {
    auto const at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (at < 0) return {};
    unsigned char* utf8 = nullptr;
    auto const size = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (size < 0) return {};
    std::string out{reinterpret_cast<char const*>(utf8), static_cast<std::size_t>(size)};
    OPENSSL_free(utf8);
    return is_utf8(out) ? out : std::string{};
}

std::optional<Instant> instant_of(ASN1_TIME const* time) {
    std::tm broken{};
    if (ASN1_TIME_to_tm(time, &broken) != 1) return std::nullopt;
    return Instant{static_cast<std::int64_t>(timegm(&broken)) * second};
}

std::string address_text(std::string_view octets) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (octets.size() != 4 && octets.size() != 16) return to_hex(octets);
    inet_ntop(octets.size() == 4 ? AF_INET : AF_INET6, octets.data(), text.data(), text.size());
    return text.data();
}

std::string name_text(GENERAL_NAME const& name) {
    switch (name.type) {
        case GEN_DNS: return "DNS:" + std::string{text_of(name.d.dNSName)};
        case GEN_IPADD: return "IP:" + address_text(text_of(name.d.iPAddress));
        case GEN_URI: return "URI:" + std::string{text_of(name.d.uniformResourceIdentifier)};
        default: return "other";
    }
}

/// Null when there is no such extension, and when there are two.
NamesOwner alternative_names(X509 const* certificate) {
    return NamesOwner{static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr))};
}

Result<CertificateInfo> info_of(X509* certificate) {
    auto const from = instant_of(X509_get0_notBefore(certificate));
    auto const until = instant_of(X509_get0_notAfter(certificate));
    if (!from || !until) return unreadable("The certificate has a malformed date.");

    CertificateInfo info;
    info.serial = to_hex(text_of(X509_get0_serialNumber(certificate)));
    info.common_name = common_name_of(X509_get_subject_name(certificate));
    info.not_before = *from;
    info.not_after = *until;
    info.authority = X509_check_ca(certificate) == 1;
    if (auto const names = alternative_names(certificate))
        for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) info.names.push_back(name_text(*sk_GENERAL_NAME_value(names.get(), i)));
    return info;
}

}  // namespace

CertificateOwner read_certificate(std::string_view text) {
    if (text.size() > longest_pem) return nullptr;
    if (!text.starts_with(pem_start)) return decoded<CertificateOwner>(text, d2i_X509);
    auto const der = der_in_pem(text, PEM_STRING_X509);
    return der ? decoded<CertificateOwner>(*der, d2i_X509) : nullptr;
}

KeyOwner read_key(std::string_view pem) {
    if (pem.size() > longest_pem) return nullptr;
    return KeyOwner{PEM_read_bio_PrivateKey(reading(pem).get(), nullptr, no_pass_phrase, nullptr)};
}

RequestOwner read_request(std::string_view pem) {
    if (!pem.starts_with(pem_start) || pem.size() > longest_pem) return nullptr;
    auto const der = der_in_pem(pem, PEM_STRING_X509_REQ);
    return der ? decoded<RequestOwner>(*der, d2i_X509_REQ) : nullptr;
}

Result<CheckedRequest> check_request(std::string_view pem) {
    QuietErrors const quiet;
    auto const request = read_request(pem);
    if (!request) return unreadable("This is not a certificate request.");

    auto* const key = X509_REQ_get0_pubkey(request.get());
    std::array<char, 32> group{};
    bool const p256 = key != nullptr && EVP_PKEY_is_a(key, "EC") == 1 &&
                      EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) == 1 &&
                      std::string_view{group.data()} == "prime256v1";
    if (!p256) return unreadable("The key of the certificate request is not ECDSA P-256.");
    if (X509_REQ_get_signature_nid(request.get()) != NID_ecdsa_with_SHA256 || X509_REQ_verify(request.get(), key) != 1)
        return unreadable("The signature of the certificate request is wrong.");
    return CheckedRequest{common_name_of(X509_REQ_get_subject_name(request.get())), der_of(request.get(), i2d_X509_REQ)};
}

Result<Bytes> request_der(std::string_view pem) {
    QuietErrors const quiet;
    auto const request = read_request(pem);
    if (!request) return unreadable("This is not a certificate request.");
    return der_of(request.get(), i2d_X509_REQ);
}

Result<std::string> fingerprint(std::string_view certificate) {
    QuietErrors const quiet;
    auto const parsed = read_certificate(certificate);
    if (!parsed) return not_a_certificate();
    return to_hex(sha256(der_of(parsed.get(), i2d_X509)));
}

Result<std::uint16_t> site_of(std::string_view certificate) {
    QuietErrors const quiet;
    auto const parsed = read_certificate(certificate);
    if (!parsed) return not_a_certificate();

    auto const names = alternative_names(parsed.get());
    Problem const not_a_node{ProblemKind::forbidden, "This certificate does not name exactly one site."};
    if (!names || sk_GENERAL_NAME_num(names.get()) != 1) return not_a_node;
    auto const& name = *sk_GENERAL_NAME_value(names.get(), 0);
    if (name.type != GEN_URI) return not_a_node;
    auto number = text_of(name.d.uniformResourceIdentifier);
    if (!number.starts_with(site_prefix)) return not_a_node;
    number.remove_prefix(site_prefix.size());

    std::uint16_t site = 0;
    auto const [end, error] = std::from_chars(number.data(), number.data() + number.size(), site);
    bool const canonical = error == std::errc{} && end == number.data() + number.size() && (number.size() == 1 || number.front() != '0');
    if (!canonical) return not_a_node;
    return site;
}

Result<CertificateInfo> verify(std::string_view certificate, std::string_view authority, Purpose purpose, Instant at) {
    QuietErrors const quiet;
    auto const leaf = read_certificate(certificate);
    auto const anchor = read_certificate(authority);
    if (!leaf || !anchor) return not_a_certificate();

    Owned<X509_STORE, X509_STORE_free> const store{X509_STORE_new()};
    Owned<X509_STORE_CTX, X509_STORE_CTX_free> const context{X509_STORE_CTX_new()};
    must(store && context && X509_STORE_add_cert(store.get(), anchor.get()) == 1, "no memory for a certificate store");
    must(X509_STORE_CTX_init(context.get(), store.get(), leaf.get(), nullptr) == 1, "no certificate store");

    auto* const rules = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_time(rules, at.us / second);
    X509_VERIFY_PARAM_set_auth_level(rules, 2);
    X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_X509_STRICT);
    X509_VERIFY_PARAM_set_purpose(rules, purpose == Purpose::server ? X509_PURPOSE_SSL_SERVER : X509_PURPOSE_SSL_CLIENT);
    if (X509_verify_cert(context.get()) == 1) return info_of(leaf.get());
    return Problem{ProblemKind::forbidden, std::string{"The certificate is refused: "} +
                                               X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get())) + "."};
}

Result<CertificateInfo> certificate_info(std::string_view certificate) {
    QuietErrors const quiet;
    auto const parsed = read_certificate(certificate);
    if (!parsed) return not_a_certificate();
    return info_of(parsed.get());
}

bool belongs_together(Identity const& identity) {
    QuietErrors const quiet;
    auto const key = read_key(identity.key);
    auto const certificate = read_certificate(identity.certificate);
    return key && certificate && X509_check_private_key(certificate.get(), key.get()) == 1;
}

}  // namespace himsog::crypto
