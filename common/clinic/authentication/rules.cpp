#include "common/clinic/authentication/rules.hpp"

#include "common/base/bytes.hpp"
#include "common/clinic/university_email.hpp"

#include <cstddef>

namespace himsog::clinic::authentication {
namespace {

constexpr std::size_t email_most = 200;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

}  // namespace

std::string normal_email(std::string_view sent) {
    std::string email{trimmed(sent)};
    for (auto& c : email)
        if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
    return email;
}

std::optional<std::string> refuse_email(std::string_view email) {
    if (email.empty()) return "This field may not be blank.";
    if (email.size() > email_most) return "Ensure this field has no more than 200 characters.";
    return university_email_problem(email);
}

std::optional<std::string> refuse_phone(std::string_view phone) {
    std::size_t digits = 0;
    for (auto const c : phone) {
        if (is_digit(c)) ++digits;
        else if (std::string_view{" \t-()+"}.find(c) == std::string_view::npos) return "Enter a valid phone number.";
    }
    if (!phone.empty() && (digits < 7 || digits > 15)) return "A phone number has 7 to 15 digits.";
    return std::nullopt;
}

}  // namespace himsog::clinic::authentication
