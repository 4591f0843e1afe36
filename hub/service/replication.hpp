/// The hub's side of replication over HTTPS: POST /replication/session on the mTLS port, one message in, one out.
#pragma once

#include "common/http/router.hpp"
#include "hub/sites/registry.hpp"
#include "sync/agent/node_replica.hpp"
#include "sync/node/core.hpp"
#include "sync/session/hub_session.hpp"

#include <map>
#include <memory>
#include <mutex>

namespace himsog::hub {

/// Thread rule: any pool thread; one message of a site at a time.
class Replication {
public:
    Replication(node::Core& core, Registry& registry) : core_{core}, registry_{registry} {}

    http::Route route();

private:
    struct Site {
        Site(node::Core& core, sync::ReplicaHooks hooks, std::uint16_t number);
        std::mutex mutex;
        sync::NodeReplica replica;
        sync::HubSession session;
    };
    Site& site(std::uint16_t number);
    void answer(http::Request const& request, http::Responder const& responder);
    void note(sync::PeerSeen const& peer);

    node::Core& core_;
    Registry& registry_;
    std::mutex mutex_;
    std::map<std::uint16_t, std::unique_ptr<Site>> sites_;
};

}  // namespace himsog::hub
