/// A hub put together, without its network: what the program serves and the operator's command uses on a stopped one.
#pragma once

#include "hub/service/replication.hpp"
#include "hub/sites/registry.hpp"
#include "sync/node/operator.hpp"

namespace himsog::hub {

/// The core must be a hub (setup.hpp) and outlive this.
class Assembly {
public:
    explicit Assembly(node::Core& core);

    node::Api& api() { return api_; }
    Registry& registry() { return registry_; }
    std::vector<records::Route> routes();
    std::vector<http::Route> replication_routes() { return {replication_.route()}; }
    /// Those of every node, and POST /operator/sites/ {"name","zone"} → the site with its one-time code.
    std::vector<http::Route> operator_routes();

private:
    node::Core& core_;
    Registry registry_;
    node::Api api_;
    Replication replication_;
};

}  // namespace himsog::hub
