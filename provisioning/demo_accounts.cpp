#include "common/base/calendar.hpp"
#include "common/clinic/authentication/accounts.hpp"
#include "common/clinic/authentication/store.hpp"
#include "common/crypto/password.hpp"
#include "provisioning/demo.hpp"

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace himsog::provisioning {
namespace {

using journal::Value;
using journal::Writer;

struct DemoPerson {
    char const* email;
    char const* role;
    char const* first_name;
    char const* last_name;
    bool is_patient;
    char const* birth_date;
    char const* gender;
};

constexpr std::array<DemoPerson, 7> people{{{"admin@usc.edu.ph", "ADMIN", "Amparo", "Villaceran", false, "", ""},
                                            {"doctor@usc.edu.ph", "DOCTOR", "Ramon", "Cabahug", false, "", ""},
                                            {"dentist@usc.edu.ph", "DENTIST", "Liza", "Ouano", false, "", ""},
                                            {"nurse@usc.edu.ph", "NURSE", "Nenita", "Reyes", false, "", ""},
                                            {"staff@usc.edu.ph", "STAFF", "Joel", "Umpad", false, "", ""},
                                            {"21100001@usc.edu.ph", "STUDENT", "Maria Niña", "Peñaflor", true, "2005-03-14", "F"},
                                            {"faculty@usc.edu.ph", "FACULTY", "Jose Mari", "Abellana", true, "1979-08-02", "M"}}};

/// 20 characters of the kernel's generator that meet the rule for passwords.
std::string password_of(Random& random) {
    while (true) {
        auto const password = to_base64url(random.bytes(15));
        if (crypto::password_problems(password).empty()) return password;
    }
}

Uuid account_of(Writer& writer, DemoPerson const& person, std::string const& hash) {
    clinic::authentication::NewPassword const password{hash, false};
    auto const known = clinic::authentication::accounts_with(writer.database(), person.email);
    if (!known.empty()) {
        clinic::authentication::set_password(writer, known.front().id, password);
        return known.front().id;
    }
    clinic::authentication::NewAccount account;
    account.email = person.email;
    account.role = person.role;
    account.first_name = person.first_name;
    account.last_name = person.last_name;
    account.password = password;
    account.is_verified = true;
    account.has_completed_setup = true;
    auto const made = clinic::authentication::create_account(writer, account);
    if (!made) throw std::runtime_error{"cannot make the account " + std::string{person.email}};
    return *made;
}

void chart_of(Writer& writer, DemoPerson const& person, Uuid const& user) {
    auto const& entity = *writer.dictionary().named("patient");
    auto known = writer.database().prepare("SELECT 1 FROM patient WHERE user = ? AND v_void = 0");
    if (known.bind(user).step()) return;
    auto row = entity.blank();
    auto const set = [&](char const* field, Value value) { row.at(entity.index(field)) = std::move(value); };
    set("user", Value{user});
    set("usc_id", Value{std::string_view{person.email}.substr(0, 8)});
    set("first_name", Value{person.first_name});
    set("last_name", Value{person.last_name});
    set("date_of_birth", Value{parse_date(person.birth_date)->days});
    set("gender", Value{person.gender});
    set("email", Value{person.email});
    set("phone_number", Value{"09171234567"});
    set("address", Value{"Talamban, Cebu City"});
    writer.insert(entity, writer.new_id(), std::move(row));
}

void write_private(std::filesystem::path const& path, std::string const& text) {
    auto const fresh = path.string() + ".new";
    int const file = open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) throw std::runtime_error{"cannot write " + path.string()};
    bool const whole = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(file) == 0;
    close(file);
    if (!whole) throw std::runtime_error{"cannot write " + path.string()};
    std::filesystem::rename(fresh, path);
}

}  // namespace

void make_accounts(node::Core& core, std::filesystem::path const& out) {
    crypto::PasswordHasher hasher;
    auto list = nlohmann::json::array();
    for (auto const& person : people) {
        auto const password = password_of(core.random());
        auto const hash = hasher.hash(password);
        if (!hash) throw std::runtime_error{hash.error().detail()};
        auto const problem = core.commit([&](Writer& writer) -> std::optional<Problem> {
            auto const user = account_of(writer, person, *hash);
            if (person.is_patient) chart_of(writer, person, user);
            return std::nullopt;
        });
        if (problem) throw std::runtime_error{problem->detail()};
        list.push_back({{"email", person.email}, {"role", person.role}, {"password", password}});
    }
    write_private(out, list.dump(1) + "\n");
}

}  // namespace himsog::provisioning
