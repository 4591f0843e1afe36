/// A node's settings file (TOML). Read once at start.
#pragma once

#include "common/base/problem.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace himsog::node {

struct Config {
    std::string name;                   // for people and logs
    std::filesystem::path data_dir;     // everything that must be kept; a copy of it while stopped is a complete copy
    std::filesystem::path key_file;     // outside data_dir, or a stolen disk is an open book
    std::filesystem::path socket;       // the operator's door, mode 0600
    std::string address = "127.0.0.1";  // where HTTPS listens
    std::uint16_t port = 0;
    std::uint16_t sync_port = 0;     // hub only: mTLS
    std::string host = "localhost";  // the name that edges and browsers use
    std::filesystem::path web_root;  // the built client
    unsigned io_threads = 2;
};

/// Relative paths are taken from the file's folder. The problem names the key that is wrong.
Result<Config> read_config(std::filesystem::path const& file);

}  // namespace himsog::node
