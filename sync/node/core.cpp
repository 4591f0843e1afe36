#include "sync/node/core.hpp"

#include "common/clinic/authentication/store.hpp"
#include "common/crypto/key_file.hpp"
#include "sync/bundle/bundle.hpp"

#include <future>
#include <stdexcept>

namespace himsog::node {
namespace {

constexpr int writer_cache_kib = 24 * 1024;

Bytes load_or_make_key(std::filesystem::path const& file) {
    std::filesystem::create_directories(file.parent_path());
    auto const key = std::filesystem::exists(file) ? crypto::load_key_file(file) : crypto::create_key_file(file);
    if (!key) throw std::runtime_error{key.error().detail()};
    return from_hex(key->view()).value();
}

}  // namespace

void Settings::migrate(db::Connection& connection) {
    connection.create_clustered_table("node_setting", "name TEXT NOT NULL, value BLOB NOT NULL", "name");
}

std::optional<Bytes> Settings::read(db::Connection& connection, std::string_view name) {
    auto row = connection.prepare("SELECT value FROM node_setting WHERE name = ?");
    if (!row.bind(name).step()) return std::nullopt;
    return Bytes{row.blob(0)};
}

void Settings::write(db::Connection& connection, std::string_view name, std::string_view value) {
    connection.prepare("INSERT INTO node_setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
        .bind(name)
        .bind_blob(value)
        .run();
}

Core::Core(Config config, Log& log, Clock& clock, Random& random)
    : config_{std::move(config)},
      log_{log},
      clock_{clock},
      random_{random},
      data_dir_{config_.data_dir},
      key_{load_or_make_key(config_.key_file)},
      codec_{std::make_unique<sync::BundleCodec>()} {
    db::Settings settings;
    settings.path = data_dir_.database().string();
    settings.key = key_;
    settings.cache_kib = writer_cache_kib;
    try {
        connection_ = std::make_unique<db::Connection>(settings);
    } catch (db::Error const& error) {
        throw std::runtime_error{"the database of " + config_.name + " cannot be opened: " + error.what() + ". Is " +
                                 config_.key_file.string() + " its key?"};
    }
    Settings::migrate(*connection_);
    open_journal();
}

Core::~Core() { stop(); }

void Core::open_journal() {
    auto const number = Settings::read(*connection_, setting::site_no);
    auto const seed = Settings::read(*connection_, setting::signing_seed);
    if (!number || !seed) return;
    site_no_ = static_cast<std::uint16_t>(std::stoi(*number));
    site_name_ = setting(setting::site_name);
    zone_ = setting(setting::zone);
    signing_ = crypto::SigningKey::from_seed(*seed);
    journal::migrate(*connection_, dictionary());
    clinic::authentication::migrate(*connection_, random_);
    journal::Identity identity;
    identity.site = *site_no_;
    identity.signing_key = signing_->public_key();
    identity.sign = [this](std::string_view text) { return signing_->sign(text); };
    journal_ = std::make_unique<journal::Journal>(*connection_, dictionary(), clock_, random_, log_, std::move(identity), *codec_);
    journal_->resume();
    thread_ = std::make_unique<journal::WriterThread>(*journal_);
}

db::Settings Core::reader_settings() const {
    db::Settings settings;
    settings.path = data_dir_.database().string();
    settings.key = key_;
    settings.access = db::Access::reader;
    return settings;
}

journal::BodyCodec const& Core::codec() const { return *codec_; }

std::string Core::setting(std::string_view name) {
    std::string value;
    auto const read = [&](db::Connection& connection) { value = Settings::read(connection, name).value_or(Bytes{}); };
    if (thread_) thread_->call([&](journal::Journal& journal) { read(journal.database()); });
    else read(*connection_);
    return value;
}

void Core::set(std::string_view name, std::string_view value) {
    if (thread_) thread_->call([&](journal::Journal& journal) { Settings::write(journal.database(), name, value); });
    else Settings::write(*connection_, name, value);
    if (!thread_) open_journal();  // the last of its facts makes it a site
}

std::optional<Problem> Core::commit(std::function<std::optional<Problem>(journal::Writer&)> work, Uuid const& actor) {
    std::promise<std::optional<Problem>> answer;
    auto waiting = answer.get_future();
    journal::Job job;
    job.context.actor = actor;
    job.context.request = "operator";
    job.work = std::move(work);
    job.done = [&](Problem const* problem) { answer.set_value(problem == nullptr ? std::nullopt : std::optional{*problem}); };
    thread_->submit(std::move(job));
    return waiting.get();
}

void Core::stop() {
    if (thread_) thread_->stop();
}

void Core::on_commit(std::function<void(journal::Committed const&)> listener) {
    thread_->call([&](journal::Journal& journal) { journal.on_commit(std::move(listener)); });
}

}  // namespace himsog::node
