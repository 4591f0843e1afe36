/// Who a request comes from: `Authorization: Token <64 hex>`, or this node's cookie with X-CSRFToken on what changes something
/// (contract/README.md decision 10, cross_cutting.md 4).
///
/// On the hot path of every request, so what the database said is remembered for each thread, and only until a commit touches a user or a
/// patient, or a session ends: no answer outlives the commit that made it wrong.
#pragma once

#include "common/clinic/authentication/sessions.hpp"
#include "common/crypto/hash.hpp"
#include "common/journal/journal.hpp"
#include "common/records/route.hpp"

#include <array>
#include <atomic>
#include <unordered_map>

namespace himsog::clinic::authentication {

/// Neither Origin nor Sec-Fetch-Site says that another site sent it. Clients that are no browsers send neither.
bool is_from_this_origin(http::Request const& request);

/// Thread rule: authenticate by the threads that serve requests, the rest from any.
class SessionAuthenticator : public records::Authenticator {
public:
    SessionAuthenticator(journal::Dictionary const& dictionary, records::Committer& committer, Clock& clock, std::string cookie);

    /// Of a cookie only a good one counts: an old one must not keep anybody from signing in again. A bad token is always refused.
    Result<std::optional<records::Principal>> authenticate(http::Request const& request, records::Reader& reader) override;

    /// For Journal::on_commit.
    void committed(journal::Committed const& what);
    /// A session ended: nobody may be known by what was remembered.
    void forget() { ++epoch_; }

    std::string const& cookie() const { return cookie_; }

private:
    using Hash = std::array<std::uint8_t, crypto::sha256_size>;
    struct HashOfHash {
        std::size_t operator()(Hash const& hash) const;
    };
    struct Known {
        Session session;
        records::Principal principal;
    };
    struct Cache {
        std::uint64_t epoch = 0;
        std::unordered_map<Hash, Known, HashOfHash> known;
        crypto::Sha256 sha256;
    };
    static constexpr std::size_t most_threads = 64;
    static constexpr std::size_t most_known = 4096;  // for each thread

    Result<records::Principal> person(std::string_view token, SessionKind kind, records::Reader& reader);
    Result<Known> look_up(Hash const& hash, records::Reader& reader) const;
    void touch(Known& known, Instant now);

    journal::Dictionary const& dictionary_;
    std::uint16_t patient_number_;  // 0: no such entity
    records::Committer& committer_;
    Clock& clock_;
    std::string cookie_;
    std::atomic<std::uint64_t> epoch_{1};
    std::array<Cache, most_threads> caches_;
};

}  // namespace himsog::clinic::authentication
