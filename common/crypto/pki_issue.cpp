#include "common/crypto/hash.hpp"
#include "common/crypto/library.hpp"
#include "common/crypto/openssl.hpp"
#include "common/crypto/pki.hpp"

#include <array>

namespace himsog::crypto {
namespace {

constexpr std::size_t serial_size = 16;  // octets of chance
constexpr std::size_t longest_dns_name = 253;

KeyOwner new_key() {
    KeyOwner key{EVP_EC_gen("P-256")};
    must(key != nullptr, "no ECDSA key could be made");
    return key;
}

std::string key_pem(EVP_PKEY* key) {
    BioOwner const bio{BIO_new(BIO_s_secmem())};
    must(bio && PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1, "a key cannot be written");
    return written(bio.get());
}

std::string certificate_pem(X509* certificate) {
    BioOwner const bio{BIO_new(BIO_s_mem())};
    must(bio && PEM_write_bio_X509(bio.get(), certificate) == 1, "a certificate cannot be written");
    return written(bio.get());
}

void set_common_name(X509_NAME* name, std::string const& text) {
    must(X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8, const_cast<unsigned char*>(octets(text)),
                                    static_cast<int>(text.size()), -1, 0) == 1,
         "a common name has 1 to 64 characters");
}

void set_times(X509* certificate, Instant now, std::chrono::days life) {
    auto const at = [](Instant moment) { return static_cast<time_t>(moment.us / 1'000'000); };
    must(ASN1_TIME_set(X509_getm_notBefore(certificate), at(now - backdated)) != nullptr &&
             ASN1_TIME_set(X509_getm_notAfter(certificate), at(now + life)) != nullptr,
         "a certificate cannot have this time");
}

void set_serial(X509* certificate, Random& random) {
    auto bytes = random.bytes(serial_size);
    bytes.front() = static_cast<char>((bytes.front() & 0x7f) | 0x40);  // positive, and always 16 octets long
    Owned<BIGNUM, BN_free> const number{BN_bin2bn(octets(bytes), static_cast<int>(bytes.size()), nullptr)};
    must(number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr, "no serial number");
}

void extend(X509* certificate, X509V3_CTX& context, int kind, char const* value) {
    Owned<X509_EXTENSION, X509_EXTENSION_free> const extension{X509V3_EXT_conf_nid(nullptr, &context, kind, value)};
    must(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "an extension cannot be made");
}

/// The parts that authority and leaf share. The subject is set before: a self-signed certificate is its own issuer.
CertificateOwner begin_certificate(std::string const& common_name, EVP_PKEY* key, Instant now, std::chrono::days life, Random& random) {
    CertificateOwner certificate{X509_new()};
    must(certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1 && X509_set_pubkey(certificate.get(), key) == 1,
         "no memory for a certificate");
    set_common_name(X509_get_subject_name(certificate.get()), common_name);
    set_times(certificate.get(), now, life);
    set_serial(certificate.get(), random);
    return certificate;
}

using NameOwner = Owned<GENERAL_NAME, GENERAL_NAME_free>;

NameOwner alternative_name(int kind, std::string const& text) {
    NameOwner name{GENERAL_NAME_new()};
    Owned<ASN1_IA5STRING, ASN1_IA5STRING_free> value{ASN1_IA5STRING_new()};
    must(name && value && ASN1_STRING_set(value.get(), text.data(), static_cast<int>(text.size())) == 1, "no memory for a name");
    GENERAL_NAME_set0_value(name.get(), kind, value.release());
    return name;
}

/// Null when the text is neither an address nor a DNS name. Letters are lowered: DNS does not tell them apart, comparison of octets would.
NameOwner web_name(std::string text) {
    if (auto* const address = a2i_IPADDRESS(text.c_str())) {
        NameOwner name{GENERAL_NAME_new()};
        must(name != nullptr, "no memory for a name");
        GENERAL_NAME_set0_value(name.get(), GEN_IPADD, address);
        return name;
    }
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789.-";
    bool const dns = !text.empty() && text.size() <= longest_dns_name && text.find_first_not_of(allowed) == std::string::npos &&
                     text.front() != '.' && text.front() != '-' && text.find("..") == std::string::npos;
    return dns ? alternative_name(GEN_DNS, text) : nullptr;
}

struct Leaf {
    std::string common_name;
    NamesOwner names;
    char const* uses;  // extended key usage, in OpenSSL's words
};

Result<std::string> issue(Identity const& authority, std::string_view request_pem, Leaf const& leaf, Instant now, Random& random) {
    if (auto const checked = check_request(request_pem); !checked) return checked.error();
    auto const request = read_request(request_pem);
    auto const issuer = read_certificate(authority.certificate);
    auto const issuer_key = read_key(authority.key);
    if (!issuer || !issuer_key || X509_check_private_key(issuer.get(), issuer_key.get()) != 1)
        return Problem{ProblemKind::internal, "The authority's key and certificate do not belong together."};

    auto const certificate = begin_certificate(leaf.common_name, X509_REQ_get0_pubkey(request.get()), now, certificate_life, random);
    must(X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer.get())) == 1, "no memory for a name");
    X509V3_CTX context{};
    X509V3_set_ctx(&context, issuer.get(), certificate.get(), nullptr, nullptr, 0);
    extend(certificate.get(), context, NID_basic_constraints, "critical,CA:FALSE");
    extend(certificate.get(), context, NID_key_usage, "critical,digitalSignature");
    extend(certificate.get(), context, NID_ext_key_usage, leaf.uses);
    extend(certificate.get(), context, NID_subject_key_identifier, "hash");
    extend(certificate.get(), context, NID_authority_key_identifier, "keyid:always");
    must(X509_add1_ext_i2d(certificate.get(), NID_subject_alt_name, leaf.names.get(), 0, X509V3_ADD_DEFAULT) == 1, "no names");
    must(X509_sign(certificate.get(), issuer_key.get(), EVP_sha256()) > 0, "a certificate cannot be signed");
    return certificate_pem(certificate.get());
}

}  // namespace

Identity make_authority(std::string const& common_name, Instant now, Random& random) {
    QuietErrors const quiet;
    auto const key = new_key();
    auto const certificate = begin_certificate(common_name, key.get(), now, authority_life, random);
    must(X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get())) == 1, "no memory for a name");
    X509V3_CTX context{};
    X509V3_set_ctx(&context, certificate.get(), certificate.get(), nullptr, nullptr, 0);
    extend(certificate.get(), context, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    extend(certificate.get(), context, NID_key_usage, "critical,keyCertSign,cRLSign");
    extend(certificate.get(), context, NID_subject_key_identifier, "hash");
    extend(certificate.get(), context, NID_authority_key_identifier, "keyid:always");
    must(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0, "the authority cannot sign");
    return {key_pem(key.get()), certificate_pem(certificate.get())};
}

KeyAndRequest make_request(std::string const& common_name) {
    QuietErrors const quiet;
    auto const key = new_key();
    RequestOwner const request{X509_REQ_new()};
    must(request && X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) == 1 && X509_REQ_set_pubkey(request.get(), key.get()) == 1,
         "no memory for a certificate request");
    set_common_name(X509_REQ_get_subject_name(request.get()), common_name);
    must(X509_REQ_sign(request.get(), key.get(), EVP_sha256()) > 0, "a certificate request cannot be signed");

    BioOwner const bio{BIO_new(BIO_s_mem())};
    must(bio && PEM_write_bio_X509_REQ(bio.get(), request.get()) == 1, "a certificate request cannot be written");
    return {key_pem(key.get()), written(bio.get())};
}

Result<std::string> issue_web(Identity const& authority, std::string_view request, std::vector<std::string> const& names, Instant now,
                              Random& random) {
    QuietErrors const quiet;
    if (names.empty()) return Problem{ProblemKind::bad_request, "A web certificate needs a name."};
    Leaf leaf{"himsog web", NamesOwner{GENERAL_NAMES_new()}, "serverAuth"};
    for (auto const& text : names) {
        auto name = web_name(text);
        if (!name) return Problem{ProblemKind::bad_request, "Neither a host name nor an address: " + text};
        must(sk_GENERAL_NAME_push(leaf.names.get(), name.release()) > 0, "no memory for a name");
    }
    return issue(authority, request, leaf, now, random);
}

Result<std::string> issue_node(Identity const& authority, std::string_view request, std::uint16_t site, NodeRole role, Instant now,
                               Random& random) {
    QuietErrors const quiet;
    Leaf leaf{"himsog site " + std::to_string(site), NamesOwner{GENERAL_NAMES_new()},
              role == NodeRole::hub ? "clientAuth,serverAuth" : "clientAuth"};
    auto name = alternative_name(GEN_URI, "urn:himsog:site:" + std::to_string(site));
    must(leaf.names && sk_GENERAL_NAME_push(leaf.names.get(), name.release()) > 0, "no memory for a name");
    return issue(authority, request, leaf, now, random);
}

}  // namespace himsog::crypto
