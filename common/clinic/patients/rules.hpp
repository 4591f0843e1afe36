/// Rules of patients and visits that the declaration cannot say (contract/patients.md section 4). Pure functions, any thread.
#pragma once

#include "common/base/calendar.hpp"
#include "common/base/problem.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace himsog::clinic::patients {

/// Rule 1, field by field; each gives the message, or nothing.
std::optional<std::string> name_problem(std::string_view name);
std::optional<std::string> birth_date_problem(Date birth);
/// "Not in the future" by trusted time, and skipped while the clock is not believed: a slow clock must not refuse anybody (README decision 9).
std::optional<std::string> future_birth_problem(Date birth, Instant trusted_now, bool clock_is_believed, Zone zone);
std::optional<std::string> phone_problem(std::string_view phone);
std::optional<std::string> address_problem(std::string_view address);

/// Rule 6: letters between the two bounds.
std::optional<std::string> length_problem(std::string_view text, std::size_t least, std::size_t most);
std::optional<std::string> visit_date_problem(Instant visit, Instant trusted_now, bool clock_is_believed, Zone zone);

struct Person {
    std::string first_name;
    std::string last_name;
    Date date_of_birth;
    std::string email;
    std::string phone;
};

/// Rule 3: 0 to 1.
double duplicate_score(Person const& a, Person const& b);
/// Fields that are exactly alike.
std::vector<std::string> matching_fields(Person const& a, Person const& b);
constexpr double duplicate_from = 0.85;

/// Ratcliff/Obershelp ratio of two texts: 2 × matched / total characters.
double similarity(std::string_view a, std::string_view b);

}  // namespace himsog::clinic::patients
