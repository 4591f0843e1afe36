#include "common/records/principal.hpp"

#include <array>

namespace himsog::records {
namespace {

constexpr std::array<std::string_view, 7> names{"ADMIN", "DOCTOR", "DENTIST", "NURSE", "STAFF", "STUDENT", "FACULTY"};

}  // namespace

std::string_view name_of(Role role) { return names.at(static_cast<std::size_t>(role)); }

std::optional<Role> role_named(std::string_view name) {
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == name) return static_cast<Role>(i);
    return std::nullopt;
}

}  // namespace himsog::records
