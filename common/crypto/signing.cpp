#include "common/crypto/signing.hpp"

#include "common/crypto/library.hpp"

#include <sodium.h>

#include <stdexcept>

namespace himsog::crypto {
namespace {

static_assert(crypto_sign_SEEDBYTES == signing_seed_size);
static_assert(crypto_sign_PUBLICKEYBYTES == signing_public_key_size);
static_assert(crypto_sign_BYTES == signature_size);

}  // namespace

SigningKey SigningKey::generate() {
    start_libsodium();
    Bytes seed(signing_seed_size, '\0');
    randombytes_buf(seed.data(), seed.size());
    auto key = from_seed(seed);
    wipe(seed);
    return key;
}

SigningKey SigningKey::from_seed(std::string_view seed) {
    start_libsodium();
    if (seed.size() != signing_seed_size) throw std::invalid_argument{"the seed of a signing key has 32 octets"};
    Bytes secret(crypto_sign_SECRETKEYBYTES, '\0');
    Bytes public_key(signing_public_key_size, '\0');
    crypto_sign_seed_keypair(mutable_octets(public_key), mutable_octets(secret), octets(seed));
    return SigningKey{Secret{std::move(secret)}, std::move(public_key)};
}

Bytes SigningKey::sign(std::string_view message) const {
    Bytes signature(signature_size, '\0');
    crypto_sign_detached(mutable_octets(signature), nullptr, octets(message), message.size(), octets(secret_.view()));
    return signature;
}

bool verify(std::string_view public_key, std::string_view message, std::string_view signature) {
    start_libsodium();
    if (public_key.size() != signing_public_key_size || signature.size() != signature_size) return false;
    return crypto_sign_verify_detached(octets(signature), octets(message), message.size(), octets(public_key)) == 0;
}

}  // namespace himsog::crypto
