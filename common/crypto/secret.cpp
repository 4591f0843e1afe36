#include "common/crypto/secret.hpp"

#include <sodium.h>

namespace himsog::crypto {

void wipe(Bytes& bytes) {
    bytes.resize(bytes.capacity());  // a moved-from short string still holds its octets beyond its size
    sodium_memzero(bytes.data(), bytes.size());
    bytes.clear();
}

}  // namespace himsog::crypto
