#include "common/crypto/password.hpp"

#include "common/base/bytes.hpp"
#include "common/crypto/library.hpp"

#include <sodium.h>

#include <array>
#include <charconv>
#include <condition_variable>
#include <mutex>
#include <stdexcept>

namespace himsog::crypto {
namespace {

/// Without what is mistaken for something else: 0 O o, 1 l I i, 5 S s, 8 B, 2 Z z, u v.
constexpr std::string_view readable = "346789abcdefghkmnpqrtwxyACDEFGHKMNPQRTWXY";

std::optional<unsigned long long> number_after(std::string_view text, std::string_view mark) {
    auto const at = text.find(mark);
    if (at == std::string_view::npos) return std::nullopt;
    unsigned long long value = 0;
    auto const* const begin = text.data() + at + mark.size();
    if (std::from_chars(begin, text.data() + text.size(), value).ec != std::errc{}) return std::nullopt;
    return value;
}

/// Memory in bytes and passes of a PHC string of ours.
std::optional<PasswordCost> cost_of(std::string_view stored) {
    if (!stored.starts_with("$argon2id$v=19$") || stored.size() >= crypto_pwhash_STRBYTES) return std::nullopt;
    auto const memory = number_after(stored, "$m=");
    auto const passes = number_after(stored, ",t=");
    if (!memory || !passes || *memory > (1ULL << 32U) || *passes > 1000) return std::nullopt;
    return PasswordCost{static_cast<std::size_t>(*memory * 1024), static_cast<unsigned>(*passes)};
}

bool verify_stored(std::string const& stored, std::string_view password) {
    return crypto_pwhash_str_verify(stored.c_str(), password.data(), password.size()) == 0;
}

}  // namespace

/// Two inside, a bounded number before the door.
struct PasswordHasher::Gate {
    explicit Gate(unsigned most) : most_waiting{most} {}

    bool enter() {
        std::unique_lock lock{mutex};
        if (inside == at_once && waiting == most_waiting) return false;
        ++waiting;
        changed.wait(lock, [&] { return inside < at_once; });
        --waiting;
        ++inside;
        return true;
    }
    void leave() {
        std::lock_guard const lock{mutex};
        --inside;
        changed.notify_one();
    }

    std::mutex mutex;
    std::condition_variable changed;
    unsigned const most_waiting;
    unsigned inside = 0;
    unsigned waiting = 0;
};

PasswordHasher::PasswordHasher(PasswordCost cost, unsigned most_waiting) : cost_{cost}, gate_{std::make_unique<Gate>(most_waiting)} {
    start_libsodium();
    if (cost.memory < crypto_pwhash_MEMLIMIT_MIN || cost.memory > highest_memory || cost.passes < crypto_pwhash_OPSLIMIT_MIN || cost.passes > highest_passes)
        throw std::invalid_argument{"this cost of a password hash is out of bounds"};
    dummy_ = hash(random_token()).value();
}

PasswordHasher::~PasswordHasher() = default;

Result<std::string> PasswordHasher::hash(std::string_view password) {
    if (!gate_->enter()) return Problem{ProblemKind::unavailable, "Many people are signing in just now. Try again in a moment."};
    std::array<char, crypto_pwhash_STRBYTES> text{};
    auto const done = crypto_pwhash_str_alg(text.data(), password.data(), password.size(), cost_.passes, cost_.memory, crypto_pwhash_ALG_ARGON2ID13);
    gate_->leave();
    if (done != 0) return Problem{ProblemKind::unavailable, "The clinic's server has no memory for this just now. Try again in a moment."};
    return std::string{text.data()};
}

PasswordVerdict PasswordHasher::verify(std::string_view stored, std::string_view password) {
    auto const cost = cost_of(stored);
    bool const is_ours = cost && cost->memory <= highest_memory && cost->passes <= highest_passes;
    if (!gate_->enter()) return PasswordVerdict::busy;
    bool const right = verify_stored(is_ours ? std::string{stored} : dummy_, password);
    gate_->leave();
    return right && is_ours ? PasswordVerdict::right : PasswordVerdict::wrong;
}

PasswordVerdict PasswordHasher::verify_dummy(std::string_view password) {
    if (!gate_->enter()) return PasswordVerdict::busy;
    static_cast<void>(verify_stored(dummy_, password));
    gate_->leave();
    return PasswordVerdict::wrong;
}

bool PasswordHasher::needs_rehash(std::string_view stored) const {
    auto const cost = cost_of(stored);
    return !cost || cost->memory / 1024 != cost_.memory / 1024 || cost->passes != cost_.passes;
}

std::vector<std::string> password_problems(std::string_view password) {
    std::vector<std::string> problems;
    auto const length = utf8_length(password);
    bool lower = false;
    bool upper = false;
    bool digit = false;
    bool triple = false;
    for (std::size_t i = 0; i < password.size(); ++i) {
        char const c = password[i];
        lower = lower || (c >= 'a' && c <= 'z');
        upper = upper || (c >= 'A' && c <= 'Z');
        digit = digit || (c >= '0' && c <= '9');
        triple = triple || (i >= 2 && c == password[i - 1] && c == password[i - 2]);
    }
    if (length < shortest_password) problems.emplace_back("A password has at least 8 characters.");
    if (length > longest_password) problems.emplace_back("A password has at most 128 characters.");
    if (!lower) problems.emplace_back("A password has at least one lower-case letter.");
    if (!upper) problems.emplace_back("A password has at least one upper-case letter.");
    if (!digit) problems.emplace_back("A password has at least one digit.");
    if (triple) problems.emplace_back("No character stands three times in a row.");
    return problems;
}

std::string one_time_password() {
    start_libsodium();
    while (true) {
        std::string password;
        for (int i = 0; i < 15; ++i) {
            if (i == 5 || i == 10) password += '-';
            password += readable[randombytes_uniform(static_cast<std::uint32_t>(readable.size()))];
        }
        if (password_problems(password).empty()) return password;
    }
}

std::string random_token() {
    start_libsodium();
    Bytes raw(32, '\0');
    randombytes_buf(raw.data(), raw.size());
    return to_hex(raw);
}

}  // namespace himsog::crypto
