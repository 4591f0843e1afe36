/// Making accounts and giving them passwords: what the operator's command, the demo and change-password share. There is no default
/// account anywhere. Thread rule: the writer's.
#pragma once

#include "common/base/problem.hpp"
#include "common/journal/journal.hpp"

#include <chrono>
#include <string>

namespace himsog::clinic::authentication {

inline constexpr std::chrono::hours one_time_password_life{24};

/// A password as it is stored. Hashing takes long: it is done before, never on the writer thread.
struct NewPassword {
    std::string hash;          // PHC string
    bool is_one_time = false;  // valid for 24 h, and only to choose another
};

struct NewAccount {
    std::string email;
    std::string role;
    std::string first_name;
    std::string last_name;
    NewPassword password;
    bool is_verified = false;
    bool has_completed_setup = false;
};

/// The id, or what is wrong by field: an address that R-strict refuses or that has an account, a role that does not exist.
Result<Uuid> create_account(journal::Writer& writer, NewAccount const& wanted);

void set_password(journal::Writer& writer, Uuid const& user, NewPassword const& password);

}  // namespace himsog::clinic::authentication
