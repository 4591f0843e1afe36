/// Which handler answers which path. Built once at start, then read by every I/O thread.
#pragma once

#include "common/base/uuid.hpp"
#include "common/http/message.hpp"

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace himsog::http {

/// The values of a pattern such as "/api/patients/patients/{id}/". Lives as long as the call of the handler; copy what must live longer.
class PathArgs {
public:
    /// "" when the pattern has no such name.
    std::string_view text(std::string_view name) const;
    /// Nothing when it is not a UUID: answer 404, as for an unknown one.
    std::optional<Uuid> uuid(std::string_view name) const;

    void add(std::string_view name, std::string_view value) { values_.emplace_back(name, value); }

private:
    std::vector<std::pair<std::string, std::string>> values_;
};

/// What the request line of the log adds, in the order noted.
using Notes = std::vector<std::pair<std::string, std::string>>;

/// The way back to the client. Copies share one answer: the first send counts. When the last copy goes without one, 500 is answered.
/// Thread rule: send from any thread; note before send, by the thread that has the request in hand.
class Responder {
public:
    using Deliver = std::function<void(Response, Notes)>;

    /// `deliver` is called exactly once, by whichever thread answers.
    explicit Responder(Deliver deliver);

    void send(Response response) const;
    /// Adds a field to the request's log line: note("user", id). Ids only, no names.
    void note(std::string_view key, std::string_view value) const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

/// Called once per request. May answer at once, or keep a copy of the responder and answer later from another thread.
using Handler = std::function<void(Request&&, PathArgs const&, Responder)>;
/// Makes the sink of one request when its head is there and before its body is read; null = the body goes to Request::body.
using SinkFactory = std::function<std::unique_ptr<BodySink>(Request const&)>;

/// Where a handler runs: on the I/O thread (must not block for more than a few ms), or on the bounded worker pool.
enum class Run { inline_, pool };

inline constexpr std::size_t json_body_limit = std::size_t{1} << 20;  // contract/README.md decision 17

struct Route {
    Route(Method verb, std::string pattern, Handler answers, Run where = Run::inline_, std::size_t most = json_body_limit,
          SinkFactory to = {})
        : method{verb}, path{std::move(pattern)}, handler{std::move(answers)}, run{where}, body_limit{most}, sink{std::move(to)} {}

    Method method;
    std::string path;  // with or without the slash at its end: both are served
    Handler handler;
    Run run;
    std::size_t body_limit;  // bytes; beyond, 413 before the body is read
    SinkFactory sink;
};

class Router {
public:
    /// Throws std::logic_error on two routes of one method and shape.
    explicit Router(std::vector<Route> routes);
    Router(Router&&) noexcept;
    Router& operator=(Router&&) noexcept;
    ~Router();

    /// Answers GET and HEAD of every path outside /api/ that no route has (the pages); without it they are 404.
    Router& otherwise(Handler handler);

    /// A route with its arguments, or the answer when there is none: 404, 405 with Allow, OPTIONS below /api/, 406 for another version.
    struct Match {
        Route const* route = nullptr;
        PathArgs args;
        std::optional<Response> answer;  // set exactly when `route` is null
    };
    Match match(Request const& request) const;

    /// match and the handler in one call, on this thread, whatever the route's Run; sink and body limit are the server's part. For tests.
    void dispatch(Request&& request, Responder responder) const;

private:
    struct Node;
    Response refusal(Request const& request, Node const* place) const;

    std::vector<std::unique_ptr<Route>> routes_;
    std::unique_ptr<Node> root_;
    std::unique_ptr<Route> otherwise_;
};

}  // namespace himsog::http
