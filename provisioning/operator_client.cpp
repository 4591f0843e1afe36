#include "provisioning/operator_client.hpp"

#include "common/base/clock.hpp"
#include "common/base/random.hpp"
#include "hub/assembly.hpp"
#include "sync/node/program.hpp"
#include "sync/transport/curl_client.hpp"

#include <nlohmann/json.hpp>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>

namespace himsog::provisioning {
namespace {

using nlohmann::json;

/// The first sentence of a refusal, whatever envelope it came in.
std::string words_of(std::string const& body) {
    auto const answer = json::parse(body, nullptr, false);
    if (!answer.is_object()) return body;
    if (answer.contains("detail") && answer["detail"].is_string()) return answer["detail"].get<std::string>();
    for (auto const& [field, messages] : answer.items())
        if (messages.is_array() && !messages.empty() && messages[0].is_string()) return field + ": " + messages[0].get<std::string>();
    return body;
}

std::string ask_running(node::Config const& config, std::string_view path, std::string const& body) {
    sync::ClientSettings settings;
    settings.base_url = "http://localhost";
    settings.unix_socket = config.socket.string();
    auto const answer = sync::CurlClient{std::move(settings)}.post(path, body);
    if (!answer) throw std::runtime_error{"the node does not answer at " + config.socket.string() + ": " + answer.error().detail()};
    if (answer->status != 200) throw std::runtime_error{words_of(answer->body)};
    return answer->body;
}

std::string ask_stopped(node::Config const& config, std::string_view path, std::string const& body) {
    SystemClock clock;
    SystemRandom random;
    node::LogFile file{config.data_dir};
    Log log{clock, file.sink()};
    node::Core core{config, log, clock, random};
    if (!core.is_enrolled()) throw std::runtime_error{"this node is not set up yet"};
    auto const dispatch = [&](std::vector<http::Route> routes) {
        auto const response =
            node::dispatch(http::Router{std::move(routes)}, http::Request{http::Method::post, std::string{path}}.with_body(body));
        if (response.status != 200) throw std::runtime_error{words_of(response.body)};
        return response.body;
    };
    if (core.site_no() == 0) {
        hub::Assembly hub{core};
        return dispatch(hub.operator_routes());
    }
    node::Api api{core, false};
    return dispatch(node::operator_routes(core, api));
}

}  // namespace

bool is_running(node::Config const& config) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    auto const path = config.socket.string();
    if (path.size() >= sizeof address.sun_path) throw std::runtime_error{"the socket's path is too long: " + path};
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    int const handle = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (handle < 0) return false;
    bool const connected = connect(handle, reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0;
    close(handle);
    return connected;
}

std::string ask(node::Config const& config, std::string_view path, std::string const& body) {
    return is_running(config) ? ask_running(config, path, body) : ask_stopped(config, path, body);
}

}  // namespace himsog::provisioning
