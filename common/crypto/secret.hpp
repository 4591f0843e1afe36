/// Memory that is wiped when it is no longer needed.
#pragma once

#include "common/base/bytes.hpp"

#include <string_view>
#include <utility>

namespace himsog::crypto {

/// Overwrites the octets with zero in a way that the compiler keeps, then empties the string. Any thread.
void wipe(Bytes& bytes);

/// Octets that nobody may find in memory later: moved, never copied, wiped at the end.
class Secret {
public:
    explicit Secret(Bytes bytes) : bytes_{std::move(bytes)} {}
    ~Secret() { wipe(bytes_); }
    Secret(Secret&& other) noexcept { take(other); }
    Secret& operator=(Secret&& other) noexcept {
        if (this != &other) take(other);
        return *this;
    }

    std::string_view view() const { return bytes_; }

private:
    /// A short string is copied by a move, so the source is wiped too.
    void take(Secret& other) noexcept {
        wipe(bytes_);
        bytes_.swap(other.bytes_);
        wipe(other.bytes_);
    }

    Bytes bytes_;
};

}  // namespace himsog::crypto
