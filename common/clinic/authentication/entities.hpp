/// The account of a person who works with the system or is a patient of it (authentication.md 1.1). Plain data, any thread.
#pragma once

#include "common/journal/entity.hpp"

#include <cstdint>

namespace himsog::clinic::authentication {

inline constexpr std::uint16_t user_number = 2;
/// Register of the password and what belongs to it: a session remembers the version of this register it was made under.
inline constexpr std::uint16_t password_register = 2;

/// Entity number 2. The background fields from `id_number` on count only for accounts without a patient: with one, the patient's row is
/// the truth (contract/README.md decision 15).
journal::Entity user_entity();

}  // namespace himsog::clinic::authentication
