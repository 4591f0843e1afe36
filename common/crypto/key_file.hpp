/// The raw database key of a node as a file of 64 hex digits (DESIGN.md section 6: the grade for development and demonstrations).
#pragma once

#include "common/base/problem.hpp"
#include "common/crypto/secret.hpp"

#include <filesystem>

namespace himsog::crypto {

inline constexpr std::size_t database_key_size = 32;  // octets

/// Makes a key from the kernel's generator and a file for it with mode 0600. An existing file is never overwritten. On success the file and
/// its directory entry are on the disk, so that no database can outlive its key. Returns the 64 hex digits.
Result<Secret> create_key_file(std::filesystem::path const& path);

/// The 64 hex digits. Refuses what is not a regular file of this user, what group or others may read or write, and any other length
/// or alphabet (one newline at the end is allowed), and says which.
Result<Secret> load_key_file(std::filesystem::path const& path);

}  // namespace himsog::crypto
