/// A node without its network: lock, key, database, journal, writer thread. What both programs and the operator's command stand on.
#pragma once

#include "common/base/clock.hpp"
#include "common/base/log.hpp"
#include "common/base/random.hpp"
#include "common/crypto/signing.hpp"
#include "common/db/data_dir.hpp"
#include "common/db/database.hpp"
#include "common/journal/writer_thread.hpp"
#include "sync/node/config.hpp"
#include "sync/node/dictionary.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace himsog::node {

/// Small facts of this node alone (kind F): identity, certificates, hub address. They lie in the encrypted database.
class Settings {
public:
    static void migrate(db::Connection& connection);
    static std::optional<Bytes> read(db::Connection& connection, std::string_view name);
    static void write(db::Connection& connection, std::string_view name, std::string_view value);
};

namespace setting {
inline constexpr std::string_view site_no = "site_no";
inline constexpr std::string_view site_name = "site_name";
inline constexpr std::string_view zone = "zone";
inline constexpr std::string_view signing_seed = "signing_seed";
inline constexpr std::string_view ca_key = "ca_key";  // hub only
inline constexpr std::string_view ca_certificate = "ca_certificate";
inline constexpr std::string_view web_key = "web_key";
inline constexpr std::string_view web_certificate = "web_certificate";
inline constexpr std::string_view node_key = "node_key";
inline constexpr std::string_view node_certificate = "node_certificate";
inline constexpr std::string_view hub_signing_key = "hub_signing_key";  // edge only: believed from the first session on
inline constexpr std::string_view joining = "joining";  // edge only: the code it joins with, and the keys until it is a site
inline constexpr std::string_view hub_url = "hub_url";  // edge only: where replication goes
}  // namespace setting

/// Throws std::runtime_error with a sentence for the operator when the node cannot be opened.
class Core {
public:
    /// Makes data_dir, key file and database when they are missing.
    Core(Config config, Log& log, Clock& clock, Random& random);
    ~Core();

    Config const& config() const { return config_; }
    db::Settings reader_settings() const;
    journal::WriterThread& writer() { return *thread_; }
    Log& log() { return log_; }
    Clock& clock() { return clock_; }
    Random& random() { return random_; }
    /// Facts read at start; an edge has none until it joined.
    bool is_enrolled() const { return site_no_.has_value(); }
    std::uint16_t site_no() const { return site_no_.value_or(0); }
    std::string const& site_name() const { return site_name_; }
    std::string const& zone_name() const { return zone_; }
    std::string setting(std::string_view name);
    void set(std::string_view name, std::string_view value);
    journal::BodyCodec const& codec() const;

    /// Runs one job of the node itself and waits for its commit. The problem is the job's, or why its group was lost.
    std::optional<Problem> commit(std::function<std::optional<Problem>(journal::Writer&)> work, Uuid const& actor = {});
    /// Ends the writer thread; everything acknowledged is on disk.
    void stop();
    /// Whatever is told after each commit.
    void on_commit(std::function<void(journal::Committed const&)> listener);

private:
    void open_journal();

    Config config_;
    Log& log_;
    Clock& clock_;
    Random& random_;
    db::DataDir data_dir_;
    Bytes key_;
    std::unique_ptr<db::Connection> connection_;
    std::unique_ptr<journal::BodyCodec> codec_;
    std::optional<std::uint16_t> site_no_;
    std::string site_name_;
    std::string zone_;
    std::optional<crypto::SigningKey> signing_;
    std::unique_ptr<journal::Journal> journal_;
    std::unique_ptr<journal::WriterThread> thread_;
};

}  // namespace himsog::node
