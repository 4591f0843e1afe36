/// The hub's half: one answer to each message. A HELLO begins anew whatever was before, so one object may serve a connection for ever.
/// Which site speaks is what its certificate says, never what it writes.
#pragma once

#include "sync/session/branches.hpp"
#include "sync/session/cutter.hpp"
#include "sync/session/message.hpp"
#include "sync/session/replica.hpp"

#include <optional>
#include <string_view>

namespace himsog::sync {

class HubSession {
public:
    HubSession(Replica& replica, std::uint16_t site) : replica_{replica}, site_{site} {}

    Bytes receive(std::string_view message);

private:
    enum class Phase : std::uint8_t { none, ok, have_awaited, compare };

    Body on(Hello const& hello);
    Body on(Have const& have);
    Body on(Push& push);
    Body on(Pull const& pull);
    Body on(Bye const& bye);
    template <class Unexpected> Body on(Unexpected const&) {
        return bye(Farewell::malformed, EventKind::malformed, "an edge sent what a hub sends");
    }

    Body judge(Hello const& hello, Welcome welcome);
    std::optional<std::string> reason_to_compare(Hello const& hello);
    std::uint64_t proven(std::uint64_t position);
    LeftOut left_out() const;
    Body bye(Farewell why, EventKind kind, std::string detail);

    Replica& replica_;
    std::uint16_t site_;
    std::uint64_t session_ = 0;
    Phase phase_ = Phase::none;
    Hello hello_;
    Reach lineage_;                   // what the edge announced, and what stands before it
    std::vector<journal::Tip> tips_;  // compare: what the edge holds
    Branches branches_;
};

}  // namespace himsog::sync
