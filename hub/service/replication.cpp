#include "hub/service/replication.hpp"

namespace himsog::hub {
namespace {

sync::NodeReplica::Parts parts_of(node::Core& core) {
    auto const key = crypto::SigningKey::from_seed(core.setting(node::setting::signing_seed)).public_key();
    return {core.reader_settings(), core.writer(), node::dictionary(), core.codec(), core.clock(), core.random(), core.site_no(), key};
}

}  // namespace

Replication::Site::Site(node::Core& core, sync::ReplicaHooks hooks, std::uint16_t number)
    : replica{parts_of(core), std::move(hooks)}, session{replica, number} {}

Replication::Site& Replication::site(std::uint16_t number) {
    std::lock_guard const lock{mutex_};
    auto& one = sites_[number];
    if (!one) {
        sync::ReplicaHooks hooks;
        hooks.door = [this](std::uint16_t no) {
            sync::Door door;
            if (!registry_.is_active(no)) door.state = sync::Door::revoked;
            return door;
        };
        hooks.seen = [this](sync::PeerSeen const& peer) { note(peer); };
        one = std::make_unique<Site>(core_, std::move(hooks), number);
    }
    return *one;
}

http::Route Replication::route() {
    return {http::Method::post, "/replication/session",
            [this](http::Request&& request, http::PathArgs const&, http::Responder responder) { answer(request, responder); },
            http::Run::pool, sync::most_message_bytes};
}

void Replication::answer(http::Request const& request, http::Responder const& responder) {
    if (!request.client_site) return responder.send(http::Response{403, R"({"detail":"A node's certificate is needed."})"});
    auto& one = site(*request.client_site);
    std::lock_guard const lock{one.mutex};
    responder.note("site", std::to_string(*request.client_site));
    responder.send(http::Response{200, one.session.receive(request.body), "application/octet-stream"});
}

void Replication::note(sync::PeerSeen const& peer) {
    Contact contact;
    contact.no = peer.site;
    contact.at = core_.clock().now();
    contact.clock_offset_ms = peer.clock_ahead.count() / 1000;
    contact.pending_txns = static_cast<std::int64_t>(peer.waiting);
    contact.version = HIMSOG_VERSION;  // another one is turned away by its schema
    core_.writer().call([&](journal::Journal& journal) { Registry::note(journal.database(), contact); });
}

}  // namespace himsog::hub
