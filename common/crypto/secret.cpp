#include "common/crypto/secret.hpp"

#include <sodium.h>

namespace himsog::crypto {

void wipe(Bytes& bytes) {
    sodium_memzero(bytes.data(), bytes.size());
    bytes.clear();
}

}  // namespace himsog::crypto
