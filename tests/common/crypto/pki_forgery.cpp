#include "tests/common/crypto/pki_forgery.hpp"

#include "common/crypto/openssl.hpp"

namespace himsog::crypto {

std::string certificate_with(Identity const& authority, std::vector<std::string> const& alternative_names) {
    auto const issuer = read_certificate(authority.certificate);
    auto const key = read_key(authority.key);
    CertificateOwner const certificate{X509_new()};
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 7);
    ASN1_TIME_set_string(X509_getm_notBefore(certificate.get()), "260101000000Z");
    ASN1_TIME_set_string(X509_getm_notAfter(certificate.get()), "270101000000Z");
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer.get()));
    X509_set_pubkey(certificate.get(), key.get());
    for (auto const& names : alternative_names) {
        Owned<X509_EXTENSION, X509_EXTENSION_free> const extension{
            X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str())};
        must(extension && X509_add_ext(certificate.get(), extension.get(), -1) == 1, "the test's extension is malformed");
    }
    must(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0, "cannot sign");
    BioOwner const bio{BIO_new(BIO_s_mem())};
    PEM_write_bio_X509(bio.get(), certificate.get());
    return written(bio.get());
}

std::string request_on_curve(char const* curve) {
    KeyOwner const key{EVP_EC_gen(curve)};
    RequestOwner const request{X509_REQ_new()};
    X509_REQ_set_pubkey(request.get(), key.get());
    must(X509_REQ_sign(request.get(), key.get(), EVP_sha256()) > 0, "cannot sign");
    BioOwner const bio{BIO_new(BIO_s_mem())};
    PEM_write_bio_X509_REQ(bio.get(), request.get());
    return written(bio.get());
}

std::string as_pem(char const* label, std::string_view der) {
    BioOwner const bio{BIO_new(BIO_s_mem())};
    PEM_write_bio(bio.get(), label, "", reinterpret_cast<unsigned char const*>(der.data()), static_cast<long>(der.size()));
    return written(bio.get());
}

}  // namespace himsog::crypto
