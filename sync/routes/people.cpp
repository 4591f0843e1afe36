#include "sync/routes/people.hpp"

namespace himsog::sync {

PersonName const& Names::person(Uuid const& user) {
    auto const [found, fresh] = people_.try_emplace(user);
    if (!fresh) return found->second;
    auto row = connection_.prepare("SELECT first_name, last_name, role, email FROM user WHERE id = ?");
    if (user.is_nil() || !row.bind(user).step()) {
        found->second.name = "The clinic's server";
        return found->second;
    }
    found->second.name = std::string{row.text(0)} + (row.text(0).empty() || row.text(1).empty() ? "" : " ") + std::string{row.text(1)};
    if (found->second.name.empty()) found->second.name = std::string{row.text(3)};
    found->second.role = std::string{row.text(2)};
    return found->second;
}

std::string const& Names::site(std::uint16_t no) {
    auto const [found, fresh] = sites_.try_emplace(no);
    if (!fresh) return found->second;
    auto row = connection_.prepare("SELECT name FROM site WHERE no = ?");
    found->second = row.bind(std::int64_t{no}).step() ? std::string{row.text(0)} : "Site " + std::to_string(no);
    return found->second;
}

std::string const& Names::patient(Uuid const& id) {
    auto const [found, fresh] = patients_.try_emplace(id);
    if (!fresh) return found->second;
    auto row = connection_.prepare("SELECT last_name, first_name FROM patient WHERE id = ?");
    if (row.bind(id).step()) found->second = std::string{row.text(0)} + ", " + std::string{row.text(1)};
    return found->second;
}

}  // namespace himsog::sync
