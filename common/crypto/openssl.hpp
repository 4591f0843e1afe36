/// Owners of OpenSSL's objects, and its errors as ours. For .cpp files only: other headers stay free of OpenSSL.
#pragma once

#include "common/base/bytes.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>
#include <string_view>

namespace himsog::crypto {

template <auto release> struct Releaser {
    template <class T> void operator()(T* object) const { release(object); }
};
template <class T, auto release> using Owned = std::unique_ptr<T, Releaser<release>>;

using BioOwner = Owned<BIO, BIO_free>;
using KeyOwner = Owned<EVP_PKEY, EVP_PKEY_free>;
using CertificateOwner = Owned<X509, X509_free>;
using RequestOwner = Owned<X509_REQ, X509_REQ_free>;
using NamesOwner = Owned<GENERAL_NAMES, GENERAL_NAMES_free>;

/// Leaves the thread's error queue as it was: a stale error there would be taken for a failure of the next TLS read.
class QuietErrors {
public:
    QuietErrors() { ERR_set_mark(); }
    ~QuietErrors() { ERR_pop_to_mark(); }
    QuietErrors(QuietErrors const&) = delete;
    QuietErrors& operator=(QuietErrors const&) = delete;
};

/// For what fails only when memory or OpenSSL itself is broken.
inline void must(bool succeeded, char const* what) {
    if (!succeeded) throw std::runtime_error{what};
}

/// An encrypted PEM is refused; OpenSSL's default would ask for a pass phrase on the terminal.
inline int no_pass_phrase(char*, int, int, void*) { return -1; }

inline BioOwner reading(std::string_view text) {
    BioOwner bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
    must(bio != nullptr, "no memory for reading PEM");
    return bio;
}

inline std::string written(BIO* bio) {
    char* data = nullptr;
    auto const size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

/// A certificate given as PEM or DER, nothing before or after it; null for anything else.
CertificateOwner read_certificate(std::string_view text);
/// A PEM private key; null for anything else.
KeyOwner read_key(std::string_view pem);
/// A PEM request, nothing before or after it; null for anything else.
RequestOwner read_request(std::string_view pem);

/// The DER of an object by its i2d function; throws std::runtime_error when it cannot be written.
template <class T, class Encode> Bytes der_of(T* object, Encode encode) {
    unsigned char* out = nullptr;
    auto const size = encode(object, &out);
    must(size > 0, "DER cannot be written");
    Bytes der{reinterpret_cast<char const*>(out), static_cast<std::size_t>(size)};
    OPENSSL_free(out);
    return der;
}

}  // namespace himsog::crypto
