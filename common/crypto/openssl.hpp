/// OpenSSL's objects with an owner each, and certificates in and out of PEM. For common/crypto/*.cpp alone.
#pragma once

#include "common/base/bytes.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

namespace himsog::crypto {

template <auto release>
struct Release {
    template <class T>
    void operator()(T* object) const {
        release(object);
    }
};

using BioPtr = std::unique_ptr<BIO, Release<BIO_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, Release<X509_free>>;
using RequestPtr = std::unique_ptr<X509_REQ, Release<X509_REQ_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>>;
using NumberPtr = std::unique_ptr<BIGNUM, Release<BN_free>>;
using StorePtr = std::unique_ptr<X509_STORE, Release<X509_STORE_free>>;
using StoreContextPtr = std::unique_ptr<X509_STORE_CTX, Release<X509_STORE_CTX_free>>;

/// Null when the text is not one whole object of that kind.
CertificatePtr read_certificate(std::string_view pem_or_der);
RequestPtr read_request(std::string_view pem);
KeyPtr read_key(std::string_view pem);
std::string pem_of(X509* certificate);
std::string pem_of(X509_REQ* request);
std::string pem_of(EVP_PKEY* key);
KeyPtr new_p256_key();

}  // namespace himsog::crypto
