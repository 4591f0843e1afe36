/// What the main functions of the programs share: settings file from the command line, the log, one catch.
#pragma once

#include "common/base/log.hpp"
#include "sync/node/config.hpp"

#include <filesystem>
#include <fstream>
#include <functional>

namespace himsog::node {

/// What a process that holds keys and patients owes them, before it opens anything: files of its own for its own user alone (SQLite's
/// are 0644 otherwise), and no core file, which would hold both in clear.
void harden_process();

/// JSON lines to <data_dir>/himsog.log, and to standard output where that is a terminal.
class LogFile {
public:
    explicit LogFile(std::filesystem::path const& data_dir);
    Log::Sink sink();

private:
    std::ofstream file_;
    bool echo_;
};

/// Reads `--config FILE` and runs; exit status 0, 1 with a sentence on standard error, or 2 for a wrong command line.
int run_program(int argc, char** argv, char const* what, std::function<void(Config const&)> const& run);

}  // namespace himsog::node
