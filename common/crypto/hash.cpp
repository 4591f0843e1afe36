#include "common/crypto/hash.hpp"

#include "common/crypto/library.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <stdexcept>

namespace himsog::crypto {
namespace {

/// Fetched once: an implicit fetch in every call costs twice as much as hashing 64 octets.
EVP_MD const* algorithm() {
    static EVP_MD const* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    if (fetched == nullptr) throw std::runtime_error{"OpenSSL has no SHA-256"};
    return fetched;
}

void require(int outcome) {
    if (outcome != 1) throw std::runtime_error{"SHA-256 failed"};
}

}  // namespace

struct Sha256::Context {
    EVP_MD_CTX* evp = EVP_MD_CTX_new();

    Context() = default;
    Context(Context const&) = delete;
    Context& operator=(Context const&) = delete;
    ~Context() { EVP_MD_CTX_free(evp); }

    void begin() { require(EVP_DigestInit_ex2(evp, algorithm(), nullptr)); }
};

Sha256::Sha256() : context_{std::make_unique<Context>()} { context_->begin(); }
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

Sha256& Sha256::update(std::string_view bytes) {
    require(EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size()));
    return *this;
}

std::array<std::uint8_t, sha256_size> Sha256::finish() {
    std::array<std::uint8_t, sha256_size> digest;
    require(EVP_DigestFinal_ex(context_->evp, digest.data(), nullptr));
    context_->begin();
    return digest;
}

Bytes sha256(std::string_view bytes) {
    thread_local Sha256 hash;
    auto const digest = hash.update(bytes).finish();
    return Bytes{reinterpret_cast<char const*>(digest.data()), digest.size()};
}

Bytes hmac_sha256(std::string_view key, std::string_view bytes) {
    Bytes mac(sha256_size, '\0');
    if (HMAC(algorithm(), key.data(), static_cast<int>(key.size()), octets(bytes), bytes.size(), mutable_octets(mac), nullptr) == nullptr)
        throw std::runtime_error{"HMAC-SHA256 failed"};
    return mac;
}

bool constant_time_equal(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace himsog::crypto
