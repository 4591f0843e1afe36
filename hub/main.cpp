// himsog-hub: the central node. Serves the API and the client, replicates with the sites, keeps their registry and the consolidated reports.
#include "common/base/clock.hpp"
#include "common/base/random.hpp"
#include "hub/assembly.hpp"
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
    if (!core.is_enrolled()) throw std::runtime_error{"this hub has no authority yet: himsog --config FILE ca init"};
    hub::Assembly assembly{core};
    node::Announcer announcer{core, assembly.api()};
    core.on_commit([&](journal::Committed const& what) {
        assembly.api().committed(what);
        announcer.changed(what.conflicts_changed);
    });
    node::Listening listening;
    listening.more = assembly.routes();
    listening.replication = assembly.replication_routes();
    listening.operator_commands = assembly.operator_routes();
    listening.settings.accept_client = [&](std::uint16_t site, std::string_view serial) {
        return assembly.registry().may_replicate(site, serial);
    };
    listening.settings.pool_threads = 4;
    node::serve(core, assembly.api(), signal, std::move(listening), [&] { announcer.stop(); });
}

}  // namespace

int main(int argc, char** argv) { return node::run_program(argc, argv, "The hub of a himsog campus", serve); }
