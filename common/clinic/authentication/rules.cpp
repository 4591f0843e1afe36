#include "common/clinic/authentication/rules.hpp"

#include "common/base/bytes.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace himsog::clinic::authentication {
namespace {

constexpr std::string_view required_domain = "usc.edu.ph";
constexpr std::array<std::string_view, 10> typo_domains{
    "usc.edu",          "usc.edu.com",         "usc.com",   "usc.org",     "usc.ph",
    "usc.education.ph", "usc.edu.philippines", "uc.edu.ph", "usec.edu.ph", "usc.educ.ph"};
constexpr std::size_t email_most = 200;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

bool is_suspicious(std::string_view mailbox) {
    auto const digits = static_cast<std::size_t>(std::count_if(mailbox.begin(), mailbox.end(), is_digit));
    if (digits == mailbox.size() && digits >= 7 && digits <= 9) return false;  // a student number
    if (mailbox.size() < 2 || mailbox.size() > 30) return true;
    if (mailbox.front() == '.' || mailbox.back() == '.' || mailbox.find("..") != std::string_view::npos) return true;
    if (std::count(mailbox.begin(), mailbox.end(), '.') > 3) return true;
    if (digits * 10 > mailbox.size() * 7) return true;
    return !std::all_of(mailbox.begin(), mailbox.end(),
                        [](char c) { return is_lower(c) || is_digit(c) || c == '.' || c == '_' || c == '-'; });
}

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
    auto const at = email.find('@');
    auto const printable = std::all_of(email.begin(), email.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    if (!printable || at == std::string_view::npos || at == 0 || email.find('@', at + 1) != std::string_view::npos)
        return "Enter a valid email address.";

    auto const domain = email.substr(at + 1);
    if (std::find(typo_domains.begin(), typo_domains.end(), domain) != typo_domains.end())
        return "Did you mean " + std::string{email.substr(0, at + 1)} + std::string{required_domain} + "?";
    if (domain != required_domain) return "Use your university address, ending in @" + std::string{required_domain} + ".";
    if (is_suspicious(email.substr(0, at))) return "This does not look like a university mailbox.";
    return std::nullopt;
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
