#include "common/clinic/authentication/accounts.hpp"

#include "common/clinic/authentication/entities.hpp"
#include "common/clinic/authentication/rules.hpp"
#include "common/clinic/authentication/store.hpp"
#include "common/records/principal.hpp"

namespace himsog::clinic::authentication {
namespace {

void put_password(journal::Writer& writer, journal::Entity const& user, journal::Values& row, NewPassword const& password) {
    row[user.index("password")] = password.hash;
    row[user.index("password_is_one_time")] = password.is_one_time ? 1 : 0;
    row[user.index("password_expires_at")] =
        password.is_one_time ? journal::Value{(writer.trusted_now() + one_time_password_life).us} : journal::Value{};
}

FieldErrors mistakes(journal::Writer& writer, NewAccount const& wanted, std::string const& email) {
    FieldErrors errors;
    if (auto refused = refuse_email(email)) errors["email"].push_back(std::move(*refused));
    else if (!accounts_with(writer.database(), email).empty()) errors["email"].emplace_back("An account with this e-mail already exists.");
    if (!records::role_named(wanted.role)) errors["role"].push_back('"' + wanted.role + "\" is not a valid choice.");
    if (wanted.password.hash.empty()) errors["password"].emplace_back("This field may not be blank.");
    return errors;
}

}  // namespace

Result<Uuid> create_account(journal::Writer& writer, NewAccount const& wanted) {
    auto const email = normal_email(wanted.email);
    if (auto errors = mistakes(writer, wanted, email); !errors.empty()) return Problem{std::move(errors)};

    auto const& user = *writer.dictionary().numbered(user_number);
    auto row = user.blank();
    row[user.index("email")] = email;
    row[user.index("role")] = wanted.role;
    row[user.index("first_name")] = wanted.first_name;
    row[user.index("last_name")] = wanted.last_name;
    row[user.index("is_verified")] = wanted.is_verified ? 1 : 0;
    row[user.index("completeSetup")] = wanted.has_completed_setup ? 1 : 0;
    put_password(writer, user, row, wanted.password);

    auto const id = writer.new_id();
    writer.insert(user, id, std::move(row));
    return id;
}

void set_password(journal::Writer& writer, Uuid const& user_id, NewPassword const& password) {
    auto const& user = *writer.dictionary().numbered(user_number);
    auto row = *writer.find(user, user_id);
    put_password(writer, user, row, password);
    writer.update(user, user_id, row);
}

}  // namespace himsog::clinic::authentication
