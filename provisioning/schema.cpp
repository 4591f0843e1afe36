#include "common/base/clock.hpp"
#include "common/base/random.hpp"
#include "common/records/openapi.hpp"
#include "hub/assembly.hpp"
#include "hub/setup/setup.hpp"
#include "provisioning/demo.hpp"

namespace himsog::provisioning {

std::string openapi() {
    SystemClock clock;
    SystemRandom random;
    Log log{clock, [](std::string_view) {}};
    auto const folder = std::filesystem::temp_directory_path() / ("himsog-schema-" + to_hex(random.bytes(8)));
    node::Config config;
    config.name = "schema";
    config.data_dir = folder / "data";
    config.key_file = folder / "key";
    config.socket = folder / "socket";
    config.port = 1;
    config.sync_port = 2;
    std::string text;
    {
        node::Core core{config, log, clock, random};
        hub::initialise(core);
        hub::Assembly hub{core};
        text = records::openapi(records::concat(hub.api().routes(), hub.routes()), hub.api().shapes());
    }
    std::filesystem::remove_all(folder);
    return text;
}

}  // namespace himsog::provisioning
