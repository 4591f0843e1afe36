#include "common/clinic/authentication/authenticator.hpp"

#include "common/clinic/authentication/entities.hpp"
#include "common/http/server.hpp"

#include <algorithm>
#include <cstring>

namespace himsog::clinic::authentication {
namespace {

constexpr std::string_view login_path = "/api/auth/login";

Problem refused(std::string detail) { return {ProblemKind::unauthenticated, std::move(detail)}; }
Problem invalid_token() { return refused("Invalid token."); }

bool changes(http::Method method) { return method != http::Method::get && method != http::Method::head && method != http::Method::options; }

/// The key of "Token <key>"; nothing for another scheme, which is none of ours.
Result<std::optional<std::string_view>> token_in(std::string_view header) {
    auto const blank = header.find(' ');
    if (!http::same_name(header.substr(0, blank), "Token")) return std::optional<std::string_view>{};
    auto const key = blank == std::string_view::npos ? std::string_view{} : trimmed(header.substr(blank));
    if (key.empty()) return refused("Invalid token header. No credentials provided.");
    if (key.find(' ') != std::string_view::npos) return refused("Invalid token header. Token string should not contain spaces.");
    return std::optional{key};
}

std::string full_name(std::string const& first, std::string const& last) {
    return first.empty() || last.empty() ? first + last : first + ' ' + last;
}

}  // namespace

bool is_from_this_origin(http::Request const& request) {
    if (auto const site = request.header("sec-fetch-site"); !site.empty() && site != "same-origin") return false;
    auto const origin = request.header("origin");
    constexpr std::string_view scheme = "https://";
    return origin.empty() || (origin.starts_with(scheme) && http::same_name(origin.substr(scheme.size()), request.header("host")));
}

std::size_t SessionAuthenticator::HashOfHash::operator()(Hash const& hash) const {
    std::size_t start = 0;
    std::memcpy(&start, hash.data(), sizeof start);
    return start;
}

SessionAuthenticator::SessionAuthenticator(journal::Dictionary const& dictionary, records::Committer& committer, Clock& clock,
                                           std::string cookie)
    : dictionary_{dictionary}, patient_number_{0}, committer_{committer}, clock_{clock}, cookie_{std::move(cookie)} {
    if (auto const* const patient = dictionary.named("patient")) patient_number_ = patient->number();
}

void SessionAuthenticator::committed(journal::Committed const& what) {
    auto const touched = [&](std::uint16_t number) { return std::binary_search(what.entities.begin(), what.entities.end(), number); };
    if (touched(user_number) || (patient_number_ != 0 && touched(patient_number_))) forget();
}

Result<std::optional<records::Principal>> SessionAuthenticator::authenticate(http::Request const& request, records::Reader& reader) {
    auto const nobody = std::optional<records::Principal>{};
    auto const key = token_in(request.header("authorization"));
    if (!key) return key.error();
    if (*key) {
        auto known = person(**key, SessionKind::token, reader);
        if (!known) return known.error();
        return std::optional{std::move(*known)};
    }

    auto const cookie = request.cookie(cookie_);
    if (cookie.empty() || request.path.starts_with(login_path)) return nobody;
    auto known = person(cookie, SessionKind::cookie, reader);
    if (!known) return nobody;
    if (changes(request.method) &&
        (!is_from_this_origin(request) || !crypto::constant_time_equal(request.header("x-csrftoken"), csrf_of(cookie))))
        return Problem{ProblemKind::forbidden, "CSRF Failed: CSRF token missing or incorrect."};
    return std::optional{std::move(*known)};
}

Result<records::Principal> SessionAuthenticator::person(std::string_view token, SessionKind kind, records::Reader& reader) {
    if (!is_token(token)) return invalid_token();
    auto const thread = http::thread_index();
    if (thread >= most_threads) return Problem{ProblemKind::unavailable, "Too many threads."};
    auto& cache = caches_[thread];
    auto const epoch = epoch_.load();  // before reading: a commit in between makes what is read here old at once
    if (cache.epoch != epoch || cache.known.size() >= most_known) {
        cache.known.clear();
        cache.epoch = epoch;
    }
    auto const hash = cache.sha256.update(token).finish();
    auto const now = clock_.now();
    auto found = cache.known.find(hash);
    if (found == cache.known.end() || is_over(found->second.session, now)) {  // another thread may have seen it used later
        auto known = look_up(hash, reader);
        if (!known || is_over(known->session, now)) {
            cache.known.erase(hash);
            return known ? invalid_token() : known.error();
        }
        found = cache.known.insert_or_assign(hash, std::move(*known)).first;
    }
    auto& known = found->second;
    if (known.session.kind != kind) return invalid_token();
    if (needs_touch(known.session, now)) touch(known, now);
    return known.principal;
}

Result<SessionAuthenticator::Known> SessionAuthenticator::look_up(Hash const& hash, records::Reader& reader) const {
    auto& connection = reader.connection;
    auto session = authentication::session(connection, {reinterpret_cast<char const*>(hash.data()), hash.size()});
    if (!session) return invalid_token();
    auto const account = authentication::account(connection, session->user);
    if (!account || !account->is_active) return refused("User inactive or deleted.");
    if (account->password_version != session->password_version) return invalid_token();
    auto const role = records::role_named(account->role);
    if (!role) return refused("User inactive or deleted.");  // a role that a newer site knows: it may nothing here

    records::Principal principal;
    principal.user = account->id;
    principal.role = *role;
    principal.name = full_name(account->first_name, account->last_name);
    if (auto const chart = chart_of(connection, dictionary_, account->id)) {
        principal.patient = chart->id;
        principal.name = full_name(chart->first_name, chart->last_name);
    }
    principal.is_verified = account->is_verified;
    principal.must_change_password = account->password_is_one_time;
    principal.session = session->token_hash;
    return Known{std::move(*session), std::move(principal)};
}

void SessionAuthenticator::touch(Known& known, Instant now) {
    known.session.used_at = now;
    journal::Job job;
    job.work = [hash = known.session.token_hash, now](journal::Writer& writer) -> std::optional<Problem> {
        touch_session(writer.database(), hash, now);
        return std::nullopt;
    };
    job.done = [](Problem const*) {};  // lost with its group: the session ends a little earlier
    committer_.submit(std::move(job));
}

}  // namespace himsog::clinic::authentication
