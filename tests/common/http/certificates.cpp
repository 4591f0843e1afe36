#include "tests/common/http/certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace himsog::http::testing {
namespace {

void must(bool done) {
    if (!done) throw std::runtime_error{"OpenSSL refused a test certificate"};
}

std::string text_of(BIO* memory) {
    char* data = nullptr;
    auto const size = BIO_get_mem_data(memory, &data);
    std::string text{data, static_cast<std::size_t>(size)};
    BIO_free(memory);
    return text;
}

void extend(X509* certificate, X509* issuer, int extension, std::string const& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    auto* made = X509V3_EXT_conf_nid(nullptr, &context, extension, value.c_str());
    must(made != nullptr);
    X509_add_ext(certificate, made, -1);
    X509_EXTENSION_free(made);
}

/// Everything but names and signature.
X509* draft(EVP_PKEY* key, char const* subject, long serial, long valid_from, long valid_to) {
    auto* certificate = X509_new();
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate), valid_from);
    X509_gmtime_adj(X509_getm_notAfter(certificate), valid_to);
    X509_set_pubkey(certificate, key);
    auto* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<unsigned char const*>(subject), -1, -1, 0);
    return certificate;
}

Issued as_pem(X509* certificate, EVP_PKEY* key) {
    auto* certificate_text = BIO_new(BIO_s_mem());
    auto* key_text = BIO_new(BIO_s_mem());
    must(PEM_write_bio_X509(certificate_text, certificate) == 1);
    must(PEM_write_bio_PrivateKey(key_text, key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
    return {text_of(certificate_text), text_of(key_text)};
}

}  // namespace

struct Authority::Impl {
    EVP_PKEY* key = nullptr;
    X509* certificate = nullptr;
    ~Impl() {
        X509_free(certificate);
        EVP_PKEY_free(key);
    }
};

Authority::Authority() : impl_{std::make_unique<Impl>()} {
    impl_->key = EVP_EC_gen("P-256");
    must(impl_->key != nullptr);
    impl_->certificate = draft(impl_->key, "himsog test authority", 1, -10L * 365 * 86400, 10L * 365 * 86400);
    X509_set_issuer_name(impl_->certificate, X509_get_subject_name(impl_->certificate));
    extend(impl_->certificate, impl_->certificate, NID_basic_constraints, "critical,CA:TRUE");
    must(X509_sign(impl_->certificate, impl_->key, EVP_sha256()) > 0);
    own_ = as_pem(impl_->certificate, impl_->key);
}

Authority::~Authority() = default;

Issued Authority::issue(std::string const& names, long serial, long valid_from, long valid_to) const {
    auto* key = EVP_EC_gen("P-256");
    auto* certificate = draft(key, "himsog test node", serial, valid_from, valid_to);
    X509_set_issuer_name(certificate, X509_get_subject_name(impl_->certificate));
    extend(certificate, impl_->certificate, NID_subject_alt_name, names);
    must(X509_sign(certificate, impl_->key, EVP_sha256()) > 0);
    auto issued = as_pem(certificate, key);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return issued;
}

TlsMaterial Authority::server() const {
    auto const issued = issue("DNS:localhost,IP:127.0.0.1", 2);
    return {issued.certificate, issued.key, certificate()};
}

}  // namespace himsog::http::testing
