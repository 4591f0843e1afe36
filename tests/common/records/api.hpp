/// An API over one database file, without sockets: journal, readers and routes as in a program. Whoever `who` says is signed in.
#pragma once

#include "common/http/router.hpp"
#include "common/records/route.hpp"
#include "tests/common/journal/node.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace himsog::records::test {

using Headers = std::vector<std::pair<std::string, std::string>>;

class Api : public Committer, public Authenticator {
public:
    explicit Api(std::vector<journal::Entity> entities);
    ~Api() override;

    /// Once, before the first request.
    void serve(std::vector<Route> routes);

    http::Response send(http::Request request);
    /// `body` may be text that is no JSON; "" sends none.
    http::Response ask(http::Method method, std::string const& target, std::string body = {}, Headers const& headers = {});
    http::Response get(std::string const& target, Headers const& headers = {}) { return ask(http::Method::get, target, {}, headers); }
    http::Response post(std::string const& target, nlohmann::json const& body) { return ask(http::Method::post, target, body.dump()); }
    http::Response put(std::string const& target, nlohmann::json const& body, Headers const& headers = {}) {
        return ask(http::Method::put, target, body.dump(), headers);
    }
    http::Response patch(std::string const& target, nlohmann::json const& body, Headers const& headers = {}) {
        return ask(http::Method::patch, target, body.dump(), headers);
    }
    http::Response remove(std::string const& target, Headers const& headers = {}) { return ask(http::Method::del, target, {}, headers); }

    /// A clinic person, or a student with that chart.
    void sign_in(Role role, std::optional<Uuid> patient = std::nullopt);

    /// What the node itself writes.
    void write(std::function<void(journal::Writer&)> work);
    /// The hub says how far this node's clock lags; by minutes and more, the clock is not believed.
    void hear_hub(Micros lag) { journal_->clock().heard(clock.at + lag, lag, Micros{1000}); }
    std::int64_t count(std::string const& table);
    db::Connection& database() { return *connection_; }
    std::vector<Route> const& routes() const { return routes_; }

    void submit(journal::Job job) override;
    Result<std::optional<Principal>> authenticate(http::Request const& request, Reader& reader) override;

    journal::Dictionary dictionary;
    journal::test::StoppedClock clock;
    std::optional<Principal> who;

private:
    std::filesystem::path folder_;
    SeededRandom random_{5};
    Log log_{clock, [](std::string_view) {}};
    journal::test::RowwiseCodec codec_;
    crypto::SigningKey key_ = crypto::SigningKey::from_seed(Bytes(32, 's'));
    std::unique_ptr<db::Connection> connection_;
    std::unique_ptr<journal::Journal> journal_;
    std::unique_ptr<Readers> readers_;
    std::vector<Route> routes_;
    std::unique_ptr<http::Router> router_;
};

inline nlohmann::json json_of(http::Response const& response) { return nlohmann::json::parse(response.body); }

}  // namespace himsog::records::test
