#include "common/clinic/authentication/routes.hpp"

#include "common/base/log.hpp"
#include "common/clinic/authentication/rules.hpp"
#include "common/records/json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace himsog::clinic::authentication {
namespace {

using http::Method;
using http::Response;
using nlohmann::json;
using records::Call;
using records::Commit;
using records::LateCommit;
using records::Outcome;
using records::Policy;

/// "" for what is no text: as if it had not been sent.
std::string text_in(json const& body, char const* key) {
    auto const found = body.find(key);
    return found != body.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::string json_text(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

/// A problem whose traces (a failure that counts) are committed with it.
Response answer(Problem const& problem, std::string_view accept) {
    auto response = records::render(problem, records::Envelope::plain, accept);
    for (auto const& [name, text] : problem.extra())
        if (name == "retry_after") response.header("Retry-After", text);
    return response;
}

/// `"token":"…"`, or `"csrf":"…"` with the cookie.
void append_credential(std::string& body, SessionKind kind, std::string_view token) {
    body += kind == SessionKind::token ? R"("token":")" : R"("csrf":")";
    body += kind == SessionKind::token ? std::string{token} : csrf_of(token);
    body += '"';
}

Response with_cookie(Response response, SessionKind kind, std::string const& cookie, std::string_view token) {
    if (kind == SessionKind::cookie) response.header("Set-Cookie", set_cookie(cookie, token));
    return response;
}

std::string flags_of(bool is_one_time) { return is_one_time ? R"(,"must_change_password":true)" : ""; }

/// The shape of an unverified login: its user has no profile yet (authentication.md 3.2, Q12).
std::string unverified(Account const& account) {
    auto const id = json_text(account.id.text());
    auto const email = json_text(account.email);
    return R"(,"is_verified":false,"user_id":)" + id + R"(,"email":)" + email +
           R"(,"detail":"Verify your e-mail address to go on.","user":{"id":)" + id + R"(,"email":)" + email + R"(,"role":)" +
           json_text(account.role) + R"(,"completeSetup":)" + (account.has_completed_setup ? "true" : "false") + R"(,"is_verified":false})";
}

Response signed_in(Parts const& here, journal::Writer& writer, SignedIn const& made, SessionKind kind, Zone zone) {
    std::string body = "{";
    append_credential(body, kind, made.token);
    if (made.account.is_verified) {
        records::Reader reader{writer.database()};
        body += R"(,"user":)" + here.profiles.show(reader, made.account.id, zone).json + R"(,"is_verified":true)";
    } else {
        body += unverified(made.account);
    }
    body += flags_of(made.account.password_is_one_time) + '}';
    return with_cookie({200, std::move(body)}, kind, here.authenticator.cookie(), made.token);
}

Outcome login(Parts here, Call& call) {
    if (!is_from_this_origin(call.request)) return Problem{ProblemKind::forbidden, "CSRF Failed: Origin checking failed."};
    auto const body = records::parse_json_object(call.request.body);
    if (!body) return body.error();

    Credentials credentials;
    credentials.email = normal_email(text_in(*body, "email"));
    credentials.password = text_in(*body, "password");
    credentials.address = call.request.peer;
    credentials.kind = text_in(*body, "session") == "cookie" ? SessionKind::cookie : SessionKind::token;
    credentials.device = text_in(*body, "device");
    if (credentials.device.empty()) credentials.device = call.request.header("user-agent");
    std::string accept{call.request.header("accept")};
    if (credentials.email.empty() || credentials.password.empty())
        return Commit{[here, accept, &clock = call.clock, address = credentials.address](journal::Writer& writer) -> Result<Response> {
            here.service.count_failure(writer, clock.now(), address);
            return answer(Problem{ProblemKind::bad_request, "E-mail and password are required."}.with("fields", R"(["email","password"])"),
                          accept);
        }};

    auto checked = here.service.check_credentials(call.reader.connection, call.clock.now(), std::move(credentials));
    if (!checked) return answer(checked.error(), accept);
    return Commit{
        [here, accept, &clock = call.clock, checked = std::move(*checked), zone = call.zone](journal::Writer& writer) -> Result<Response> {
            auto const made = here.service.sign_in(writer, clock.now(), checked);
            if (!made) return answer(made.error(), accept);
            return signed_in(here, writer, *made, checked.credentials.kind, zone);
        }};
}

Outcome logout(Parts here, Call& call) {
    LateCommit late;
    late.work = [hash = call.who().session](journal::Writer& writer) -> std::optional<Problem> {
        end_session(writer.database(), hash);
        return std::nullopt;
    };
    auto const kind = call.request.cookie(here.authenticator.cookie()).empty() ? SessionKind::token : SessionKind::cookie;
    late.answer = [here, kind] {
        here.authenticator.forget();
        return with_cookie({200, R"({"detail":"Signed out."})"}, kind, here.authenticator.cookie(), {});
    };
    return late;
}

/// The cookie's value, when this request was let in by it.
std::string_view cookie_of(Parts const& here, Call const& call) {
    auto const cookie = call.request.cookie(here.authenticator.cookie());
    return !cookie.empty() && hash_of(cookie) == call.who().session ? cookie : std::string_view{};
}

Outcome show_session(Parts here, Call& call) {
    auto const cookie = cookie_of(here, call);
    std::string body = R"({"user":)" + here.profiles.show(call.reader, call.who().user, call.zone).json + R"(,"csrf":)";
    body += cookie.empty() ? "null" : json_text(csrf_of(cookie));
    body += flags_of(call.who().must_change_password) + '}';
    return Response{200, std::move(body)};
}

Response profile(Profiles::Shown const& shown) { return Response{200, shown.json}.header("ETag", '"' + shown.version + '"'); }

Outcome show_profile(Parts here, Call& call) { return profile(here.profiles.show(call.reader, call.who().user, call.zone)); }

std::string_view unquoted(std::string_view etag) {
    if (etag.starts_with("W/")) etag.remove_prefix(2);
    if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') etag = etag.substr(1, etag.size() - 2);
    return etag;
}

void append_conflicts(std::string& body, Profiles::Updates const& updates) {
    auto ids = json::array();
    for (auto const& update : updates)
        for (auto const& id : update->conflicts)
            if (auto text = id.text(); std::find(ids.begin(), ids.end(), text) == ids.end()) ids.push_back(std::move(text));
    body.pop_back();
    body += R"(,"conflicts":)" + ids.dump() + '}';
}

Outcome change_profile(Parts here, Call& call) {
    auto edit = here.profiles.read(call.request.body, call.who().patient, call.zone);
    if (!edit) return edit.error();
    std::optional<ProfileBase> base;
    if (auto const sent = unquoted(call.request.header("x-himsog-base")); !sent.empty()) {
        base = Profiles::parse_version(sent);
        if (!base) return Problem{ProblemKind::bad_request, "X-Himsog-Base is not a version of a profile."};
    }

    auto const shown = std::make_shared<Profiles::Shown>();
    auto const updates = std::make_shared<Profiles::Updates>();
    LateCommit late;
    late.work = [here, edit = std::move(*edit), base, shown, updates, user = call.who().user, zone = call.zone,
                 if_match = std::string{unquoted(call.request.header("if-match"))}](journal::Writer& writer) -> std::optional<Problem> {
        records::Reader reader{writer.database()};
        if (!if_match.empty() && if_match != "*") {
            auto current = here.profiles.show(reader, user, zone);
            if (current.version != if_match)
                return Problem{ProblemKind::precondition_failed, "Somebody changed this profile in the meantime. Nothing was saved."}.with(
                    "current", std::move(current.json));
        }
        auto made = here.profiles.apply(writer, user, edit, base ? &*base : nullptr, zone);
        if (!made) return made.error();
        *updates = std::move(*made);
        *shown = here.profiles.show(reader, user, zone);
        return std::nullopt;
    };
    late.answer = [shown, updates, replays = base.has_value()] {
        if (replays) append_conflicts(shown->json, *updates);
        return profile(*shown);
    };
    return late;
}

FieldErrors mistakes(json const& body) {
    FieldErrors errors;
    for (auto const* const key : {"old_password", "new_password", "new_password2"}) {
        auto const found = body.find(key);
        if (found == body.end() || found->is_null()) errors[key] = {"This field is required."};
        else if (!found->is_string()) errors[key] = {"Not a valid string."};
        else if (found->get_ref<std::string const&>().empty()) errors[key] = {"This field may not be blank."};
    }
    if (!errors.empty()) return errors;
    auto const wanted = text_in(body, "new_password");
    if (auto const problems = crypto::password_problems(wanted); !problems.empty()) errors["new_password"] = {problems.front()};
    else if (wanted == text_in(body, "old_password")) errors["new_password"] = {"Choose a password other than the old one."};
    if (wanted != text_in(body, "new_password2")) errors["non_field_errors"] = {"The two passwords differ."};
    return errors;
}

Outcome change_password(Parts here, Call& call) {
    auto const body = records::parse_json_object(call.request.body);
    if (!body) return body.error();
    if (auto errors = mistakes(*body); !errors.empty()) return Problem{std::move(errors)};
    auto const current = session(call.reader.connection, call.who().session);
    if (!current) return Problem{ProblemKind::unauthenticated, "Invalid token."};

    PasswordChange change;
    change.user = call.who().user;
    change.old_password = text_in(*body, "old_password");
    change.new_password = text_in(*body, "new_password");
    change.address = call.request.peer;
    change.device = current->device;
    change.kind = current->kind;
    std::string const accept{call.request.header("accept")};
    auto checked = here.service.check_change(call.reader.connection, call.clock.now(), std::move(change));
    if (!checked) return answer(checked.error(), accept);

    auto const response = std::make_shared<Response>(500);
    LateCommit late;
    late.work = [here, accept, &clock = call.clock, response,
                 checked = std::move(*checked)](journal::Writer& writer) -> std::optional<Problem> {
        auto const made = here.service.change_password(writer, clock.now(), checked);
        if (!made) {
            *response = answer(made.error(), accept);
            return std::nullopt;
        }
        std::string text = R"({"detail":"The password was changed.",)";
        append_credential(text, checked.change.kind, made->token);
        *response = with_cookie({200, text + '}'}, checked.change.kind, here.authenticator.cookie(), made->token);
        return std::nullopt;
    };
    late.answer = [here, response] {
        here.authenticator.forget();
        return std::move(*response);
    };
    return late;
}

}  // namespace

std::vector<records::Route> routes(Parts parts) {
    auto const route = [parts](Method method, std::string path, Policy policy, Outcome (*handle)(Parts, Call&), http::Run run,
                               std::string summary) {
        auto const with_parts = [parts, handle](Call& call) { return handle(parts, call); };
        records::Route made{method, std::move(path), policy, with_parts, records::Envelope::plain, run};
        made.summary = std::move(summary);
        return made;
    };
    constexpr auto quick = http::Run::inline_;
    constexpr auto hashing = http::Run::pool;
    auto const own = Policy::only(records::every_role);
    auto own_before_change = own;
    own_before_change.while_password_is_one_time = true;

    return {
        route(Method::post, "/api/auth/login/", Policy::anyone(), login, hashing, "Sign in"),
        route(Method::post, "/api/auth/logout/", Policy::account(), logout, quick, "Sign out"),
        route(Method::get, "/api/auth/session/", Policy::account(), show_session, quick, "Who is signed in"),
        route(Method::get, "/api/auth/profile/me/", own_before_change, show_profile, quick, "Own profile"),
        route(Method::put, "/api/auth/profile/me/", own, change_profile, quick, "Change own profile"),
        route(Method::patch, "/api/auth/profile/me/", own, change_profile, quick, "Change own profile"),
        route(Method::post, "/api/auth/change-password/", Policy::account(), change_password, hashing, "Change own password"),
    };
}

}  // namespace himsog::clinic::authentication
