#include "sync/node/service.hpp"

#include "common/http/static_files.hpp"
#include "common/records/openapi.hpp"

#include <csignal>
#include <pthread.h>
#include <stdexcept>

namespace himsog::node {
namespace {

constexpr Micros between_announcements = std::chrono::milliseconds{250};
constexpr std::string_view liveness = R"({"status":"healthy","message":"USC-PIS API is running","version":"1.0.0"})";

/// The zone of the site's own row once it is here; until then what enrolment said.
Zone zone_of(Core const& core) { return zone_named(core.zone_name()).value_or(Zone{}); }

}  // namespace

StopSignal::StopSignal() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGTERM);
    sigaddset(&signals_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
}

StopSignal::~StopSignal() {
    if (!thread_.joinable()) return;
    pthread_kill(thread_.native_handle(), SIGTERM);
    thread_.join();
}

void StopSignal::watch(std::function<void()> stop) {
    thread_ = std::thread{[this, stop = std::move(stop)] {
        int number = 0;
        sigwait(&signals_, &number);
        stop();
    }};
}

Api::Api(Core& core, bool is_hub)
    : core_{core},
      patient_{clinic::patients::patient_shape(dictionary())},
      visit_{clinic::patients::medical_record_shape(dictionary())},
      committer_{core.writer()},
      readers_{core.reader_settings()},
      profiles_{dictionary()},
      authentication_{hasher_, core.random()},
      authenticator_{dictionary(), committer_, core.clock(), clinic::authentication::cookie_name(is_hub ? "hub" : "edge", core.site_no())},
      events_{core.clock()},
      context_{{is_hub, core.site_no(), zone_of(core)}, core.site_name(), core.zone_name(), {}, board_, events_, [this] { run_now_(); }} {
    for (auto const* const shape : shapes()) context_.shapes[shape->entity().number()] = shape;
}

std::vector<records::Route> Api::routes() {
    return records::concat(clinic::authentication::routes({authentication_, profiles_, authenticator_}),
                           clinic::patients::routes(patient_, visit_, zone()), sync::routes(context_));
}

std::vector<http::Route> Api::bind(std::vector<records::Route> all) {
    return records::bind(std::move(all), {readers_, committer_, authenticator_, dictionary(), core_.clock(), zone()});
}

void Api::committed(journal::Committed const& what) { authenticator_.committed(what); }

Announcer::Announcer(Core& core, Api& api) : core_{core}, api_{api}, thread_{[this] { loop(); }} {}

Announcer::~Announcer() { stop(); }

void Announcer::changed(bool conflicts) {
    std::lock_guard const lock{mutex_};
    changed_ = true;
    conflicts_ = conflicts_ || conflicts;
    wake_.notify_one();
}

void Announcer::stop() {
    {
        std::lock_guard const lock{mutex_};
        stopping_ = true;
        wake_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
}

void Announcer::loop() {
    records::Reader reader{core_.reader_settings()};
    std::string last;
    std::unique_lock lock{mutex_};
    while (true) {
        wake_.wait(lock, [&] { return stopping_ || changed_; });
        if (stopping_) return;
        wake_.wait_for(lock, between_announcements, [&] { return stopping_; });
        bool const conflicts = std::exchange(conflicts_, false);
        changed_ = false;
        lock.unlock();
        if (auto status = sync::status_json(reader.connection, api_.node(), api_.board()); status != last) {
            last = std::move(status);
            api_.events().publish("sync", "", last);
        }
        if (conflicts) {
            journal::ConflictFilter open;
            open.status = journal::ConflictStatus::open;
            api_.events().publish("conflict", "", "{\"open\":" + std::to_string(journal::count_conflicts(reader.connection, open)) + "}");
        }
        lock.lock();
    }
}

std::vector<http::Route> plain_routes(std::string schema, std::function<bool()> ready) {
    auto const text = [](std::string body, std::string type) {
        return [body = std::move(body), type = std::move(type)](http::Request&&, http::PathArgs const&, http::Responder responder) {
            responder.send(http::Response{200, body, type});
        };
    };
    std::vector<http::Route> routes;
    for (auto const* const path : {"/health", "/api/health/", "/healthz"})
        routes.emplace_back(http::Method::get, path, text(std::string{liveness}, "application/json"));
    routes.emplace_back(http::Method::get, "/api/schema/", text(std::move(schema), "application/json"));
    routes.emplace_back(
        http::Method::get, "/readyz", [ready = std::move(ready)](http::Request&&, http::PathArgs const&, http::Responder responder) {
            bool const is_ready = ready();
            responder.send(http::Response{is_ready ? 200 : 503, is_ready ? R"({"status":"ready"})" : R"({"status":"starting"})"});
        });
    return routes;
}

void serve(Core& core, Api& api, StopSignal& signal, Listening listening, std::function<void()> stopping) {
    auto all = records::concat(api.routes(), std::move(listening.more));
    auto schema = records::openapi(all, api.shapes());
    auto public_routes = api.bind(std::move(all));
    auto const ready = [&api] {
        try {
            api.readers().here().connection.prepare("SELECT 1 FROM sync_meta").step();
            return true;
        } catch (db::Error const&) {
            return false;
        }
    };
    for (auto& route : plain_routes(std::move(schema), ready)) public_routes.push_back(std::move(route));
    http::Router router{std::move(public_routes)};
    router.otherwise(http::StaticFiles::handler(std::make_shared<http::StaticFiles const>(core.config().web_root)));
    http::Router const replication{std::move(listening.replication)};
    http::Router const commands{std::move(listening.operator_commands)};

    auto const pool_threads = listening.settings.pool_threads;
    http::Server server{std::move(listening.settings), std::move(router), core.log(), core.clock(), core.random()};
    http::TlsMaterial const web{
        core.setting(setting::web_certificate) + core.setting(setting::ca_certificate), core.setting(setting::web_key), {}};
    server.listen_https(core.config().address, core.config().port, web);
    if (core.config().sync_port != 0) {
        http::TlsMaterial const node{core.setting(setting::node_certificate), core.setting(setting::node_key),
                                     core.setting(setting::ca_certificate)};
        server.listen_https(core.config().address, core.config().sync_port, node, true, &replication);
    }
    std::filesystem::create_directories(core.config().socket.parent_path());
    server.listen_unix(core.config().socket.string(), &commands);
    core.log().info("node.ready",
                    {{"name", core.config().name}, {"site", core.site_no()}, {"port", core.config().port}, {"pool_threads", pool_threads}});
    signal.watch([&] {
        core.log().info("node.stopping");
        stopping();
        api.events().close();
        server.stop();
    });
    server.run(core.config().io_threads);
    core.stop();
    core.log().info("node.stopped");
}

}  // namespace himsog::node
