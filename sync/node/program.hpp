/// What the main functions of the programs share: settings file from the command line, the log, one catch.
#pragma once

#include "common/base/log.hpp"
#include "sync/node/config.hpp"

#include <filesystem>
#include <fstream>
#include <functional>

namespace himsog::node {

/// JSON lines to <data_dir>/himsog.log, and to standard output when asked.
class LogFile {
public:
    LogFile(std::filesystem::path const& data_dir, bool also_to_stdout);
    Log::Sink sink();

private:
    std::ofstream file_;
    bool echo_;
};

/// Reads `--config FILE` and runs; exit status 0, 1 with a sentence on standard error, or 2 for a wrong command line.
int run_program(int argc, char** argv, char const* what, std::function<void(Config const&)> const& run);

}  // namespace himsog::node
