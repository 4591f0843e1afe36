#include "common/crypto/pki.hpp"

#include "common/crypto/openssl.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

namespace himsog::crypto {
namespace {

constexpr std::string_view site_name = "urn:himsog:site:";

Problem wrong(std::string what) {
    ERR_clear_error();
    return {ProblemKind::bad_request, std::move(what)};
}

void require(bool done) {
    if (!done) throw std::runtime_error{"OpenSSL cannot make the certificate"};
}

std::time_t seconds(Instant at) { return static_cast<std::time_t>(at.us / 1'000'000); }

bool is_p256(EVP_PKEY* key) {
    std::array<char, 64> name{};
    std::size_t size = 0;
    return key != nullptr && EVP_PKEY_get_group_name(key, name.data(), name.size(), &size) == 1 && std::string_view{name.data(), size} == "prime256v1";
}

void set_common_name(X509_NAME* name, std::string const& text) {
    require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<unsigned char const*>(text.data()), static_cast<int>(text.size()), -1, 0) == 1);
}

void set_serial(X509* certificate, Random& random) {
    auto bytes = random.bytes(16);
    bytes.front() = static_cast<char>((bytes.front() & 0x7f) | 0x40);   // positive, and always 128 bits long
    NumberPtr const number{BN_bin2bn(reinterpret_cast<unsigned char const*>(bytes.data()), static_cast<int>(bytes.size()), nullptr)};
    require(number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr);
}

void add_extension(X509* certificate, X509* issuer, int id, std::string const& value) {
    X509V3_CTX context{};
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    ExtensionPtr const extension{X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str())};
    require(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

CertificatePtr begin(Instant from, Instant to, Random& random) {
    CertificatePtr certificate{X509_new()};
    require(certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1);
    set_serial(certificate.get(), random);
    require(ASN1_TIME_set(X509_getm_notBefore(certificate.get()), seconds(from)) != nullptr);
    require(ASN1_TIME_set(X509_getm_notAfter(certificate.get()), seconds(to)) != nullptr);
    return certificate;
}

void sign(X509* certificate, EVP_PKEY* key) { require(X509_sign(certificate, key, EVP_sha256()) > 0); }

bool is_address(std::string const& name) {
    return name.find(':') != std::string::npos || std::all_of(name.begin(), name.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

bool is_plain_name(std::string const& name) {
    return !name.empty() && name.size() <= 253 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' || c == '*';
    });
}

struct Leaf {
    std::string common_name;
    std::string names;   // value of subjectAltName
    std::string usage;   // value of extendedKeyUsage
};

Result<std::string> issue(Identity const& authority, std::string_view request_pem, Leaf const& leaf, Instant now, Random& random) {
    auto const issuer = read_certificate(authority.certificate);
    auto const issuer_key = read_key(authority.key);
    if (!issuer || !issuer_key) return wrong("The authority's key or certificate cannot be read.");
    auto const checked = check_request(request_pem);
    if (!checked) return checked.error();
    auto const request = read_request(request_pem);
    auto const certificate = begin(now - backdated, now + certificate_life, random);
    require(X509_set_pubkey(certificate.get(), X509_REQ_get0_pubkey(request.get())) == 1);
    set_common_name(X509_get_subject_name(certificate.get()), leaf.common_name);
    require(X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer.get())) == 1);
    add_extension(certificate.get(), issuer.get(), NID_basic_constraints, "critical,CA:FALSE");
    add_extension(certificate.get(), issuer.get(), NID_key_usage, "critical,digitalSignature");
    add_extension(certificate.get(), issuer.get(), NID_ext_key_usage, leaf.usage);
    add_extension(certificate.get(), issuer.get(), NID_subject_alt_name, leaf.names);
    add_extension(certificate.get(), issuer.get(), NID_subject_key_identifier, "hash");
    add_extension(certificate.get(), issuer.get(), NID_authority_key_identifier, "keyid:always");
    sign(certificate.get(), issuer_key.get());
    return pem_of(certificate.get());
}

std::string text_of(ASN1_STRING const* text) {
    return {reinterpret_cast<char const*>(ASN1_STRING_get0_data(text)), static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string common_name_of(X509_NAME const* name) {
    auto const at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    return at < 0 ? std::string{} : text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
}

std::string address_text(std::string const& bytes) {
    if (bytes.size() == 4) {
        std::string out;
        for (unsigned char const octet : bytes) out += (out.empty() ? "" : ".") + std::to_string(octet);
        return out;
    }
    return bytes == std::string(15, '\0') + '\1' ? "::1" : to_hex(bytes);
}

std::vector<std::string> names_of(X509* certificate) {
    std::vector<std::string> names;
    auto* const list = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
    for (int i = 0; i < sk_GENERAL_NAME_num(list); ++i) {
        auto const* const name = sk_GENERAL_NAME_value(list, i);
        if (name->type == GEN_DNS) names.push_back("DNS:" + text_of(name->d.dNSName));
        else if (name->type == GEN_URI) names.push_back("URI:" + text_of(name->d.uniformResourceIdentifier));
        else if (name->type == GEN_IPADD) names.push_back("IP:" + address_text(text_of(name->d.iPAddress)));
        else names.emplace_back("other");
    }
    GENERAL_NAMES_free(list);
    return names;
}

Instant instant_of(ASN1_TIME const* time) {
    int days = 0;
    int rest = 0;
    std::unique_ptr<ASN1_TIME, Release<ASN1_TIME_free>> const epoch{ASN1_TIME_set(nullptr, 0)};
    require(ASN1_TIME_diff(&days, &rest, epoch.get(), time) == 1);
    return {(std::int64_t{days} * 86'400 + rest) * 1'000'000};
}

std::string serial_of(X509* certificate) {
    NumberPtr const number{ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr)};
    Bytes bytes(static_cast<std::size_t>(BN_num_bytes(number.get())), '\0');
    BN_bn2bin(number.get(), reinterpret_cast<unsigned char*>(bytes.data()));
    return to_hex(bytes);
}

CertificateInfo info_of(X509* certificate) {
    CertificateInfo info;
    info.serial = serial_of(certificate);
    info.common_name = common_name_of(X509_get_subject_name(certificate));
    info.names = names_of(certificate);
    info.not_before = instant_of(X509_get0_notBefore(certificate));
    info.not_after = instant_of(X509_get0_notAfter(certificate));
    info.authority = X509_check_ca(certificate) == 1;
    return info;
}

}  // namespace

Identity make_authority(std::string const& common_name, Instant now, Random& random) {
    auto const key = new_p256_key();
    auto const certificate = begin(now - backdated, now + authority_life, random);
    require(X509_set_pubkey(certificate.get(), key.get()) == 1);
    set_common_name(X509_get_subject_name(certificate.get()), common_name);
    require(X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get())) == 1);
    add_extension(certificate.get(), certificate.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add_extension(certificate.get(), certificate.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(certificate.get(), certificate.get(), NID_subject_key_identifier, "hash");
    sign(certificate.get(), key.get());
    return {pem_of(key.get()), pem_of(certificate.get())};
}

KeyAndRequest make_request(std::string const& common_name) {
    auto const key = new_p256_key();
    RequestPtr const request{X509_REQ_new()};
    require(request && X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) == 1);
    set_common_name(X509_REQ_get_subject_name(request.get()), common_name);
    require(X509_REQ_set_pubkey(request.get(), key.get()) == 1 && X509_REQ_sign(request.get(), key.get(), EVP_sha256()) > 0);
    return {pem_of(key.get()), pem_of(request.get())};
}

Result<CheckedRequest> check_request(std::string_view pem) {
    auto const request = read_request(pem);
    if (!request) return wrong("This is not a certificate request.");
    auto* const key = X509_REQ_get0_pubkey(request.get());
    if (!is_p256(key)) return wrong("The request's key is not ECDSA P-256.");
    if (X509_REQ_verify(request.get(), key) != 1) return wrong("The request's signature is wrong.");
    return CheckedRequest{common_name_of(X509_REQ_get_subject_name(request.get())), *request_der(pem)};
}

Result<Bytes> request_der(std::string_view pem) {
    auto const request = read_request(pem);
    if (!request) return wrong("This is not a certificate request.");
    unsigned char* data = nullptr;
    auto const size = i2d_X509_REQ(request.get(), &data);
    require(size > 0);
    Bytes der{reinterpret_cast<char const*>(data), static_cast<std::size_t>(size)};
    OPENSSL_free(data);
    return der;
}

Result<std::string> issue_web(Identity const& authority, std::string_view request, std::vector<std::string> const& names, Instant now, Random& random) {
    Leaf leaf{names.empty() ? "" : names.front(), "", "serverAuth"};
    for (auto const& name : names) {
        if (!is_plain_name(name)) return wrong("\"" + name + "\" is not a host name or address.");
        leaf.names += (leaf.names.empty() ? "" : ",") + std::string{is_address(name) ? "IP:" : "DNS:"} + name;
    }
    if (names.empty()) return wrong("A web certificate needs a name.");
    return issue(authority, request, leaf, now, random);
}

Result<std::string> issue_node(Identity const& authority, std::string_view request, std::uint16_t site, NodeRole role, Instant now, Random& random) {
    Leaf leaf{"himsog site " + std::to_string(site), "URI:" + std::string{site_name} + std::to_string(site), role == NodeRole::hub ? "clientAuth,serverAuth" : "clientAuth"};
    return issue(authority, request, leaf, now, random);
}

Result<std::string> fingerprint(std::string_view text) {
    auto const certificate = read_certificate(text);
    if (!certificate) return wrong("This is not a certificate.");
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    require(X509_digest(certificate.get(), EVP_sha256(), digest.data(), &size) == 1);
    return to_hex({reinterpret_cast<char const*>(digest.data()), size});
}

Result<std::uint16_t> site_of(std::string_view text) {
    auto const certificate = read_certificate(text);
    if (!certificate) return wrong("This is not a certificate.");
    auto const names = names_of(certificate.get());
    auto const start = "URI:" + std::string{site_name};
    if (names.size() != 1 || !names.front().starts_with(start)) return wrong("This certificate names no site.");
    auto const digits = std::string_view{names.front()}.substr(start.size());
    std::uint16_t site = 0;
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), site);
    if (error != std::errc{} || end != digits.data() + digits.size() || std::to_string(site) != digits) return wrong("This certificate names no site.");
    return site;
}

Result<CertificateInfo> verify(std::string_view text, std::string_view authority, Purpose purpose, Instant at) {
    auto const certificate = read_certificate(text);
    auto const issuer = read_certificate(authority);
    if (!certificate || !issuer) return wrong("This is not a certificate.");
    StorePtr const store{X509_STORE_new()};
    StoreContextPtr const context{X509_STORE_CTX_new()};
    require(store && context && X509_STORE_add_cert(store.get(), issuer.get()) == 1);
    require(X509_STORE_CTX_init(context.get(), store.get(), certificate.get(), nullptr) == 1);
    auto* const parameters = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_time(parameters, seconds(at));
    X509_VERIFY_PARAM_set_purpose(parameters, purpose == Purpose::server ? X509_PURPOSE_SSL_SERVER : X509_PURPOSE_SSL_CLIENT);
    if (X509_verify_cert(context.get()) != 1) return wrong(std::string{"The certificate is not accepted: "} + X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get())) + '.');
    return info_of(certificate.get());
}

Result<CertificateInfo> certificate_info(std::string_view text) {
    auto const certificate = read_certificate(text);
    if (!certificate) return wrong("This is not a certificate.");
    return info_of(certificate.get());
}

bool belongs_together(Identity const& identity) {
    auto const certificate = read_certificate(identity.certificate);
    auto const key = read_key(identity.key);
    bool const together = certificate && key && X509_check_private_key(certificate.get(), key.get()) == 1;
    ERR_clear_error();
    return together;
}

}  // namespace himsog::crypto
