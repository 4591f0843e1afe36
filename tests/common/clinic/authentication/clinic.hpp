/// A node with accounts for tests: journal and routes as in a program, a clock that stands still, password hashing that costs nothing and
/// counts.
#pragma once

#include "common/clinic/authentication/entities.hpp"
#include "common/clinic/authentication/routes.hpp"
#include "tests/common/journal/node.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>

namespace himsog::clinic::authentication::test {

class CountingHasher : public Hasher {
public:
    Result<std::string> hash(std::string_view password) override { return "hash " + std::to_string(++salt_) + ' ' + std::string{password}; }
    crypto::PasswordVerdict verify(std::string_view stored, std::string_view password) override {
        ++verified;
        auto const right = stored.ends_with(' ' + std::string{password});
        return busy ? crypto::PasswordVerdict::busy : right ? crypto::PasswordVerdict::right : crypto::PasswordVerdict::wrong;
    }
    crypto::PasswordVerdict verify_dummy(std::string_view) override {
        ++verified;
        return busy ? crypto::PasswordVerdict::busy : crypto::PasswordVerdict::wrong;
    }
    int verified = 0;
    bool busy = false;

private:
    int salt_ = 0;
};

/// The tests' own patient: this slice knows the entity by name only.
journal::Entity patient_entity();

class Clinic : public records::Committer {
public:
    explicit Clinic(std::uint16_t site = 1);
    ~Clinic() override;

    void submit(journal::Job job) override;
    void write(std::function<void(journal::Writer&)> work);

    Uuid add(std::string_view email, std::string_view role = "NURSE", std::string_view password = "Passw0rd", bool is_one_time = false,
             bool is_verified = true);
    Uuid admit(Uuid const& user, std::string_view last_name);
    void set(Uuid const& user, std::string_view field, journal::Value value);

    /// Headers are "Name: value" lines.
    http::Response ask(http::Method method, std::string path, std::string body = {}, std::vector<std::string> const& headers = {});
    http::Response login(std::string_view email, std::string_view password = "Passw0rd", std::string_view more = "",
                         std::vector<std::string> const& headers = {});
    /// The token of a login that works.
    std::string token_of(std::string_view email);
    http::Response get_profile(std::string const& token);
    static std::string bearing(std::string const& token) { return "Authorization: Token " + token; }
    std::int64_t count(std::string const& table);
    /// What `hub` wrote so far arrives.
    void take_from(Clinic& hub);
    /// The hub says how far this node's clock lags.
    void hear_hub(Micros lag = Micros{0}) { journal_->clock().heard(clock.at + lag, lag, Micros{1000}); }

    std::string address = "10.0.0.7";
    journal::test::StoppedClock clock;
    CountingHasher hasher;
    journal::Dictionary dictionary{{user_entity(), patient_entity()}};

private:
    std::filesystem::path folder_;
    SeededRandom random_;
    Log log_{clock, [](std::string_view) {}};
    journal::test::RowwiseCodec codec_;
    crypto::SigningKey key_;
    std::unique_ptr<db::Connection> connection_;
    std::unique_ptr<journal::Journal> journal_;
    std::unique_ptr<records::Readers> readers_;

public:
    Service service{hasher, random_};
    Profiles profiles{dictionary};
    SessionAuthenticator authenticator{dictionary, *this, clock, cookie_name("edge", 1)};

private:
    std::unique_ptr<http::Router> router_;
};

inline nlohmann::json json_of(http::Response const& response) { return nlohmann::json::parse(response.body); }

}  // namespace himsog::clinic::authentication::test
