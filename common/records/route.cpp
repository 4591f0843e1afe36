#include "common/records/route.hpp"

#include "common/http/negotiation.hpp"
#include "common/http/problem.hpp"

#include <nlohmann/json.hpp>

#include <memory>

namespace himsog::records {
namespace {

bool changes(http::Method method) { return method != http::Method::get && method != http::Method::head && method != http::Method::options; }

/// Nothing: go on. The order is the contract's: who are you, may you at all, is the account ready.
std::optional<Problem> gate(Route const& route, std::optional<Principal> const& principal) {
    if (route.policy.is_public) return std::nullopt;
    if (!principal) return Problem{ProblemKind::unauthenticated, "Authentication credentials were not provided."};
    if (principal->must_change_password && !route.policy.while_password_is_one_time)
        return Problem{ProblemKind::forbidden, "Choose your own password first."}.with("code", R"("PASSWORD_CHANGE_REQUIRED")");
    if (!principal->is_verified && !route.policy.while_unverified)
        return Problem{ProblemKind::forbidden, "Email verification required."}
            .with("is_verified", "false")
            .with("code", R"("VERIFICATION_REQUIRED")");
    if (!principal->in(route.policy.roles)) return forbidden();
    return std::nullopt;
}

struct Answer {
    http::Responder responder;
    Envelope envelope;
    std::string accept;

    void send(http::Response response) const { responder.send(std::move(response)); }
    void send(Problem const& problem) const { responder.send(render(problem, envelope, accept)); }
};

journal::Context context_of(http::Request const& request, std::optional<Principal> const& principal) {
    journal::Context context;
    if (principal) context.actor = principal->user;
    context.request = request.request_id;
    return context;
}

void submit(Committer& committer, journal::Context context, Commit commit, Answer answer) {
    auto const made = std::make_shared<std::optional<http::Response>>();
    journal::Job job;
    job.context = std::move(context);
    job.work = [commit = std::move(commit), made](journal::Writer& writer) -> std::optional<Problem> {
        auto result = commit(writer);
        if (!result) return result.error();
        *made = std::move(*result);
        return std::nullopt;
    };
    job.done = [answer = std::move(answer), made](Problem const* problem) {
        if (problem != nullptr) answer.send(*problem);
        else answer.send(std::move(made->value()));
    };
    committer.submit(std::move(job));
}

void submit(Committer& committer, journal::Context context, LateCommit commit, Answer answer) {
    journal::Job job;
    job.context = std::move(context);
    job.work = std::move(commit.work);
    job.done = [answer = std::move(answer), late = std::move(commit.answer)](Problem const* problem) {
        if (problem != nullptr) answer.send(*problem);
        else answer.send(late());
    };
    committer.submit(std::move(job));
}

void serve(Route const& route, Services const& services, http::Request&& request, http::PathArgs const& args, http::Responder responder) {
    Answer answer{std::move(responder), route.envelope, std::string{request.header("accept")}};
    auto& reader = services.readers.here();
    auto const principal = services.authenticator.authenticate(request, reader);
    if (!principal) return answer.send(principal.error());
    if (*principal) answer.responder.note("user", (*principal)->user.text());
    if (auto const problem = gate(route, *principal)) return answer.send(*problem);
    if (changes(route.method))
        if (auto const problem = http::refuse_body_type(request)) return answer.send(*problem);
    Call call{request, args, reader, *principal, services.dictionary, services.zone, services.clock};
    auto outcome = route.handle(call);
    if (auto* response = std::get_if<http::Response>(&outcome)) return answer.send(std::move(*response));
    if (auto const* problem = std::get_if<Problem>(&outcome)) return answer.send(*problem);
    auto context = context_of(request, *principal);
    if (auto* commit = std::get_if<Commit>(&outcome))
        return submit(services.committer, std::move(context), std::move(*commit), std::move(answer));
    submit(services.committer, std::move(context), std::move(std::get<LateCommit>(outcome)), std::move(answer));
}

}  // namespace

std::vector<http::Route> bind(std::vector<Route> routes, Services const& services) {
    std::vector<http::Route> bound;
    bound.reserve(routes.size());
    for (auto& route : routes) {
        auto const method = route.method;
        auto const path = route.path;
        auto const run = route.run;
        auto const limit = route.body_limit;
        auto const row = std::make_shared<Route const>(std::move(route));
        bound.emplace_back(
            method, path,
            [row, services](http::Request&& request, http::PathArgs const& args, http::Responder responder) {
                serve(*row, services, std::move(request), args, std::move(responder));
            },
            run, limit);
    }
    return bound;
}

http::Response render(Problem const& problem, Envelope envelope, std::string_view accept) {
    bool const standard = accept.find("application/problem+json") != std::string_view::npos;
    if (standard || envelope == Envelope::plain) return http::render(problem, accept);
    nlohmann::ordered_json body;
    if (envelope == Envelope::error) {
        if (problem.kind() == ProblemKind::unauthenticated) return http::render(problem, accept);
        auto const& fields = problem.fields();
        body["error"] = fields.empty() ? problem.detail() : fields.begin()->second.front();
    } else {
        if (problem.fields().empty()) return http::render(problem, accept);
        body["detail"] = problem.detail().empty() ? "Validation failed" : problem.detail();
        body["errors"] = problem.fields();
    }
    for (auto const& [name, json] : problem.extra()) body[name] = nlohmann::ordered_json::parse(json);
    return {status_of(problem.kind()), body.dump()};
}

Problem not_found(std::string_view label) { return {ProblemKind::not_found, "No " + std::string{label} + " matches the given query."}; }

Problem forbidden() { return {ProblemKind::forbidden, "You do not have permission to perform this action."}; }

}  // namespace himsog::records
