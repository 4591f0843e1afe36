// An entity that only this file knows, declared once, has everything that an entity has.
#include "common/clinic/sites/entities.hpp"
#include "common/crypto/signing.hpp"
#include "common/http/server.hpp"
#include "common/records/collection.hpp"
#include "common/records/openapi.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>

using namespace himsog;
using namespace himsog::journal;
using nlohmann::json;

namespace {

Entity vaccination() {
    Entity entity{700, "vaccination", "Vaccination"};
    entity.field(reference(1, "of_site", "Site", "site").filterable())
        .field(text(2, "vaccine", "Vaccine", 40).required().not_blank().searchable().phi())
        .group("dose", "Dose", {integer(3, "dose_no", "Number").between(1, 9), text(4, "dose_lot", "Lot", 20)})
        .field(date(5, "given_on", "Given on").required().filterable())
        .field(choice(6, "arm", "Arm", {{"L", "Left"}, {"R", "Right"}}).nullable().filterable())
        .field(text(7, "vial_pin", "Vial PIN", 64).secret())
        .readable_by(records::clinic_roles)
        .writable_by(bit(records::Role::nurse));
    return entity;
}

class FixedClock : public Clock {
public:
    Instant now() override { return {1'763'000'000'000'000}; }
    Micros uptime() override { return Micros{1}; }
};

class NoCodec : public BodyCodec {
public:
    std::vector<Txn> open(std::string_view) const override { return {}; }
};

/// Signs in whoever the header "Role" names.
class ByHeader : public records::Authenticator {
public:
    Result<std::optional<records::Principal>> authenticate(http::Request const& request, records::Reader&) override {
        auto const role = records::role_named(request.header("role"));
        if (!role) return std::optional<records::Principal>{};
        records::Principal who;
        who.user = Uuid::from_bytes(Bytes(16, 'u'));
        who.role = *role;
        who.is_verified = true;
        return std::optional{who};
    }
};

class Now : public records::Committer {
public:
    Journal* journal = nullptr;
    void submit(Job job) override {
        std::vector<Job> group;
        group.push_back(std::move(job));
        journal->run(std::move(group));
    }
};

/// A node's API over one file database.
class Clinic {
public:
    Clinic() {
        std::filesystem::create_directories(folder);
        migrate(connection, dictionary);
        committer.journal = &journal;
    }
    ~Clinic() { std::filesystem::remove_all(folder); }

    http::Response ask(http::Method method, std::string const& target, json const& body = nullptr, char const* role = "NURSE",
                       std::string const& base = {}) {
        http::Request request{method, target};
        request.with_header("Host", "clinic")
            .with_header("Role", role)
            .with_header("Content-Type", "application/json")
            .with_header("X-Himsog-Base", base);
        if (!body.is_null()) request.with_body(body.dump());
        std::optional<http::Response> answer;
        router.dispatch(std::move(request),
                        http::Responder{[&](http::Response response, http::Notes const&) { answer = std::move(response); }});
        REQUIRE(answer);
        return *answer;
    }

    std::filesystem::path folder = std::filesystem::temp_directory_path() / ("himsog-declared-" + to_hex(SystemRandom{}.bytes(6)));
    bool made = std::filesystem::create_directories(folder);
    Dictionary dictionary{{clinic::sites::site_entity(), clinic::sites::site_key_entity(), vaccination()}};
    FixedClock clock;
    SeededRandom random{7};
    Log log{clock, [](std::string_view) {}};
    crypto::SigningKey key = crypto::SigningKey::from_seed(Bytes(32, 's'));
    db::Connection connection{db::Settings{.path = (folder / "test.db").string(), .key = Bytes(32, 'k')}};
    NoCodec codec;
    bool migrated = (migrate(connection, dictionary), true);
    Journal journal{connection, dictionary, clock,
                    random,     log,        Identity{1, key.public_key(), [this](std::string_view text) { return key.sign(text); }},
                    codec};
    records::Readers readers{db::Settings{.path = (folder / "test.db").string(), .key = Bytes(32, 'k'), .access = db::Access::reader}};
    Now committer;
    ByHeader authenticator;
    records::Shape shape{*dictionary.named("vaccination")};
    std::vector<records::Route> routes = records::collection(records::Collection{shape, "/api/vaccinations/"});
    http::Router router{records::bind(routes, {readers, committer, authenticator, dictionary, clock, Zone{}})};
};

json const good = {{"vaccine", "Anti-rabies"}, {"dose_no", "2"},     {"dose_lot", "B7"},
                   {"given_on", "2026-05-06"}, {"vial_pin", "1234"}, {"unknown", true}};

}  // namespace

TEST_CASE("declared once: create, read, list, filter, page", "[records]") {
    Clinic clinic;
    auto const made = clinic.ask(http::Method::post, "/api/vaccinations/", good);
    REQUIRE(made.status == 201);
    auto const row = json::parse(made.body);
    CHECK(row["dose_no"] == 2);
    CHECK(row["arm"] == nullptr);
    CHECK_FALSE(row.contains("vial_pin"));
    CHECK_FALSE(row.contains("unknown"));

    auto other = good;
    other["vaccine"] = "Flu";
    other["arm"] = "L";
    REQUIRE(clinic.ask(http::Method::post, "/api/vaccinations/", other).status == 201);
    CHECK(json::parse(clinic.ask(http::Method::get, "/api/vaccinations/").body).size() == 2);
    CHECK(json::parse(clinic.ask(http::Method::get, "/api/vaccinations/?arm=L").body).size() == 1);
    CHECK(json::parse(clinic.ask(http::Method::get, "/api/vaccinations/?search=RABIES").body).size() == 1);
    CHECK(json::parse(clinic.ask(http::Method::get, "/api/vaccinations/?of_site=nonsense").body).empty());
    CHECK(clinic.ask(http::Method::get, "/api/vaccinations/?arm=X").status == 400);
    auto const page = json::parse(clinic.ask(http::Method::get, "/api/vaccinations/?page=2&page_size=1").body);
    CHECK(page["count"] == 2);
    CHECK(page["results"].size() == 1);
    CHECK(page["next"] == nullptr);
    auto const first = json::parse(clinic.ask(http::Method::get, "/api/vaccinations/?cursor=&page_size=1").body);
    auto const next = first["next"].get<std::string>();
    auto const second = json::parse(clinic.ask(http::Method::get, next.substr(next.find("/api"))).body);
    CHECK(second["results"][0]["id"] != first["results"][0]["id"]);
    CHECK(clinic.ask(http::Method::get, "/api/vaccinations/" + row["id"].get<std::string>() + "/").find("ETag") != "");
    CHECK(clinic.ask(http::Method::get, "/api/vaccinations/not-an-id/").status == 404);
}

TEST_CASE("declared once: field errors, policy, references", "[records]") {
    Clinic clinic;
    auto const refused =
        clinic.ask(http::Method::post, "/api/vaccinations/", {{"vaccine", " "}, {"dose_no", 12}, {"given_on", "2026-02-30"}, {"arm", "X"}});
    CHECK(refused.status == 400);
    auto const errors = json::parse(refused.body);
    for (auto const* const field : {"vaccine", "dose_no", "given_on", "arm"}) CHECK(errors.contains(field));
    CHECK(clinic.ask(http::Method::post, "/api/vaccinations/", good, "STAFF").status == 403);
    CHECK(clinic.ask(http::Method::get, "/api/vaccinations/", nullptr, "STUDENT").status == 403);
    CHECK(clinic.ask(http::Method::get, "/api/vaccinations/", nullptr, "nobody").status == 401);
    auto dangling = good;
    dangling["of_site"] = "018bcff2-3940-781b-a12d-dbdb9f5880c2";
    CHECK(json::parse(clinic.ask(http::Method::post, "/api/vaccinations/", dangling).body).contains("of_site"));
    CHECK(json::parse(clinic.ask(http::Method::get, "/api/vaccinations/").body).empty());
}

TEST_CASE("declared once: the same create twice is one record; an old version leaves a conflict; void", "[records]") {
    Clinic clinic;
    auto with_id = good;
    with_id["id"] = "018bcff2-3940-781b-a12d-dbdb9f5880c2";
    REQUIRE(clinic.ask(http::Method::post, "/api/vaccinations/", with_id).status == 201);
    auto const again = clinic.ask(http::Method::post, "/api/vaccinations/", with_id);
    CHECK(again.status == 200);
    auto const path = "/api/vaccinations/018bcff2-3940-781b-a12d-dbdb9f5880c2/";
    auto const etag = std::string{again.find("ETag")};
    REQUIRE(clinic.ask(http::Method::patch, path, {{"dose_lot", "C1"}}).status == 200);
    auto const stale = clinic.ask(http::Method::patch, path, {{"dose_lot", "D2"}}, "NURSE", etag);
    REQUIRE(stale.status == 200);
    CHECK(json::parse(stale.body)["conflicts"].size() == 1);
    auto const entries = history(clinic.connection, clinic.dictionary, *clinic.dictionary.named("vaccination"),
                                 *Uuid::parse("018bcff2-3940-781b-a12d-dbdb9f5880c2"));
    CHECK(entries.size() == 3);
    CHECK(clinic.ask(http::Method::del, path).status == 204);
    CHECK(clinic.ask(http::Method::get, path).status == 404);
}

TEST_CASE("declared once: it is in the OpenAPI document", "[records]") {
    Clinic clinic;
    auto const document = json::parse(records::openapi(clinic.routes, {&clinic.shape}));
    CHECK(document["paths"]["/api/vaccinations/"].contains("post"));
    auto const& properties = document["components"]["schemas"]["vaccination"]["properties"];
    CHECK(properties["given_on"]["format"] == "date");
    CHECK_FALSE(properties.contains("vial_pin"));
}
