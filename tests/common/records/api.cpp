#include "tests/common/records/api.hpp"

#include <stdexcept>

namespace himsog::records::test {
namespace {

db::Settings settings(std::filesystem::path const& folder, db::Access access) {
    db::Settings settings;
    settings.path = (folder / "himsog.db").string();
    settings.key = Bytes(32, 'd');
    settings.access = access;
    return settings;
}

std::filesystem::path new_folder() {
    auto folder = std::filesystem::temp_directory_path() / ("himsog-records-" + to_hex(SystemRandom{}.bytes(8)));
    std::filesystem::create_directory(folder);
    return folder;
}

}  // namespace

Api::Api(std::vector<journal::Entity> entities) : dictionary{std::move(entities)}, folder_{new_folder()} {
    sign_in(Role::nurse);
    connection_ = std::make_unique<db::Connection>(settings(folder_, db::Access::writer));
    journal::migrate(*connection_, dictionary);
    journal::Identity identity{1, key_.public_key(), [this](std::string_view text) { return key_.sign(text); }};
    journal_ = std::make_unique<journal::Journal>(*connection_, dictionary, clock, random_, log_, std::move(identity), codec_);
    hear_hub(Micros{0});
    readers_ = std::make_unique<Readers>(settings(folder_, db::Access::reader));
}

Api::~Api() {
    readers_.reset();
    journal_.reset();
    connection_.reset();
    std::filesystem::remove_all(folder_);
}

void Api::serve(std::vector<Route> routes) {
    routes_ = std::move(routes);
    router_ = std::make_unique<http::Router>(records::bind(routes_, Services{*readers_, *this, *this, dictionary, clock, Zone{}}));
}

http::Response Api::send(http::Request request) {
    std::optional<http::Response> answer;
    router_->dispatch(std::move(request),
                      http::Responder{[&](http::Response response, http::Notes const&) { answer = std::move(response); }});
    if (!answer) throw std::runtime_error{"no answer"};
    clock.pass(std::chrono::seconds{1});
    return *answer;
}

http::Response Api::ask(http::Method method, std::string const& target, std::string body, Headers const& headers) {
    http::Request request{method, target};
    request.with_header("Host", "clinic:8441");
    if (!body.empty()) request.with_header("Content-Type", "application/json").with_body(std::move(body));
    for (auto const& [name, value] : headers) request.with_header(name, value);
    return send(std::move(request));
}

void Api::sign_in(Role role, std::optional<Uuid> patient) {
    Principal person;
    person.user = Uuid::from_bytes(Bytes(16, static_cast<char>('A' + static_cast<int>(role))));
    person.role = role;
    person.patient = patient;
    person.is_verified = true;
    who = person;
}

void Api::write(std::function<void(journal::Writer&)> work) {
    std::optional<Problem> lost;
    journal::Job job;
    job.work = [&](journal::Writer& writer) -> std::optional<Problem> {
        work(writer);
        return std::nullopt;
    };
    job.done = [&](Problem const* problem) {
        if (problem != nullptr) lost = *problem;
    };
    submit(std::move(job));
    if (lost) throw std::runtime_error{lost->detail()};
}

std::int64_t Api::count(std::string const& table) {
    auto row = connection_->prepare("SELECT count(*) FROM " + table);
    row.step();
    return row.integer(0);
}

void Api::submit(journal::Job job) {
    std::vector<journal::Job> group;
    group.push_back(std::move(job));
    journal_->run(std::move(group));
}

Result<std::optional<Principal>> Api::authenticate(http::Request const&, Reader&) { return who; }

}  // namespace himsog::records::test
