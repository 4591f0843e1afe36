// himsog: the operator's command. Talks to the running node over its Unix socket, or takes the lock of a stopped one.
#include "common/base/clock.hpp"
#include "common/base/random.hpp"
#include "edge/setup/join.hpp"
#include "hub/assembly.hpp"
#include "hub/setup/setup.hpp"
#include "provisioning/demo.hpp"
#include "provisioning/operator_client.hpp"
#include "sync/node/program.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <iostream>
#include <stdexcept>

using namespace himsog;
using nlohmann::json;

namespace {

struct Options {
    std::filesystem::path config;
    std::string name, zone = "Asia/Manila", code, email, role, first_name, last_name;
    std::filesystem::path out;
    int patients = 0;
    int visits = 0;
};

/// A stopped node in this process.
struct Stopped {
    explicit Stopped(node::Config const& config) : file{config.data_dir}, log{clock, file.sink()}, core{config, log, clock, random} {}
    SystemClock clock;
    SystemRandom random;
    node::LogFile file;
    Log log;
    node::Core core;
};

node::Config config_of(Options const& options) {
    auto const config = node::read_config(options.config);
    if (!config) throw std::runtime_error{config.error().detail()};
    return *config;
}

void ca_init(Options const& options) {
    Stopped stopped{config_of(options)};
    hub::initialise(stopped.core);
    std::cout << (stopped.core.config().data_dir / "ca.pem").string() << '\n';
}

void site_add(Options const& options) {
    auto const answer =
        provisioning::ask(config_of(options), "/operator/sites/", json{{"name", options.name}, {"zone", options.zone}}.dump());
    std::cout << json::parse(answer).at("code").get<std::string>() << '\n';
}

void user_add(Options const& options) {
    json const request = {
        {"email", options.email}, {"role", options.role}, {"first_name", options.first_name}, {"last_name", options.last_name}};
    auto const answer = provisioning::ask(config_of(options), "/operator/users/", request.dump());
    std::cout << json::parse(answer).at("password").get<std::string>() << '\n';
}

void edge_join(Options const& options) {
    Stopped stopped{config_of(options)};
    edge::join(stopped.core, options.code);
    std::cout << "Joined as " << stopped.core.site_name() << ".\n";
}

void demo_accounts(Options const& options) {
    Stopped stopped{config_of(options)};
    provisioning::make_accounts(stopped.core, options.out);
}

void demo_seed(Options const& options) { provisioning::seed(config_of(options), options.name, options.patients, options.visits); }

void schema() { std::cout << provisioning::openapi(); }

}  // namespace

int main(int argc, char** argv) {
    node::harden_process();
    Options options;
    CLI::App app{"Operator's command of a himsog node"};
    app.set_version_flag("--version", HIMSOG_VERSION);
    app.require_subcommand(1);
    app.add_option("--config", options.config, "Settings file of the node (TOML)");

    auto* const ca = app.add_subcommand("ca", "The campus authority (hub)")->require_subcommand(1);
    ca->add_subcommand("init", "Make authority, certificates and keys; prints the path of the authority's certificate")->callback([&] {
        ca_init(options);
    });

    auto* const site = app.add_subcommand("site", "Sites (hub)")->require_subcommand(1);
    auto* const add = site->add_subcommand("add", "Add a site; prints its one-time code, valid 60 minutes");
    add->add_option("name", options.name, "Name of the clinic")->required();
    add->add_option("--zone", options.zone, "Time zone")->capture_default_str();
    add->callback([&] { site_add(options); });

    auto* const edge = app.add_subcommand("edge", "A clinic's server")->require_subcommand(1);
    auto* const join = edge->add_subcommand("join", "Join the hub that made the code; the node must be stopped");
    join->add_option("code", options.code, "One-time code")->required();
    join->callback([&] { edge_join(options); });

    auto* const user = app.add_subcommand("user", "Accounts")->require_subcommand(1);
    auto* const user_new = user->add_subcommand("add", "Add an account; prints a one-time password, valid 24 hours");
    user_new->add_option("email", options.email, "University address")->required();
    user_new->add_option("role", options.role, "ADMIN, DOCTOR, DENTIST, NURSE, STAFF, STUDENT or FACULTY")->required();
    user_new->add_option("--first-name", options.first_name);
    user_new->add_option("--last-name", options.last_name);
    user_new->callback([&] { user_add(options); });

    auto* const demo = app.add_subcommand("demo", "Synthetic data for a demo campus")->require_subcommand(1);
    auto* const accounts = demo->add_subcommand("accounts", "One account for each role; the hub must be stopped");
    accounts->add_option("--out", options.out, "File for addresses, roles and passwords (JSON)")->required();
    accounts->callback([&] { demo_accounts(options); });
    auto* const seed = demo->add_subcommand("seed", "Patients and visits of one site, the same for the same name; again changes nothing");
    seed->add_option("--site", options.name, "Name of the site")->required();
    seed->add_option("--patients", options.patients)->required()->check(CLI::Range(1, 100'000));
    seed->add_option("--visits", options.visits)->required()->check(CLI::Range(0, 1'000'000));
    seed->callback([&] { demo_seed(options); });

    app.add_subcommand("schema", "Print the API as an OpenAPI document")->callback([] { schema(); });

    try {
        app.parse(argc, argv);
        return 0;
    } catch (CLI::ParseError const& error) {
        return app.exit(error);
    } catch (std::exception const& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
