#include "common/http/negotiation.hpp"

#include "common/base/bytes.hpp"

namespace himsog::http {

std::optional<Problem> refuse_version(std::string_view accept) {
    for (auto at = accept.find("version="); at != std::string_view::npos; at = accept.find("version=", at + 1)) {
        auto asked = accept.substr(at + 8);
        asked = trimmed(asked.substr(0, asked.find_first_of(",;")));
        if (asked.size() >= 2 && asked.front() == '"' && asked.back() == '"') asked = asked.substr(1, asked.size() - 2);
        if (asked != "v1") return Problem{ProblemKind::not_acceptable, R"(Invalid version in "Accept" header.)"};
    }
    return std::nullopt;
}

std::optional<Problem> refuse_body_type(Request const& request) {
    if (request.body.empty()) return std::nullopt;
    auto const sent = request.header("Content-Type");
    if (same_name(trimmed(sent.substr(0, sent.find(';'))), "application/json")) return std::nullopt;
    return Problem{ProblemKind::unsupported_media, "Unsupported media type \"" + std::string{sent} + "\" in request."};
}

}  // namespace himsog::http
