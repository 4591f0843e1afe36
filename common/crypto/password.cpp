#include "common/crypto/password.hpp"

#include "common/base/bytes.hpp"
#include "common/crypto/library.hpp"
#include "common/crypto/secret.hpp"

#include <sodium.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stdexcept>

namespace himsog::crypto {
namespace {

/// Moves past "KEY=NUMBER" and gives the number.
std::optional<std::size_t> parameter(std::string_view& text, std::string_view key) {
    if (!text.starts_with(key)) return std::nullopt;
    text.remove_prefix(key.size());
    std::size_t value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return value;
}

/// The cost that a PHC string of Argon2id names; nothing for other text.
std::optional<PasswordCost> cost_of(std::string_view stored) {
    if (stored.size() >= crypto_pwhash_STRBYTES || stored.find('\0') != std::string_view::npos) return std::nullopt;
    constexpr std::string_view start = "$argon2id$v=19$";
    if (!stored.starts_with(start)) return std::nullopt;
    stored.remove_prefix(start.size());
    auto const kibibytes = parameter(stored, "m=");
    auto const passes = parameter(stored, ",t=");
    if (!kibibytes || !passes || !stored.starts_with(",p=1$")) return std::nullopt;
    return PasswordCost{*kibibytes * 1024, static_cast<unsigned>(std::min<std::size_t>(*passes, PasswordHasher::highest_passes + 1))};
}

bool allowed(PasswordCost cost) {
    return cost.memory >= crypto_pwhash_MEMLIMIT_MIN && cost.memory <= PasswordHasher::highest_memory &&
           cost.passes >= crypto_pwhash_OPSLIMIT_MIN && cost.passes <= PasswordHasher::highest_passes;
}

std::string hashed(std::string_view password, PasswordCost cost) {
    std::string out(crypto_pwhash_STRBYTES, '\0');
    if (crypto_pwhash_str_alg(out.data(), password.data(), password.size(), cost.passes, cost.memory, crypto_pwhash_ALG_ARGON2ID13) != 0)
        throw std::bad_alloc{};
    out.resize(out.find('\0'));
    return out;
}

bool three_in_a_row(std::string_view text) {
    std::string_view last;
    int run = 0;
    while (!text.empty()) {
        std::size_t length = 1;
        while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xc0) == 0x80) ++length;
        auto const character = text.substr(0, length);
        run = character == last ? run + 1 : 1;
        if (run == 3) return true;
        last = character;
        text.remove_prefix(length);
    }
    return false;
}

}  // namespace

/// Lets two in at once and bounds the queue before the door.
struct PasswordHasher::Gate {
    explicit Gate(unsigned most) : most_waiting{most} {}

    class Pass {
    public:
        explicit Pass(Gate& gate) : gate_{gate}, admitted_{gate.enter()} {}
        ~Pass() {
            if (admitted_) gate_.leave();
        }
        Pass(Pass const&) = delete;
        Pass& operator=(Pass const&) = delete;
        explicit operator bool() const { return admitted_; }

    private:
        Gate& gate_;
        bool admitted_;
    };

private:
    bool enter() {
        std::unique_lock lock{mutex};
        if (inside == at_once && waiting == most_waiting) return false;
        ++waiting;
        freed.wait(lock, [&] { return inside < at_once; });
        --waiting;
        ++inside;
        return true;
    }

    void leave() {
        std::lock_guard const lock{mutex};
        --inside;
        freed.notify_one();
    }

    unsigned const most_waiting;
    unsigned inside = 0;
    unsigned waiting = 0;
    std::mutex mutex;
    std::condition_variable freed;
};

PasswordHasher::PasswordHasher(PasswordCost cost, unsigned most_waiting) : cost_{cost}, gate_{std::make_unique<Gate>(most_waiting)} {
    start_libsodium();
    if (!allowed(cost)) throw std::invalid_argument{"the cost of a password hash is out of its limits"};
    dummy_ = hashed(random_token(), cost);
}

PasswordHasher::~PasswordHasher() = default;

Result<std::string> PasswordHasher::hash(std::string_view password) {
    Gate::Pass const pass{*gate_};
    if (!pass) return Problem{ProblemKind::unavailable, "Too many sign-ins at once. Try again in a moment."};
    return hashed(password, cost_);
}

PasswordVerdict PasswordHasher::verify(std::string_view stored, std::string_view password) {
    auto const cost = cost_of(stored);
    bool const ours = cost && allowed(*cost);
    std::string const target{ours ? stored : std::string_view{dummy_}};

    Gate::Pass const pass{*gate_};
    if (!pass) return PasswordVerdict::busy;
    errno = 0;
    bool const matches = crypto_pwhash_str_verify(target.c_str(), password.data(), password.size()) == 0;
    if (!matches && errno == ENOMEM) return PasswordVerdict::busy;
    return matches && ours ? PasswordVerdict::right : PasswordVerdict::wrong;
}

PasswordVerdict PasswordHasher::verify_dummy(std::string_view password) { return verify({}, password); }

bool PasswordHasher::needs_rehash(std::string_view stored) const {
    auto const cost = cost_of(stored);
    return !cost || cost->memory != cost_.memory / 1024 * 1024 || cost->passes != cost_.passes;
}

std::vector<std::string> password_problems(std::string_view password) {
    auto const has = [&](char first, char last) {
        return std::any_of(password.begin(), password.end(), [=](char c) { return c >= first && c <= last; });
    };
    auto const length = utf8_length(password);

    std::vector<std::string> problems;
    if (length < shortest_password) problems.emplace_back("The password must have at least 8 characters.");
    if (length > longest_password) problems.emplace_back("The password may have at most 128 characters.");
    if (!has('a', 'z')) problems.emplace_back("The password must have a lower-case letter.");
    if (!has('A', 'Z')) problems.emplace_back("The password must have an upper-case letter.");
    if (!has('0', '9')) problems.emplace_back("The password must have a digit.");
    if (three_in_a_row(password)) problems.emplace_back("The password may not have the same character three times in a row.");
    return problems;
}

std::string one_time_password() {
    start_libsodium();
    constexpr std::string_view alphabet = "34679ADEFHJLMNRTabcdefhkmnprtuwxy";
    std::string password;
    do {
        password.clear();
        for (int i = 0; i < 17; ++i)
            password += i == 5 || i == 11 ? '-' : alphabet[randombytes_uniform(static_cast<std::uint32_t>(alphabet.size()))];
    } while (!password_problems(password).empty());
    return password;
}

std::string random_token() {
    start_libsodium();
    Bytes octets(32, '\0');
    randombytes_buf(octets.data(), octets.size());
    auto token = to_hex(octets);
    wipe(octets);
    return token;
}

}  // namespace himsog::crypto
