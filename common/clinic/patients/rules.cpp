#include "common/clinic/patients/rules.hpp"

#include "common/base/bytes.hpp"
#include "common/db/folding.hpp"

#include <algorithm>
#include <cmath>

namespace himsog::clinic::patients {
namespace {

constexpr auto clock_tolerance = std::chrono::minutes{5};  // contract README decision 9

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80; }

std::string digits_of(std::string_view phone) {
    std::string digits;
    for (char const c : phone)
        if (c != ' ' && c != '-' && c != '(' && c != ')') digits += c;
    return digits;
}

/// Length of what is common, longest block first, then left and right of it.
std::size_t matched(std::string_view a, std::string_view b) {
    if (a.empty() || b.empty()) return 0;
    std::size_t best = 0;
    std::size_t at_a = 0;
    std::size_t at_b = 0;
    std::vector<std::size_t> row(b.size() + 1, 0);
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = 0;
        for (std::size_t k = 0; k < b.size(); ++k) {
            auto const above = row[k + 1];
            row[k + 1] = a[i] == b[k] ? diagonal + 1 : 0;
            if (row[k + 1] > best) {
                best = row[k + 1];
                at_a = i + 1 - best;
                at_b = k + 1 - best;
            }
            diagonal = above;
        }
    }
    if (best == 0) return 0;
    return best + matched(a.substr(0, at_a), b.substr(0, at_b)) + matched(a.substr(at_a + best), b.substr(at_b + best));
}

}  // namespace

std::optional<std::string> name_problem(std::string_view name) {
    auto const length = utf8_length(name);
    if (length < 2 || length > 50) return "A name has 2 to 50 letters.";
    bool const plain =
        std::all_of(name.begin(), name.end(), [](char c) { return is_letter(c) || c == ' ' || c == '-' || c == '\'' || c == '.'; });
    if (!plain) return "A name has letters, spaces, - ' and . only.";
    return std::nullopt;
}

std::optional<std::string> birth_date_problem(Date birth) {
    if (birth.year() < 1900) return "The birth date is before 1900.";
    return std::nullopt;
}

std::optional<std::string> future_birth_problem(Date birth, Instant trusted_now, bool clock_is_believed, Zone zone) {
    if (clock_is_believed && birth > date_of(trusted_now + clock_tolerance, zone)) return "The birth date lies in the future.";
    return std::nullopt;
}

std::optional<std::string> phone_problem(std::string_view phone) {
    auto digits = digits_of(phone);
    if (digits.starts_with('+')) digits.erase(0, 1);
    if (digits.size() < 10 || digits.size() > 15 || !std::all_of(digits.begin(), digits.end(), is_digit))
        return "A phone number has 10 to 15 digits.";
    return std::nullopt;
}

std::optional<std::string> address_problem(std::string_view address) {
    auto const length = utf8_length(address);
    if (length < 10 || length > 500) return "An address has 10 to 500 characters.";
    return std::nullopt;
}

std::optional<std::string> length_problem(std::string_view text, std::size_t least, std::size_t most) {
    auto const length = utf8_length(text);
    if (length < least) return "At least " + std::to_string(least) + " letters.";
    if (length > most) return "At most " + std::to_string(most) + " letters.";
    return std::nullopt;
}

std::optional<std::string> visit_date_problem(Instant visit, Instant trusted_now, bool clock_is_believed, Zone zone) {
    if (date_of(visit, zone).year() < 2000) return "The visit is before the year 2000.";
    if (clock_is_believed && visit > trusted_now + clock_tolerance) return "The visit lies in the future.";
    return std::nullopt;
}

double similarity(std::string_view a, std::string_view b) {
    if (a.empty() && b.empty()) return 1.0;
    return 2.0 * static_cast<double>(matched(a, b)) / static_cast<double>(a.size() + b.size());
}

double duplicate_score(Person const& a, Person const& b) {
    double score = 0.25 * similarity(db::folded(a.first_name), db::folded(b.first_name)) +
                   0.25 * similarity(db::folded(a.last_name), db::folded(b.last_name));
    if (a.date_of_birth == b.date_of_birth) score += 0.30;
    bool const emails = !a.email.empty() && !b.email.empty();
    if (emails && db::folded(a.email) == db::folded(b.email)) score += 0.15;
    if (!a.phone.empty() && digits_of(a.phone) == digits_of(b.phone)) score += 0.05;
    // A walk-in has no e-mail: where neither or one has one, what is known decides, or a person met twice would never be found.
    if (!emails) score /= 0.85;
    return std::round(score * 10'000) / 10'000;  // the sum of such parts falls on either side of a threshold that it equals
}

std::vector<std::string> matching_fields(Person const& a, Person const& b) {
    std::vector<std::string> fields;
    if (db::folded(a.first_name) == db::folded(b.first_name)) fields.emplace_back("first_name");
    if (db::folded(a.last_name) == db::folded(b.last_name)) fields.emplace_back("last_name");
    if (a.date_of_birth == b.date_of_birth) fields.emplace_back("date_of_birth");
    if (!a.email.empty() && db::folded(a.email) == db::folded(b.email)) fields.emplace_back("email");
    if (!a.phone.empty() && digits_of(a.phone) == digits_of(b.phone)) fields.emplace_back("phone_number");
    return fields;
}

}  // namespace himsog::clinic::patients
