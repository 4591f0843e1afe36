/// Requests and responses as plain values: what handlers, tests and the simulator see. No sockets, no Boost.
#pragma once

#include "common/base/problem.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace himsog::http {

enum class Method { get, head, post, put, patch, del, options };

/// "GET" and so on.
std::string_view name_of(Method method);
/// Exactly the upper-case name; nothing for every other method.
std::optional<Method> parse_method(std::string_view name);

/// Takes a request body piece by piece, in place of Request::body. One I/O thread at a time.
class BodySink {
public:
    virtual ~BodySink() = default;
    /// A problem refuses the rest: it is answered, the handler is not called, the connection closes.
    virtual std::optional<Problem> write(std::string_view piece) = 0;
};

/// A class with constructors: it travels through coroutines (STYLE.md 2.6). Built in tests as
/// Request{Method::post, "/api/x/?a=1"}.with_header("Accept", "text/plain").with_body("{}").
class Request {
public:
    Request() = default;
    Request(Method verb, std::string sent_target);

    Request& with_header(std::string_view name, std::string_view value) &;
    Request&& with_header(std::string_view name, std::string_view value) && { return std::move(with_header(name, value)); }
    Request& with_body(std::string text) &;
    Request&& with_body(std::string text) && { return std::move(with_body(std::move(text))); }

    /// The first of that name, whatever the letter case; "" if absent.
    std::string_view header(std::string_view name) const;
    /// First value, decoded ("+" is a blank); nothing if absent.
    std::optional<std::string> query(std::string_view name) const;
    std::vector<std::string> query_all(std::string_view name) const;
    /// Every name and value, decoded, in the order sent.
    std::vector<std::pair<std::string, std::string>> queries() const;
    /// "" if absent.
    std::string_view cookie(std::string_view name) const;

    Method method = Method::get;
    std::string target;                        // as sent
    std::string path;                          // decoded, without query
    std::string body;                          // empty when the route has a sink
    std::shared_ptr<BodySink> sink;            // what the route's sink factory made, now holding the whole body
    std::string peer;                          // address without port; "" on the Unix socket
    std::optional<std::uint16_t> client_site;  // of the verified client certificate (SAN urn:himsog:site:NO)
    std::string client_certificate_serial;     // lower-case hex; "" without one
    std::string request_id;                    // made by the server, answered as X-Request-Id

private:
    struct Field {
        std::uint32_t name, name_size, value, value_size;  // into fields_text_
    };
    std::string fields_text_;
    std::vector<Field> fields_;
};

/// A streamed answer. next() is called by one I/O thread at a time.
class BodySource {
public:
    virtual ~BodySource() = default;
    /// The next piece; nothing = the end; an empty string = none yet: the server calls again after `wake`, and about once a second anyway.
    virtual std::optional<std::string> next() = 0;
    /// Called once, before next(). `wake` may be called from any thread, also long after the client has gone.
    virtual void on_ready(std::function<void()> wake) = 0;
};

class Response {
public:
    explicit Response(int code) : status{code} {}
    Response(int code, std::string text, std::string type = "application/json")
        : status{code}, body{std::move(text)}, content_type{std::move(type)} {}

    /// Adds a field. Content-Type, Content-Length, Connection, Transfer-Encoding and the security headers are the server's business.
    Response& header(std::string name, std::string value) & {
        headers.emplace_back(std::move(name), std::move(value));
        return *this;
    }
    Response&& header(std::string name, std::string value) && { return std::move(header(std::move(name), std::move(value))); }
    /// Value of the first field of that name, whatever the letter case; "" if absent.
    std::string_view find(std::string_view name) const;

    int status;
    std::string body;
    std::string content_type;  // "" = no Content-Type field
    std::vector<std::pair<std::string, std::string>> headers;
    std::shared_ptr<BodySource> source;  // set = a streamed answer; `body` is not used
};

/// %XX decoded; with `form`, "+" is a blank. Nothing when a % is not followed by two hex digits.
std::optional<std::string> percent_decoded(std::string_view text, bool form = false);
/// ASCII letters compared without case.
bool same_name(std::string_view left, std::string_view right);

}  // namespace himsog::http
