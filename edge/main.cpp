// himsog-edge: a clinic's own server. Serves the API and the client with or without a line, and replicates with the hub.
#include "common/base/clock.hpp"
#include "common/base/random.hpp"
#include "edge/agent/agent.hpp"
#include "sync/node/operator.hpp"
#include "sync/node/program.hpp"

#include <stdexcept>

using namespace himsog;

namespace {

void serve(node::Config const& config) {
    node::StopSignal signal;  // before any thread is made
    SystemClock clock;
    SystemRandom random;
    node::LogFile file{config.data_dir};
    Log log{clock, file.sink()};
    node::Core core{config, log, clock, random};
    if (!core.is_enrolled()) throw std::runtime_error{"this node has not joined a hub yet: himsog --config FILE edge join CODE"};
    node::Api api{core, false};
    auto const hub_key = core.setting(node::setting::hub_signing_key);
    core.writer().call([&](journal::Journal& journal) {
        sync::Acknowledged::migrate(journal.database());
        journal.trust_hub_key(hub_key);
    });
    node::Announcer announcer{core, api};
    edge::Agent agent{core, api.board(), [&] { announcer.changed(false); }};
    api.run_now_with([&] { agent.run_now(); });
    core.on_commit([&](journal::Committed const& what) {
        api.committed(what);
        announcer.changed(what.conflicts_changed);
        if (!what.received) agent.news();
    });
    node::Listening listening;
    listening.operator_commands = node::operator_routes(core, api);
    node::serve(core, api, signal, std::move(listening), [&] {
        agent.stop();
        announcer.stop();
    });
}

}  // namespace

int main(int argc, char** argv) { return node::run_program(argc, argv, "A clinic's server of a himsog campus", serve); }
