/// The hub's list of sites: who exists, who may replicate, and how a new one comes in (contract/sync.md "Hub", issue "Enrolment").
/// No HTTP, no JSON. What is replicated of a site (number, name, zone, key) lies in the entities of clinic/sites; what only the hub knows
/// (state, certificates, last contact) in local tables.
#pragma once

#include "common/base/problem.hpp"
#include "common/crypto/pki.hpp"
#include "common/journal/journal.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace himsog::hub {

inline constexpr std::chrono::minutes code_life{60};

struct Site {
    Uuid id;
    std::uint16_t no = 0;
    std::string name;
    std::string zone;
    std::string state;  // enrolling, active, stale, revoked
    std::optional<Instant> enrolled_at;
    std::optional<Instant> last_seen_at;
    std::optional<std::int64_t> pending_txns;
    std::optional<Instant> oldest_pending_at;
    std::optional<std::int64_t> clock_offset_ms;
    std::string version;
    std::optional<Instant> certificate_expires_at;
    std::optional<std::int64_t> conflicts_open;
};

struct NewSite {
    Site site;
    std::string code;  // shown once
    Instant expires_at;
};

struct EnrolmentRequest {
    Uuid code_id;
    std::string csr;    // PEM
    Bytes signing_key;  // 32 octets
    Bytes proof;        // HMAC-SHA256(secret, DER of csr ‖ signing_key)
};

struct Enrolled {
    std::string web_certificate;
    std::string node_certificate;
    std::string authority;
    Bytes hub_signing_key;  // 32 octets: the edge believes the hub's first entries by it
    Site site;
};

/// What an edge said of itself in a session.
struct Contact {
    std::uint16_t no = 0;
    Instant at;
    std::int64_t clock_offset_ms = 0;
    std::int64_t pending_txns = 0;
    std::string version;
};

/// Thread rule: methods with a Writer on the writer thread, those with a connection on the connection's; may_replicate and is_active from any.
class Registry {
public:
    Registry(crypto::Identity authority, std::string hub_url, std::vector<std::string> web_names, Random& random)
        : authority_{std::move(authority)}, hub_url_{std::move(hub_url)}, web_names_{std::move(web_names)}, random_{random} {}

    static void migrate(db::Connection& connection);
    /// Reads who may replicate; at start.
    void load(db::Connection& connection);

    Result<NewSite> add(journal::Writer& writer, std::string const& name, std::string const& zone);
    /// A new code for a site of that name that never enrolled; else as add().
    Result<NewSite> add_or_renew(journal::Writer& writer, std::string const& name, std::string const& zone);
    /// One node per code, within its 60 minutes. Whoever asks again with the same request and key, because the answer was lost on the line,
    /// gets the same certificates. Every refusal has the same words: a guess learns nothing.
    Result<Enrolled> enrol(journal::Writer& writer, EnrolmentRequest const& request);
    Result<Site> rename(journal::Writer& writer, Uuid const& id, std::optional<std::string> const& name,
                        std::optional<std::string> const& zone);
    /// Effective at the next contact. The hub itself cannot be revoked.
    Result<Site> revoke(journal::Writer& writer, Uuid const& id);
    static void note(db::Connection& connection, Contact const& contact);

    static std::vector<Site> all(db::Connection& connection, Instant now);
    static std::optional<Site> one(db::Connection& connection, Uuid const& id, Instant now);
    bool may_replicate(std::uint16_t site, std::string_view certificate_serial) const;
    bool is_active(std::uint16_t site) const;
    std::string const& authority_certificate() const { return authority_.certificate; }

private:
    std::string new_code(journal::Writer& writer, std::uint16_t no, Instant expires_at);
    Result<Enrolled> admit(journal::Writer& writer, EnrolmentRequest const& request, std::int64_t no, std::string_view asked);
    Enrolled answer(db::Connection& database, std::int64_t no, std::string web, std::string node, Instant now) const;

    crypto::Identity authority_;
    std::string hub_url_;
    std::vector<std::string> web_names_;
    Random& random_;
    mutable std::mutex mutex_;
    std::map<std::uint16_t, std::string> active_;  // site → serial of its node certificate
};

}  // namespace himsog::hub
