/// A route of the API: one row with its policy. Authentication, gates, envelopes and the two steps of a write are applied here, once.
///
/// A write has two steps (DESIGN.md section 2): `prepare` on the I/O thread (or the pool) parses and checks fields; what it returns runs on the
/// writer thread inside the group's transaction, and the answer leaves after the commit.
#pragma once

#include "common/http/router.hpp"
#include "common/journal/journal.hpp"
#include "common/records/principal.hpp"
#include "common/records/readers.hpp"

#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace himsog::records {

/// Takes jobs for the writer thread. Any thread.
class Committer {
public:
    virtual ~Committer() = default;
    virtual void submit(journal::Job job) = 0;
};

/// How form errors look (contract authentication.md 0.1); every other problem is E1 or E5 in both.
enum class Envelope { plain /* E2 */, wrapped /* E3: {"detail":"Validation failed","errors":{…}} */, error /* E4: {"error":…} */ };

/// Who may use a route. There is no default: a route without a policy does not compile.
struct Policy {
    journal::Roles roles = 0;
    bool is_public = false;         // anyone, also without credentials
    bool while_unverified = false;  // exempt from the verification gate
    bool while_password_is_one_time = false;

    static Policy anyone() { return {every_role, true, true, true}; }
    static Policy only(journal::Roles roles) { return {roles, false, false, false}; }
    /// For the account itself: signing out, changing the password.
    static Policy account() { return {every_role, false, true, true}; }
};

/// What a read handler has. Lives for the call.
struct Call {
    http::Request& request;
    http::PathArgs const& args;
    Reader& reader;
    std::optional<Principal> const& principal;
    journal::Dictionary const& dictionary;
    Zone zone;
    Clock& clock;

    /// On routes that are not public there is one.
    Principal const& who() const { return *principal; }
};

/// The second step of a write: does it, and returns what to answer after the commit. The answer is made on the writer thread.
using Commit = std::function<Result<http::Response>(journal::Writer&)>;
/// As Commit, where the answer needs what is known only when the txn is finished (ids of conflicts).
struct LateCommit {
    std::function<std::optional<Problem>(journal::Writer&)> work;
    std::function<http::Response()> answer;
};
/// What a handler came to: an answer now, a problem, or a write to be committed.
using Outcome = std::variant<http::Response, Problem, Commit, LateCommit>;
using Handle = std::function<Outcome(Call&)>;

/// What the good answer of a route carries.
enum class Gives { other, record, list, nothing };

struct Route {
    Route(http::Method verb, std::string pattern, Policy who, Handle what, Envelope form = Envelope::plain,
          http::Run where = http::Run::inline_)
        : method{verb}, path{std::move(pattern)}, policy{who}, handle{std::move(what)}, envelope{form}, run{where} {}
    Route& limited_to(std::size_t bytes) {
        body_limit = bytes;
        return *this;
    }
    /// For OpenAPI. `key`: the record lies inside {"detail":…,"record":{…}}.
    Route& about(journal::Entity const& one, std::string what, Gives answers, std::string key = {}) {
        entity = &one;
        summary = std::move(what);
        gives = answers;
        inside = std::move(key);
        return *this;
    }

    http::Method method;
    std::string path;
    Policy policy;
    Handle handle;
    Envelope envelope;
    http::Run run;
    std::size_t body_limit = http::json_body_limit;
    journal::Entity const* entity = nullptr;
    std::string summary;
    Gives gives = Gives::other;
    std::string inside;
};

/// What all routes of a node share. Must outlive the router.
struct Services {
    Readers& readers;
    Committer& committer;
    Authenticator& authenticator;
    journal::Dictionary const& dictionary;
    Clock& clock;
    Zone zone;
};

std::vector<http::Route> bind(std::vector<Route> routes, Services const& services);

/// A problem as the envelope says.
http::Response render(Problem const& problem, Envelope envelope, std::string_view accept);

/// "No Patient matches the given query."
Problem not_found(std::string_view label);
Problem forbidden();

template <class... Lists> std::vector<Route> concat(Lists... lists) {
    std::vector<Route> all;
    (std::move(lists.begin(), lists.end(), std::back_inserter(all)), ...);
    return all;
}

}  // namespace himsog::records
