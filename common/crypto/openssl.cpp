#include "common/crypto/openssl.hpp"

#include "common/crypto/pki.hpp"

#include <openssl/err.h>

#include <stdexcept>

namespace himsog::crypto {
namespace {

BioPtr reading(std::string_view text) { return BioPtr{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))}; }

std::string text_of(BIO* bio) {
    char* data = nullptr;
    auto const size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

template <class Write>
std::string written(Write write) {
    BioPtr const bio{BIO_new(BIO_s_mem())};
    if (!bio || write(bio.get()) != 1) throw std::runtime_error{"OpenSSL cannot write a PEM text"};
    return text_of(bio.get());
}

/// Nothing but blanks may follow: two texts must not mean one object.
bool is_used_up(BIO* bio) { return trimmed(text_of(bio)).empty(); }

template <class T>
T checked(T object, BIO* bio) {
    ERR_clear_error();
    if (object && !is_used_up(bio)) object.reset();
    return object;
}

}  // namespace

CertificatePtr read_certificate(std::string_view text) {
    if (text.size() > longest_pem) return nullptr;
    auto const bio = reading(text);
    if (text.starts_with("-----BEGIN")) return checked(CertificatePtr{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}, bio.get());
    return checked(CertificatePtr{d2i_X509_bio(bio.get(), nullptr)}, bio.get());
}

RequestPtr read_request(std::string_view pem) {
    if (pem.size() > longest_pem) return nullptr;
    auto const bio = reading(pem);
    return checked(RequestPtr{PEM_read_bio_X509_REQ(bio.get(), nullptr, nullptr, nullptr)}, bio.get());
}

KeyPtr read_key(std::string_view pem) {
    if (pem.size() > longest_pem) return nullptr;
    auto const bio = reading(pem);
    // An empty passphrase, so that an encrypted key is refused instead of asked for on the terminal.
    auto const no_passphrase = [](char*, int, int, void*) { return 0; };
    return checked(KeyPtr{PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr)}, bio.get());
}

std::string pem_of(X509* certificate) {
    return written([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate); });
}
std::string pem_of(X509_REQ* request) {
    return written([&](BIO* bio) { return PEM_write_bio_X509_REQ(bio, request); });
}
std::string pem_of(EVP_PKEY* key) {
    return written([&](BIO* bio) { return PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr); });
}

KeyPtr new_p256_key() {
    KeyPtr key{EVP_EC_gen("P-256")};
    if (!key) throw std::runtime_error{"OpenSSL cannot make a key"};
    return key;
}

}  // namespace himsog::crypto
