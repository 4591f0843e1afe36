#include "sync/node/operator.hpp"

#include "common/clinic/authentication/accounts.hpp"
#include "common/http/problem.hpp"
#include "common/records/draft.hpp"
#include "common/records/json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <future>
#include <memory>

namespace himsog::node {
namespace {

using nlohmann::json;

constexpr std::size_t import_limit = 16U << 20U;

std::string text_in(json const& body, char const* key) {
    return body.contains(key) && body[key].is_string() ? body[key].get<std::string>() : std::string{};
}

Result<std::string> add_user(Core& core, crypto::PasswordHasher& hasher, json const& body) {
    auto const password = crypto::one_time_password();
    auto const hash = hasher.hash(password);
    if (!hash) return hash.error();
    clinic::authentication::NewAccount account;
    account.email = text_in(body, "email");
    account.role = text_in(body, "role");
    account.first_name = text_in(body, "first_name");
    account.last_name = text_in(body, "last_name");
    account.password = {*hash, true};
    account.is_verified = true;
    account.has_completed_setup = true;
    auto const problem = core.commit([&](journal::Writer& writer) -> std::optional<Problem> {
        auto const made = clinic::authentication::create_account(writer, account);
        return made ? std::nullopt : std::optional{made.error()};
    });
    if (problem) return *problem;
    return json{{"email", account.email}, {"role", account.role}, {"password", password}}.dump();
}

/// Jobs of one import: each record is a txn of its own, in as many commits as the writer thread makes of them.
class Import {
public:
    Import(Core& core, records::Shape const& shape, Uuid const& actor) : core_{core}, shape_{shape}, actor_{actor} {}

    std::optional<Problem> add(json const& record, Zone zone) {
        auto draft = records::read_draft(shape_, record.dump(), records::Mode::create, zone);
        if (!draft) return draft.error();
        if (!draft->errors.empty()) return Problem{draft->errors};
        if (!draft->id) return Problem{FieldErrors{{"id", {"This field is required."}}}};
        drafts_.push_back(std::move(*draft));
        return std::nullopt;
    }

    std::optional<Problem> commit() {
        std::vector<std::future<std::optional<Problem>>> answers;
        for (auto& draft : drafts_) answers.push_back(submit(std::move(draft)));
        std::optional<Problem> first;
        for (auto& answer : answers)
            if (auto problem = answer.get(); problem && !first) first = std::move(problem);
        return first;
    }

    std::int64_t known() const { return *known_; }
    std::int64_t total() const { return static_cast<std::int64_t>(drafts_.size()); }

private:
    std::future<std::optional<Problem>> submit(records::Draft draft) {
        auto promise = std::make_shared<std::promise<std::optional<Problem>>>();
        auto future = promise->get_future();
        journal::Job job;
        job.context.actor = actor_;
        job.context.request = "import";
        job.work = [this, draft = std::move(draft), known = known_](journal::Writer& writer) -> std::optional<Problem> {
            if (writer.exists(shape_.entity(), *draft.id)) {
                ++*known;
                return std::nullopt;
            }
            writer.insert(shape_.entity(), *draft.id, draft.over(shape_.entity().blank()));
            return std::nullopt;
        };
        job.done = [promise](Problem const* problem) { promise->set_value(problem == nullptr ? std::nullopt : std::optional{*problem}); };
        core_.writer().submit(std::move(job));
        return future;
    }

    Core& core_;
    records::Shape const& shape_;
    Uuid actor_;
    std::vector<records::Draft> drafts_;
    std::shared_ptr<std::int64_t> known_ = std::make_shared<std::int64_t>(0);
};

Result<std::string> import_records(Core& core, Api& api, json const& body) {
    auto const entity = text_in(body, "entity");
    auto const shapes = api.shapes();
    auto const shape = std::find_if(shapes.begin(), shapes.end(), [&](auto const* one) { return one->entity().name() == entity; });
    if (shape == shapes.end()) return Problem{FieldErrors{{"entity", {"\"" + entity + "\" is not a valid choice."}}}};
    auto const accounts = clinic::authentication::accounts_with(api.readers().here().connection, text_in(body, "actor_email"));
    if (accounts.empty()) return Problem{ProblemKind::not_found, "There is no account with this address here yet."};
    if (!body.contains("records") || !body["records"].is_array()) return Problem{FieldErrors{{"records", {"An array is expected."}}}};
    Import import{core, **shape, accounts.front().id};
    for (auto const& record : body["records"])
        if (auto problem = import.add(record, api.zone())) return *problem;
    auto const total = import.total();
    if (auto problem = import.commit()) return *problem;
    return json{{"written", total - import.known()}, {"known", import.known()}}.dump();
}

}  // namespace

http::Route command(std::string path, Command run) {
    auto handler = [run = std::move(run)](http::Request&& request, http::PathArgs const&, http::Responder responder) {
        auto const body = records::parse_json_object(request.body.empty() ? "{}" : request.body);
        if (!body) return responder.send(http::render(body.error()));
        auto const answer = run(*body);
        if (!answer) return responder.send(http::render(answer.error()));
        responder.send(http::Response{200, *answer});
    };
    return {http::Method::post, std::move(path), std::move(handler), http::Run::pool, import_limit};
}

std::vector<http::Route> operator_routes(Core& core, Api& api) {
    auto const hasher = std::make_shared<crypto::PasswordHasher>();
    std::vector<http::Route> routes;
    routes.push_back(command("/operator/users/", [&core, hasher](json const& body) { return add_user(core, *hasher, body); }));
    routes.push_back(command("/operator/records/", [&core, &api](json const& body) { return import_records(core, api, body); }));
    return routes;
}

http::Response dispatch(http::Router const& router, http::Request request) {
    std::promise<http::Response> answer;
    auto waiting = answer.get_future();
    router.dispatch(std::move(request),
                    http::Responder{[&](http::Response response, http::Notes const&) { answer.set_value(std::move(response)); }});
    return waiting.get();
}

}  // namespace himsog::node
