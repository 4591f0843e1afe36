#include "sync/node/config.hpp"

#include <toml++/toml.h>

namespace himsog::node {
namespace {

Problem wrong(std::string const& what) { return {ProblemKind::bad_request, what}; }

std::filesystem::path path_in(toml::table const& table, std::string_view key, std::filesystem::path const& folder) {
    auto const text = table[key].value<std::string>();
    if (!text || text->empty()) return {};
    std::filesystem::path const path{*text};
    return path.is_absolute() ? path : folder / path;
}

}  // namespace

Result<Config> read_config(std::filesystem::path const& file) {
    toml::table table;
    try {
        table = toml::parse_file(file.string());
    } catch (toml::parse_error const& error) {
        return wrong(file.string() + ", line " + std::to_string(error.source().begin.line) + ": " + std::string{error.description()});
    }
    auto const folder = std::filesystem::absolute(file).parent_path();
    Config config;
    config.name = table["name"].value_or(std::string{});
    config.data_dir = path_in(table, "data_dir", folder);
    config.key_file = path_in(table, "key_file", folder);
    config.socket = path_in(table, "socket", folder);
    config.web_root = path_in(table, "web_root", folder);
    config.address = table["address"].value_or(config.address);
    config.host = table["host"].value_or(config.host);
    config.io_threads = table["io_threads"].value_or(config.io_threads);
    auto const port = table["port"].value_or(std::int64_t{0});
    auto const sync_port = table["sync_port"].value_or(std::int64_t{0});

    if (config.name.empty()) return wrong("`name` is missing in " + file.string());
    if (config.data_dir.empty()) return wrong("`data_dir` is missing in " + file.string());
    if (config.key_file.empty()) return wrong("`key_file` is missing in " + file.string());
    if (config.socket.empty()) return wrong("`socket` is missing in " + file.string());
    if (port < 1 || port > 65535) return wrong("`port` must be 1 to 65535 in " + file.string());
    if (sync_port < 0 || sync_port > 65535) return wrong("`sync_port` must be 1 to 65535 in " + file.string());
    if (config.io_threads < 1 || config.io_threads > 64) return wrong("`io_threads` must be 1 to 64 in " + file.string());
    config.port = static_cast<std::uint16_t>(port);
    config.sync_port = static_cast<std::uint16_t>(sync_port);
    return config;
}

}  // namespace himsog::node
