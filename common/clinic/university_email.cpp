#include "common/clinic/university_email.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace himsog::clinic {
namespace {

constexpr std::string_view required_domain = "usc.edu.ph";
constexpr std::array<std::string_view, 10> mistyped_domains{
    "usc.edu",          "usc.edu.com",         "usc.com",   "usc.org",     "usc.ph",
    "usc.education.ph", "usc.edu.philippines", "uc.edu.ph", "usec.edu.ph", "usc.educ.ph"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_plain(char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '.' || c == '_' || c == '-'; }

std::optional<std::string> mailbox_problem(std::string_view mailbox) {
    auto const digits = static_cast<std::size_t>(std::count_if(mailbox.begin(), mailbox.end(), is_digit));
    bool const only_digits = digits == mailbox.size();
    if (mailbox.size() < 2 || mailbox.size() > 30) return "The part before @ has 2 to 30 characters.";
    if (mailbox.front() == '.' || mailbox.back() == '.' || mailbox.find("..") != std::string_view::npos ||
        std::count(mailbox.begin(), mailbox.end(), '.') > 3)
        return "The dots before @ do not look right.";
    if (!std::all_of(mailbox.begin(), mailbox.end(), is_plain)) return "Only letters, digits, dots, _ and - may stand before @.";
    if (only_digits ? mailbox.size() < 7 || mailbox.size() > 9 : digits * 10 > mailbox.size() * 7)  // a student number has 7 to 9 digits
        return "This does not look like a university address.";
    return std::nullopt;
}

}  // namespace

std::optional<std::string> university_email_problem(std::string_view email) {
    auto const at = email.find('@');
    bool const printable = std::all_of(email.begin(), email.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    if (!printable || at == std::string_view::npos || at == 0 || email.find('@', at + 1) != std::string_view::npos)
        return "Enter a valid email address.";
    auto const domain = email.substr(at + 1);
    if (std::find(mistyped_domains.begin(), mistyped_domains.end(), domain) != mistyped_domains.end())
        return "Did you mean " + std::string{email.substr(0, at + 1)} + std::string{required_domain} + "?";
    if (domain != required_domain) return "Use the university address, ending in @" + std::string{required_domain} + ".";
    return mailbox_problem(email.substr(0, at));
}

}  // namespace himsog::clinic
