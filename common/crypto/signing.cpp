#include "common/crypto/signing.hpp"

#include "common/crypto/library.hpp"

#include <sodium.h>

#include <stdexcept>

namespace himsog::crypto {
namespace {

unsigned char* octets(Bytes& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }
unsigned char const* octets(std::string_view bytes) { return reinterpret_cast<unsigned char const*>(bytes.data()); }

}  // namespace

SigningKey SigningKey::generate() {
    Bytes seed(crypto_sign_SEEDBYTES, '\0');
    randombytes_buf(seed.data(), seed.size());
    auto key = from_seed(seed);
    sodium_memzero(seed.data(), seed.size());
    return key;
}

SigningKey SigningKey::from_seed(std::string_view seed) {
    if (seed.size() != crypto_sign_SEEDBYTES) throw std::invalid_argument{"an Ed25519 seed has 32 octets"};
    Bytes secret(crypto_sign_SECRETKEYBYTES, '\0');
    Bytes open(crypto_sign_PUBLICKEYBYTES, '\0');
    crypto_sign_seed_keypair(octets(open), octets(secret), octets(seed));
    return {std::move(secret), std::move(open)};
}

SigningKey::~SigningKey() { sodium_memzero(secret_.data(), secret_.size()); }

Bytes SigningKey::seed() const { return secret_.substr(0, crypto_sign_SEEDBYTES); }

Bytes SigningKey::sign(std::string_view message) const {
    Bytes signature(crypto_sign_BYTES, '\0');
    crypto_sign_detached(octets(signature), nullptr, octets(message), message.size(), octets(std::string_view{secret_}));
    return signature;
}

bool verify(std::string_view public_key, std::string_view message, std::string_view signature) {
    if (public_key.size() != crypto_sign_PUBLICKEYBYTES || signature.size() != crypto_sign_BYTES) return false;
    return crypto_sign_verify_detached(octets(signature), octets(message), message.size(), octets(public_key)) == 0;
}

}  // namespace himsog::crypto
