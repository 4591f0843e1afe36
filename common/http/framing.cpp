#include "common/http/framing.hpp"

#include "common/base/bytes.hpp"
#include "common/http/message.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace himsog::http {
namespace {

using Refusal = std::optional<std::string_view>;

/// RFC 9110 5.6.2.
constexpr std::array<bool, 256> token_bytes = [] {
    std::array<bool, 256> allowed{};
    for (unsigned char c = '0'; c <= '9'; ++c) allowed[c] = true;
    for (unsigned char c = 'a'; c <= 'z'; ++c) allowed[c] = true;
    for (unsigned char c = 'A'; c <= 'Z'; ++c) allowed[c] = true;
    for (unsigned char const c : {'!', '#', '$', '%', '&', '\'', '*', '+', '-', '.', '^', '_', '`', '|', '~'}) allowed[c] = true;
    return allowed;
}();

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return token_bytes[static_cast<unsigned char>(c)]; });
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool is_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view without_blanks(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// host[:port] without user, path or blanks.
bool is_authority(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               std::string_view{".-_~:[]"}.find(c) != std::string_view::npos;
    });
}

/// What the fields say about where the request ends and whom it is for.
struct Fields {
    std::size_t count = 0;
    std::size_t hosts = 0, lengths = 0, encodings = 0;
    std::string_view host, encoding;
};

Refusal check_field(std::string_view line, Fields& seen) {
    if (line.front() == ' ' || line.front() == '\t') return "folded field";
    if (++seen.count > field_limit) return "too many fields";
    auto const colon = line.find(':');
    if (colon == std::string_view::npos) return "field without colon";
    auto const name = line.substr(0, colon);
    if (!is_token(name)) return "bad field name";
    auto const value = without_blanks(line.substr(colon + 1));
    if (std::any_of(value.begin(), value.end(), [](char c) { return is_control(c) && c != '\t'; })) return "control character in a field";

    if (same_name(name, "Host")) {
        seen.host = value;
        if (++seen.hosts > 1) return "two Host fields";
        if (!is_authority(value)) return "bad Host";
    } else if (same_name(name, "Content-Length")) {
        if (++seen.lengths > 1) return "two Content-Length fields";
        if (!is_digits(value) || value.size() > 18) return "bad Content-Length";
    } else if (same_name(name, "Transfer-Encoding")) {
        seen.encoding = value;
        if (++seen.encodings > 1) return "two Transfer-Encoding fields";
    } else if (same_name(name, "Trailer")) {
        return "trailer announced";
    }
    return std::nullopt;
}

Refusal check_fields(Fields const& seen, bool is_1_1) {
    if (seen.encodings > 0) {
        if (seen.lengths > 0) return "Transfer-Encoding with Content-Length";
        if (!is_1_1) return "Transfer-Encoding in HTTP/1.0";
        if (!same_name(seen.encoding, "chunked")) return "Transfer-Encoding other than chunked";
    }
    if (is_1_1 && seen.hosts == 0) return "no Host";
    return std::nullopt;
}

/// The part of a target that names the place here, or nothing when it is for somebody else.
std::optional<std::string_view> local_part(std::string_view target, std::string_view host) {
    if (target.starts_with('/')) return target;
    auto const scheme = target.substr(0, target.find("://"));
    if (!same_name(scheme, "https") && !same_name(scheme, "http")) return std::nullopt;
    auto const rest = target.substr(std::min(target.size(), scheme.size() + 3));
    auto const authority = rest.substr(0, rest.find_first_of("/?"));
    if (!is_authority(authority) || !same_name(authority, host)) return std::nullopt;
    return rest.substr(authority.size());
}

Refusal check_target(std::string_view method, std::string_view target, std::string_view host) {
    for (char const c : target)
        if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f || c == '#')
            return "bad character in the target";
    if (target == "*") return method == "OPTIONS" ? Refusal{} : Refusal{"* without OPTIONS"};
    auto const local = local_part(target, host);
    if (!local) return "foreign authority";

    auto const mark = std::min(local->find('?'), local->size());
    auto const path = percent_decoded(local->substr(0, mark));
    auto const query = percent_decoded(local->substr(mark));
    if (!path || !query) return "bad percent encoding";
    if (std::any_of(path->begin(), path->end(), is_control)) return "control character in the path";
    auto const slashes = [](std::string_view text) { return std::count(text.begin(), text.end(), '/'); };
    if (slashes(*path) != slashes(local->substr(0, mark))) return "encoded slash";
    if (!is_utf8(*path) || !is_utf8(*query)) return "target is not UTF-8";
    return std::nullopt;
}

Refusal check_request_line(std::string_view line, std::string_view& method, std::string_view& target, bool& is_1_1) {
    if (line.size() > request_line_limit) return "request line too long";
    auto const first = line.find(' ');
    auto const last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return "bad request line";
    method = line.substr(0, first);
    target = line.substr(first + 1, last - first - 1);
    if (target.empty()) return "bad request line";
    if (!parse_method(method)) return "unknown method";
    auto const version = line.substr(last + 1);
    if (version != "HTTP/1.1" && version != "HTTP/1.0") return "bad HTTP version";
    is_1_1 = version == "HTTP/1.1";
    return std::nullopt;
}

/// `head` with the CRLF of its last field, without the empty line.
Refusal check_complete(std::string_view head) {
    auto const take_line = [&head]() -> std::optional<std::string_view> {
        auto const end = head.find("\r\n");
        auto const line = head.substr(0, end);
        head.remove_prefix(end + 2);
        if (line.find_first_of(std::string_view{"\r\n\0", 3}) != std::string_view::npos) return std::nullopt;
        return line;
    };
    auto const request_line = take_line();
    if (!request_line) return "bare CR, LF or NUL";
    std::string_view method, target;
    bool is_1_1 = true;
    if (auto const refusal = check_request_line(*request_line, method, target, is_1_1)) return refusal;

    Fields fields;
    while (!head.empty()) {
        auto const line = take_line();
        if (!line) return "bare CR, LF or NUL";
        if (auto const refusal = check_field(*line, fields)) return refusal;
    }
    if (auto const refusal = check_fields(fields, is_1_1)) return refusal;
    return check_target(method, target, fields.host);
}

/// What no further byte can make good.
Refusal check_begun(std::string_view bytes) {
    if (bytes.size() >= head_limit) return "head too long";
    if (bytes.substr(0, request_line_limit + 2).find('\n') == std::string_view::npos && bytes.size() > request_line_limit + 1)
        return "request line too long";
    for (auto at = bytes.find('\n'); at != std::string_view::npos; at = bytes.find('\n', at + 1))
        if (at == 0 || bytes[at - 1] != '\r') return "bare CR, LF or NUL";
    if (!bytes.empty() && !token_bytes[static_cast<unsigned char>(bytes.front())]) return "bad request line";
    return std::nullopt;
}

}  // namespace

HeadCheck check_head(std::string_view bytes) {
    auto const begin = bytes.substr(0, head_limit);
    auto const end = begin.find("\r\n\r\n");
    auto const refusal = end == std::string_view::npos ? check_begun(begin) : check_complete(begin.substr(0, end + 2));
    if (refusal) return {HeadCheck::State::refused, 0, *refusal};
    if (end == std::string_view::npos) return {};
    return {HeadCheck::State::complete, end + 4, {}};
}

}  // namespace himsog::http
