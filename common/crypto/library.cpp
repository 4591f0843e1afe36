#include "common/crypto/library.hpp"

#include <sodium.h>

#include <stdexcept>

namespace himsog::crypto {

void start_libsodium() {
    static bool const started = sodium_init() >= 0;
    if (!started) throw std::runtime_error{"libsodium does not start"};
}

}  // namespace himsog::crypto
