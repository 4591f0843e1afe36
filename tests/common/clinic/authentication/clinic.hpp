/// A node with accounts for tests: journal and routes as in a program, a clock that stands still, password hashing that costs nothing and
/// counts.
#pragma once

#include "common/clinic/authentication/entities.hpp"
#include "common/clinic/authentication/routes.hpp"
#include "common/crypto/signing.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>

namespace himsog::clinic::authentication::test {

class StoppedClock : public Clock {
public:
    Instant now() override { return at; }
    Micros uptime() override { return Micros{at.us - 1'700'000'000'000'000}; }
    void pass(Micros span) { at = at + span; }
    Instant at{1'800'000'000'000'000};
};

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

class NoBodies : public journal::BodyCodec {
public:
    std::vector<journal::Txn> open(std::string_view) const override { return {}; }
};

/// The tests' own patient: this slice knows the entity by name only.
journal::Entity patient_entity();

class Clinic : public records::Committer {
public:
    Clinic();
    ~Clinic() override;

    void submit(journal::Job job) override;
    void write(std::function<void(journal::Writer&)> work);

    Uuid add(std::string_view email, std::string_view role = "NURSE", std::string_view password = "Passw0rd", bool is_one_time = false,
             bool is_verified = true);
    Uuid admit(Uuid const& user, std::string_view last_name);
    void set(Uuid const& user, std::string_view field, journal::Value value);

    /// Headers are "Name: value" lines.
    http::Response ask(http::Method method, std::string path, std::string body = {}, std::vector<std::string> headers = {});
    http::Response login(std::string_view email, std::string_view password = "Passw0rd", std::string_view more = "",
                         std::vector<std::string> headers = {});
    /// The token of a login that works.
    std::string token_of(std::string_view email);
    http::Response get_profile(std::string const& token);
    static std::string bearing(std::string const& token) { return "Authorization: Token " + token; }
    std::int64_t count(std::string const& table);
    /// The hub confirms this node's clock.
    void hear_hub() { journal_->clock().heard(clock.at, Micros{0}, Micros{1000}); }

    std::string address = "10.0.0.7";
    StoppedClock clock;
    CountingHasher hasher;
    journal::Dictionary dictionary{{user_entity(), patient_entity()}};

private:
    std::filesystem::path folder_;
    SeededRandom random_{11};
    Log log_{clock, [](std::string_view) {}};
    NoBodies codec_;
    crypto::SigningKey key_{crypto::SigningKey::from_seed(Bytes(32, 'k'))};
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
