#include "common/http/problem.hpp"

#include <nlohmann/json.hpp>

namespace himsog::http {
namespace {

struct Row {
    char const* slug;
    char const* title;
};

Row row_for(ProblemKind kind) {
    switch (kind) {
        case ProblemKind::bad_request: return {"bad-request", "The request cannot be used as it is"};
        case ProblemKind::unauthenticated: return {"unauthenticated", "Sign in first"};
        case ProblemKind::forbidden: return {"forbidden", "Not allowed"};
        case ProblemKind::not_found: return {"not-found", "Not found"};
        case ProblemKind::method_not_allowed: return {"method-not-allowed", "Method not allowed"};
        case ProblemKind::not_acceptable: return {"not-acceptable", "No such representation"};
        case ProblemKind::conflict: return {"conflict", "Conflicts with what is stored"};
        case ProblemKind::precondition_failed: return {"precondition-failed", "The record has changed"};
        case ProblemKind::too_large: return {"too-large", "Too large"};
        case ProblemKind::unsupported_media: return {"unsupported-media-type", "Unsupported media type"};
        case ProblemKind::too_many_requests: return {"too-many-requests", "Too many requests"};
        case ProblemKind::internal: return {"internal", "Server error"};
        case ProblemKind::unavailable: return {"unavailable", "Not available now"};
        case ProblemKind::storage_full: return {"storage-full", "The disk is full"};
    }
    return {"internal", "Server error"};
}

/// Texts of a problem may hold what a client sent, so bytes that are not UTF-8 are replaced, never thrown at.
std::string dump(nlohmann::json const& body) { return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace); }

}  // namespace

Response render(Problem const& problem, std::string_view accept) {
    auto const status = status_of(problem.kind());
    bool const wants_9457 = accept.find("application/problem+json") != std::string_view::npos;

    nlohmann::json body = nlohmann::json::object();
    if (wants_9457) {
        auto const row = row_for(problem.kind());
        body["type"] = std::string{"urn:himsog:problem:"} + row.slug;
        body["title"] = row.title;
        body["status"] = status;
        if (!problem.fields().empty()) body["errors"] = problem.fields();
    } else {
        body.update(nlohmann::json(problem.fields()));
    }
    if (!problem.detail().empty()) body["detail"] = problem.detail();
    for (auto const& [name, text] : problem.extra()) body[name] = nlohmann::json::parse(text, nullptr, false);

    Response response{status, dump(body), wants_9457 ? "application/problem+json" : "application/json"};
    if (problem.kind() == ProblemKind::unauthenticated) response.header("WWW-Authenticate", "Token");
    if (problem.kind() == ProblemKind::unavailable) response.header("Retry-After", "1");
    return response;
}

}  // namespace himsog::http
