#include "common/http/response_head.hpp"

#include <array>
#include <ctime>

namespace himsog::http {
namespace {

/// cross_cutting.md 10, "Build".
constexpr std::string_view fixed_fields =
    "X-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: SAMEORIGIN\r\n"
    "Referrer-Policy: strict-origin-when-cross-origin\r\n"
    "Permissions-Policy: geolocation=(), microphone=(), camera=()\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Content-Security-Policy: default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; frame-src 'self' blob:; frame-ancestors 'self'; object-src 'none'; base-uri 'self'; "
    "form-action 'self'\r\n";
constexpr std::string_view api_fields = "API-Version: v1\r\nX-API-Version: v1\r\nCache-Control: no-store\r\n";

std::string_view reason_of(int status) {
    switch (status) {
        case 100: return "Continue";
        case 200: return "OK";
        case 201: return "Created";
        case 202: return "Accepted";
        case 204: return "No Content";
        case 301: return "Moved Permanently";
        case 302: return "Found";
        case 303: return "See Other";
        case 304: return "Not Modified";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 406: return "Not Acceptable";
        case 409: return "Conflict";
        case 412: return "Precondition Failed";
        case 413: return "Content Too Large";
        case 415: return "Unsupported Media Type";
        case 417: return "Expectation Failed";
        case 429: return "Too Many Requests";
        case 500: return "Internal Server Error";
        case 503: return "Service Unavailable";
        case 507: return "Insufficient Storage";
        default: return "Answer";
    }
}

/// "Date: Tue, 24 Nov 2026 10:00:00 GMT", made once a second on each thread.
std::string const& date_field(Instant now) {
    thread_local std::string field;
    thread_local std::int64_t of_second = -1;
    auto const second = now.us / 1'000'000;
    if (second != of_second) {
        std::time_t const time = second;
        std::tm parts{};
        gmtime_r(&time, &parts);
        std::array<char, 64> text{};
        field.assign(text.data(), std::strftime(text.data(), text.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts));
        of_second = second;
    }
    return field;
}

void append_clean(std::string& out, std::string_view text) {
    for (auto bad = text.find_first_of(std::string_view{"\r\n\0", 3}); bad != std::string_view::npos;
         bad = text.find_first_of(std::string_view{"\r\n\0", 3})) {
        out.append(text.substr(0, bad));
        text.remove_prefix(bad + 1);
    }
    out.append(text);
}

}  // namespace

bool has_body(int status) { return status >= 200 && status != 204 && status != 304; }

void append_head(std::string& out, Response const& response, HeadFacts const& facts) {
    out.append("HTTP/1.1 ");
    out += std::to_string(response.status);
    out.append(" ").append(reason_of(response.status)).append("\r\n");
    out.append(date_field(facts.now)).append(fixed_fields);
    if (facts.api) out.append(api_fields);
    out.append("X-Request-Id: ").append(facts.request_id).append("\r\n");
    if (!response.content_type.empty() && has_body(response.status)) {
        out.append("Content-Type: ");
        append_clean(out, response.content_type);
        out.append("\r\n");
    }
    for (auto const& [name, value] : response.headers) {
        append_clean(out, name);
        out.append(": ");
        append_clean(out, value);
        out.append("\r\n");
    }
    if (facts.length && has_body(response.status)) {
        out.append("Content-Length: ");
        out += std::to_string(*facts.length);
        out.append("\r\n");
    }
    if (facts.chunked) out.append("Transfer-Encoding: chunked\r\n");
    if (facts.close) out.append("Connection: close\r\n");
    out.append("\r\n");
}

}  // namespace himsog::http
