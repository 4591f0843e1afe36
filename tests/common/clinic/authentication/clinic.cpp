#include "tests/common/clinic/authentication/clinic.hpp"

#include "common/clinic/authentication/accounts.hpp"

#include <stdexcept>

namespace himsog::clinic::authentication::test {
namespace {

db::Settings settings(std::filesystem::path const& folder, db::Access access) {
    db::Settings settings;
    settings.path = (folder / "himsog.db").string();
    settings.key = Bytes(32, 'd');
    settings.access = access;
    return settings;
}

std::filesystem::path new_folder() {
    auto const name = "himsog-authentication-" + to_hex(SystemRandom{}.bytes(8));
    auto folder = std::filesystem::temp_directory_path() / name;
    std::filesystem::create_directory(folder);
    return folder;
}

}  // namespace

journal::Entity patient_entity() {
    using namespace journal;
    return Entity(3, "patient", "Patient")
        .field(reference(1, "user", "Account", "user").nullable().indexed())
        .group("name", "Name",
               {text(2, "first_name", "First name", 100).required().not_blank(), text(3, "middle_name", "Middle name", 100),
                text(4, "last_name", "Last name", 100).required().not_blank()})
        .field(date(5, "date_of_birth", "Date of birth").required())
        .field(choice(6, "gender", "Sex", {{"M", "Male"}, {"F", "Female"}, {"O", "Other"}}).required())
        .field(text(7, "usc_id", "University ID", 50))
        .field(text(8, "phone_number", "Phone", 20).administrative())
        .field(text(9, "address", "Address", 300).administrative())
        .field(decimal(10, "weight", "Weight", 1).nullable())
        .field(text(11, "allergies", "Allergies", 1000).clinical());
}

Clinic::Clinic(std::uint16_t site)
    : folder_{new_folder()}, random_{site + 11U}, key_{crypto::SigningKey::from_seed(Bytes(32, static_cast<char>('k' + site)))} {
    connection_ = std::make_unique<db::Connection>(settings(folder_, db::Access::writer));
    journal::migrate(*connection_, dictionary);
    migrate(*connection_, random_);
    journal::Identity identity{site, key_.public_key(), [this](std::string_view text) { return key_.sign(text); }};
    journal_ = std::make_unique<journal::Journal>(*connection_, dictionary, clock, random_, log_, std::move(identity), codec_);
    journal_->on_commit([this](journal::Committed const& what) { authenticator.committed(what); });
    readers_ = std::make_unique<records::Readers>(settings(folder_, db::Access::reader));
    records::Services const services{*readers_, *this, authenticator, dictionary, clock, Zone{}};
    router_ = std::make_unique<http::Router>(records::bind(routes({service, profiles, authenticator}), services));
}

Clinic::~Clinic() {
    readers_.reset();
    journal_.reset();
    connection_.reset();
    std::filesystem::remove_all(folder_);
}

void Clinic::submit(journal::Job job) {
    std::vector<journal::Job> jobs;
    jobs.push_back(std::move(job));
    journal_->run(std::move(jobs));
}

void Clinic::write(std::function<void(journal::Writer&)> work) {
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

Uuid Clinic::add(std::string_view email, std::string_view role, std::string_view password, bool is_one_time, bool is_verified) {
    NewAccount wanted;
    wanted.email = email;
    wanted.role = role;
    wanted.first_name = "Ana";
    wanted.last_name = "Cruz";
    wanted.password = {*hasher.hash(password), is_one_time};
    wanted.is_verified = is_verified;
    wanted.has_completed_setup = true;
    Uuid id;
    write([&](journal::Writer& writer) { id = create_account(writer, wanted).value(); });
    return id;
}

Uuid Clinic::admit(Uuid const& user, std::string_view last_name) {
    auto const& patient = *dictionary.named("patient");
    auto row = patient.blank();
    row[patient.index("user")] = user;
    row[patient.index("first_name")] = "Ana";
    row[patient.index("last_name")] = last_name;
    row[patient.index("date_of_birth")] = Date::of(2003, 5, 17)->days;
    row[patient.index("gender")] = "F";
    Uuid id;
    write([&](journal::Writer& writer) {
        id = writer.new_id();
        writer.insert(patient, id, row);
    });
    return id;
}

void Clinic::set(Uuid const& user, std::string_view field, journal::Value value) {
    auto const& entity = *dictionary.named("user");
    write([&](journal::Writer& writer) {
        auto row = *writer.find(entity, user);
        row[entity.index(field)] = std::move(value);
        writer.update(entity, user, row);
    });
}

http::Response Clinic::ask(http::Method method, std::string path, std::string body, std::vector<std::string> const& headers) {
    http::Request request{method, std::move(path)};
    request.peer = address;
    if (!body.empty()) request.with_header("Content-Type", "application/json");
    request.with_body(std::move(body));
    for (auto const& line : headers) {
        auto const colon = line.find(": ");
        request.with_header(line.substr(0, colon), line.substr(colon + 2));
    }
    std::optional<http::Response> answered;
    router_->dispatch(std::move(request),
                      http::Responder{[&](http::Response response, http::Notes const&) { answered = std::move(response); }});
    return answered.value();
}

http::Response Clinic::login(std::string_view email, std::string_view password, std::string_view more,
                             std::vector<std::string> const& headers) {
    nlohmann::json body{{"email", email}, {"password", password}};
    if (!more.empty()) body.update(nlohmann::json::parse(more));
    return ask(http::Method::post, "/api/auth/login/", body.dump(), headers);
}

void Clinic::take_from(Clinic& hub) {
    hub.journal_->sign_tip();
    auto log = hub.journal_->log();
    journal::Received received;
    received.txns = log.txns(0, log.end());
    for (auto const& txn : received.txns) journal::write_txn(received.sealed, txn);
    for (auto const& tip : log.have())
        if (auto signature = log.signature_from(tip.label)) received.signatures.push_back(*signature);
    journal_->trust_hub_key(hub.key_.public_key());
    auto verified = journal_->verify(received);
    auto const applied = journal_->apply(received, verified, journal::PeerState{}, 0, [](Micros) { return false; });
    if (applied.refusal != journal::Refusal::none) throw std::runtime_error{journal::name_of(applied.refusal)};
}

std::string Clinic::token_of(std::string_view email) { return json_of(login(email)).at("token").get<std::string>(); }

http::Response Clinic::get_profile(std::string const& token) {
    return ask(http::Method::get, "/api/auth/profile/me/", {}, {bearing(token)});
}

std::int64_t Clinic::count(std::string const& table) {
    auto row = connection_->prepare("SELECT count(*) FROM " + table);
    row.step();
    return row.integer(0);
}

}  // namespace himsog::clinic::authentication::test
