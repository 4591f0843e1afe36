#include "sync/node/program.hpp"

#include <CLI/CLI.hpp>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <iostream>

namespace himsog::node {

void harden_process() {
    umask(S_IRWXG | S_IRWXO);
    rlimit const none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0);
}

LogFile::LogFile(std::filesystem::path const& data_dir) : echo_{::isatty(STDOUT_FILENO) == 1} {
    std::filesystem::create_directories(data_dir);
    file_.open(data_dir / "himsog.log", std::ios::app);
}

Log::Sink LogFile::sink() {
    return [this](std::string_view line) {
        file_ << line << std::flush;
        if (echo_) std::cout << line << std::flush;
    };
}

int run_program(int argc, char** argv, char const* what, std::function<void(Config const&)> const& run) {
    CLI::App app{what};
    std::filesystem::path file;
    app.add_option("--config", file, "Settings file (TOML)")->required()->check(CLI::ExistingFile);
    app.set_version_flag("--version", HIMSOG_VERSION);
    CLI11_PARSE(app, argc, argv);
    harden_process();
    try {
        auto const config = read_config(file);
        if (!config) {
            std::cerr << config.error().detail() << '\n';
            return 1;
        }
        run(*config);
        return 0;
    } catch (std::exception const& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}

}  // namespace himsog::node
