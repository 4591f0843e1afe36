/// The operator's door: commands over the Unix socket of mode 0600, answered by the running node, or by the command itself when it has the
/// lock of a stopped one. Whoever can open the socket is the operator; there is no other login here.
#pragma once

#include "common/http/router.hpp"
#include "sync/node/service.hpp"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <string>
#include <vector>

namespace himsog::node {

/// A command: JSON object in, JSON text out. Runs on the pool and may wait for commits.
using Command = std::function<Result<std::string>(nlohmann::json const& body)>;
http::Route command(std::string path, Command run);

/// POST /operator/users/ {"email","role","first_name","last_name"} → {"password"}: a one-time password for 24 h.
/// POST /operator/records/ {"entity","actor_email","records":[{"id",…}]} → {"written","known"}: each record checked as the API would, one txn
/// each; ids that are there already are left alone.
std::vector<http::Route> operator_routes(Core& core, Api& api);

/// Runs a command on a node that is stopped, in this process.
http::Response dispatch(http::Router const& router, http::Request request);

}  // namespace himsog::node
