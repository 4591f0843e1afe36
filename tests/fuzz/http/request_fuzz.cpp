#include "tests/fuzz/http/request_fuzz.hpp"

#include "common/base/bytes.hpp"
#include "common/http/framing.hpp"
#include "common/http/parser.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace himsog::http::fuzz {
namespace {

void must(bool holds, char const* what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

/// How a body came out of the parser.
struct Outcome {
    bool refused = false;
    bool done = false;
    std::size_t taken = 0;
    std::string body;

    bool operator==(Outcome const&) const = default;
};

/// Parses head and body, the body in pieces of `step` bytes, as the session does: what was not taken comes again with more.
Outcome parse(std::string_view head, std::string_view rest, std::size_t step) {
    Outcome outcome;
    RequestParser parser;
    if (!parser.head(head)) {
        outcome.refused = true;
        return outcome;
    }
    for (std::size_t seen = 0; !parser.done() && seen < rest.size();) {
        seen = std::min(rest.size(), seen + step);
        auto const taken = parser.body(rest.substr(outcome.taken, seen - outcome.taken), outcome.body);
        if (!taken) {
            outcome.refused = true;
            return outcome;
        }
        must(*taken <= seen - outcome.taken, "a parser takes no more than it is given");
        outcome.taken += *taken;
    }
    outcome.done = parser.done();
    return outcome;
}

void check_accepted(std::string_view head) {
    must(head.size() <= head_limit, "an accepted head is within its limit");
    must(head.find('\0') == std::string_view::npos, "an accepted head has no NUL");
    for (std::size_t at = head.find_first_of("\r\n"); at != std::string_view::npos; at = head.find_first_of("\r\n", at + 2))
        must(head.substr(at, 2) == "\r\n", "an accepted head has only whole line ends");

    RequestParser parser;
    auto const request = parser.head(head);
    if (!request) return;  // Beast may be stricter
    must(!(parser.chunked() && parser.content_length()), "a body is chunked or has a length");
    must(parser.chunked() == !request->header("Transfer-Encoding").empty(), "chunked is what the field says");
    auto const length = request->header("Content-Length");
    must(length.empty() || std::to_string(parser.content_length().value_or(0)) ==
                               length.substr(std::min(length.find_first_not_of('0'), length.size() - 1)),
         "the length is what the field says");
    must(is_utf8(request->path), "an accepted path is UTF-8");
    must(std::none_of(request->path.begin(), request->path.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }),
         "a path has no controls");
    must(request->path.starts_with('/') || request->target == "*", "a path starts with a slash");
    must(request->path.size() <= request->target.size() + 1, "decoding makes nothing longer");
    for (auto const& [name, value] : request->queries()) must(request->query(name).has_value(), "a name that is listed is found");
    must(request->cookie("a").size() <= head.size(), "a cookie is part of the head");
}

}  // namespace

void check_request(std::string_view bytes) {
    auto const check = check_head(bytes);
    if (check.state == HeadCheck::State::refused) must(!check.reason.empty() && check.size == 0, "a refusal has a reason");
    if (check.state != HeadCheck::State::complete) return;

    auto const head = bytes.substr(0, check.size);
    must(head.ends_with("\r\n\r\n"), "a head ends with an empty line");
    must(check_head(head).state == HeadCheck::State::complete, "what follows a head does not matter");
    must(check_head(head.substr(0, head.size() - 1)).state == HeadCheck::State::incomplete,
         "no beginning of a good head is refused or complete");
    check_accepted(head);

    auto const rest = bytes.substr(check.size);
    auto const whole = parse(head, rest, std::max<std::size_t>(rest.size(), 1));
    auto const bytewise = parse(head, rest, 1);
    if (whole.done) must(whole == bytewise, "a body is the same however it arrives");
    if (whole.done) must(!bytewise.refused && bytewise.done, "a whole body is whole byte by byte");
}

}  // namespace himsog::http::fuzz

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    himsog::http::fuzz::check_request({reinterpret_cast<char const*>(data), size});
    return 0;
}
