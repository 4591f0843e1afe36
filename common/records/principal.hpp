/// Who asks, and what a policy says of it. Plain data, any thread.
#pragma once

#include "common/base/problem.hpp"
#include "common/base/uuid.hpp"
#include "common/http/message.hpp"
#include "common/journal/entity.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace himsog::records {

enum class Role : std::uint8_t { admin, doctor, dentist, nurse, staff, student, faculty };
std::string_view name_of(Role role);  // "ADMIN" …
std::optional<Role> role_named(std::string_view name);
constexpr journal::Roles bit(Role role) { return static_cast<journal::Roles>(1U << static_cast<unsigned>(role)); }

inline constexpr journal::Roles clinic_roles =
    bit(Role::admin) | bit(Role::doctor) | bit(Role::dentist) | bit(Role::nurse) | bit(Role::staff);
inline constexpr journal::Roles patient_roles = bit(Role::student) | bit(Role::faculty);
inline constexpr journal::Roles every_role = clinic_roles | patient_roles;

/// An authenticated person. Permissions come from the role alone (contract README decision 2).
struct Principal {
    Uuid user;
    Role role = Role::student;
    std::string name;             // for answers, never for logs
    std::optional<Uuid> patient;  // the account's own chart
    bool is_verified = false;
    bool must_change_password = false;
    Bytes session;  // hash of the token: which of the person's sessions this is

    bool in(journal::Roles roles) const { return (roles & bit(role)) != 0; }
};

class Reader;

/// Turns credentials of a request into a person. Nothing: the request carries none. A problem: it carries bad ones, also on public routes.
class Authenticator {
public:
    virtual ~Authenticator() = default;
    virtual Result<std::optional<Principal>> authenticate(http::Request const& request, Reader& reader) = 0;
};

}  // namespace himsog::records
