#include "common/http/router.hpp"

#include "common/http/negotiation.hpp"
#include "common/http/problem.hpp"

#include <array>
#include <atomic>
#include <map>
#include <stdexcept>

namespace himsog::http {
namespace {

constexpr std::string_view api = "/api/";

/// "/a/b/" and "/a/b" are the same place; "/" is the empty path.
std::string_view without_last_slash(std::string_view path) {
    if (path.ends_with('/')) path.remove_suffix(1);
    return path;
}

/// Takes the first segment off a path that starts with a slash.
std::string_view take_segment(std::string_view& path) {
    path.remove_prefix(1);
    auto const segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    return segment;
}

bool is_parameter(std::string_view segment) { return segment.size() > 2 && segment.front() == '{' && segment.back() == '}'; }

}  // namespace

std::string_view PathArgs::text(std::string_view name) const {
    for (auto const& [key, value] : values_)
        if (key == name) return value;
    return {};
}

std::optional<Uuid> PathArgs::uuid(std::string_view name) const { return Uuid::parse(text(name)); }

struct Responder::State {
    explicit State(Deliver to) : deliver{std::move(to)} {}
    State(State const&) = delete;
    State& operator=(State const&) = delete;
    ~State() {
        if (!sent.exchange(true)) deliver(render(Problem{ProblemKind::internal, "A server error occurred."}), std::move(notes));
    }

    Deliver deliver;
    Notes notes;
    std::atomic<bool> sent = false;
};

Responder::Responder(Deliver deliver) : state_{std::make_shared<State>(std::move(deliver))} {}

void Responder::send(Response response) const {
    if (!state_->sent.exchange(true)) state_->deliver(std::move(response), std::move(state_->notes));
}

void Responder::note(std::string_view key, std::string_view value) const {
    if (!state_->sent.load()) state_->notes.emplace_back(key, value);
}

/// One segment of the tree of all patterns.
struct Router::Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> children;
    std::unique_ptr<Node> any;  // a {name}
    std::array<Route const*, 7> routes{};

    bool has_routes() const {
        for (auto const* route : routes)
            if (route != nullptr) return true;
        return false;
    }

    /// The node of the whole path; a fixed segment goes before a {name}.
    Node const* find(std::string_view path) const {
        if (path.empty()) return has_routes() ? this : nullptr;
        auto const segment = take_segment(path);
        if (segment.empty()) return nullptr;
        if (auto const fixed = children.find(segment); fixed != children.end())
            if (auto const* found = fixed->second->find(path)) return found;
        return any ? any->find(path) : nullptr;
    }

    Route const* route_for(Method method) const {
        auto const* route = routes[static_cast<std::size_t>(method)];
        return route == nullptr && method == Method::head ? routes[static_cast<std::size_t>(Method::get)] : route;
    }

    std::string allowed() const {
        std::string list;
        for (auto const method : {Method::get, Method::post, Method::put, Method::patch, Method::del, Method::head, Method::options})
            if (route_for(method) != nullptr || method == Method::options) list.append(list.empty() ? "" : ", ").append(name_of(method));
        return list;
    }
};

Router::Router(std::vector<Route> routes) : root_{std::make_unique<Node>()} {
    for (auto& given : routes) {
        auto const& route = *routes_.emplace_back(std::make_unique<Route>(std::move(given)));
        if (!route.path.starts_with('/')) throw std::logic_error{"A route's path starts with a slash: " + route.path};

        auto* node = root_.get();
        for (auto path = without_last_slash(route.path); !path.empty();) {
            auto const segment = take_segment(path);
            auto& next = is_parameter(segment) ? node->any : node->children[std::string{segment}];
            if (!next) next = std::make_unique<Node>();
            node = next.get();
        }
        auto& place = node->routes[static_cast<std::size_t>(route.method)];
        if (place != nullptr) throw std::logic_error{"Two routes for " + std::string{name_of(route.method)} + ' ' + route.path};
        place = &route;
    }
}

Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;
Router::~Router() = default;

Router& Router::otherwise(Handler handler) {
    otherwise_ = std::make_unique<Route>(Method::get, "*", std::move(handler));
    return *this;
}

Response Router::refusal(Request const& request, Node const* place) const {
    auto const accept = request.header("Accept");
    if (request.method == Method::options && request.path.starts_with(api)) return Response{200, R"({"status":"ok"})"};
    bool const page = place == nullptr && otherwise_ && !request.path.starts_with(api);
    if (place == nullptr && !page) return render(Problem{ProblemKind::not_found, "Not found."}, accept);

    auto allowed = page ? std::string{"GET, HEAD, OPTIONS"} : place->allowed();
    if (request.method == Method::options) return Response{204}.header("Allow", std::move(allowed));
    auto const text = "Method \"" + std::string{name_of(request.method)} + "\" not allowed.";
    return render(Problem{ProblemKind::method_not_allowed, text}, accept).header("Allow", std::move(allowed));
}

Router::Match Router::match(Request const& request) const {
    Match found;
    auto const path = without_last_slash(request.path);
    auto const* place = request.path.starts_with('/') ? root_->find(path) : nullptr;
    if (place != nullptr) found.route = place->route_for(request.method);
    bool const reads = request.method == Method::get || request.method == Method::head;
    if (place == nullptr && otherwise_ && reads && !request.path.starts_with(api)) found.route = otherwise_.get();

    if (found.route != nullptr && request.path.starts_with(api)) {
        if (auto const problem = refuse_version(request.header("Accept"))) {
            found.answer = render(*problem, request.header("Accept"));
            found.route = nullptr;
            return found;
        }
    }
    if (found.route == nullptr) {
        found.answer = refusal(request, place);
        return found;
    }
    if (found.route == otherwise_.get()) return found;

    auto pattern = without_last_slash(found.route->path);
    for (auto rest = path; !pattern.empty();) {
        auto const name = take_segment(pattern);
        auto const value = take_segment(rest);
        if (is_parameter(name)) found.args.add(name.substr(1, name.size() - 2), value);
    }
    return found;
}

void Router::dispatch(Request&& request, Responder responder) const {
    auto found = match(request);
    if (found.answer) return responder.send(std::move(*found.answer));
    found.route->handler(std::move(request), found.args, std::move(responder));
}

}  // namespace himsog::http
