#include "hub/sites/registry.hpp"

#include "common/base/calendar.hpp"
#include "common/clinic/sites/entities.hpp"
#include "common/crypto/enrolment_code.hpp"
#include "common/crypto/hash.hpp"

namespace himsog::hub {
namespace {

constexpr std::chrono::hours stale_after{24 * 14};

Problem refused() { return {ProblemKind::forbidden, "This code is not valid, was used already, or is older than 60 minutes."}; }
Problem unknown_site() { return {ProblemKind::not_found, "No Site matches the given query."}; }

std::optional<Instant> moment(db::Statement const& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return Instant{row.integer(column)};
}

std::optional<std::int64_t> number(db::Statement const& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return row.integer(column);
}

constexpr std::string_view site_query =
    "SELECT s.id, s.no, s.name, s.zone, h.state, h.enrolled_at, h.last_seen_at, h.pending_txns, h.oldest_pending_at, h.clock_offset_ms, h.version, "
    "h.certificate_expires_at, h.conflicts_open FROM site s LEFT JOIN hub_site h ON h.no = s.no WHERE s.v_void = 0";

Site read_site(db::Statement const& row, Instant now) {
    Site site;
    site.id = row.uuid(0);
    site.no = static_cast<std::uint16_t>(row.integer(1));
    site.name = std::string{row.text(2)};
    site.zone = std::string{row.text(3)};
    site.state = row.is_null(4) ? "active" : std::string{row.text(4)};  // the hub has no row of its own there
    site.enrolled_at = moment(row, 5);
    site.last_seen_at = moment(row, 6);
    site.pending_txns = number(row, 7);
    site.oldest_pending_at = moment(row, 8);
    site.clock_offset_ms = number(row, 9);
    site.version = std::string{row.text(10)};
    site.certificate_expires_at = moment(row, 11);
    site.conflicts_open = number(row, 12);
    if (site.state == "active" && site.last_seen_at && now - *site.last_seen_at > stale_after) site.state = "stale";
    return site;
}

Result<std::string> checked_name(journal::Writer& writer, std::string const& name, Uuid const& self) {
    auto const trimmed_name = std::string{trimmed(name)};
    if (trimmed_name.empty()) return Problem{FieldErrors{{"name", {"This field may not be blank."}}}};
    if (utf8_length(trimmed_name) > 100) return Problem{FieldErrors{{"name", {"Ensure this field has no more than 100 characters."}}}};
    auto row = writer.database().prepare("SELECT id FROM site WHERE name = ? AND v_void = 0");
    if (row.bind(trimmed_name).step() && row.uuid(0) != self)
        return Problem{FieldErrors{{"name", {"A site with this name already exists."}}}};
    return trimmed_name;
}

std::optional<Problem> check_zone(std::string const& zone) {
    if (zone_named(zone)) return std::nullopt;
    return Problem{FieldErrors{{"zone", {"\"" + zone + "\" is not a valid choice."}}}};
}

}  // namespace

void Registry::migrate(db::Connection& connection) {
    connection.execute(R"(
        CREATE TABLE IF NOT EXISTS hub_site (no INTEGER PRIMARY KEY, state TEXT NOT NULL, enrolled_at INTEGER, last_seen_at INTEGER, pending_txns INTEGER,
            oldest_pending_at INTEGER, clock_offset_ms INTEGER, version TEXT, certificate_serial TEXT, certificate_expires_at INTEGER, conflicts_open INTEGER);
    )");
    connection.create_clustered_table(
        "hub_code", "id BLOB NOT NULL, secret BLOB NOT NULL, site_no INTEGER NOT NULL, expires_at INTEGER NOT NULL, used_at INTEGER", "id");
    connection.create_clustered_table("hub_answer", "code BLOB NOT NULL, request BLOB NOT NULL, web TEXT NOT NULL, node TEXT NOT NULL",
                                      "code");
}

void Registry::load(db::Connection& connection) {
    std::map<std::uint16_t, std::string> active;
    auto row = connection.prepare("SELECT no, certificate_serial FROM hub_site WHERE state = 'active'");
    while (row.step()) active[static_cast<std::uint16_t>(row.integer(0))] = std::string{row.text(1)};
    std::lock_guard const lock{mutex_};
    active_ = std::move(active);
}

bool Registry::may_replicate(std::uint16_t site, std::string_view certificate_serial) const {
    std::lock_guard const lock{mutex_};
    auto const found = active_.find(site);
    return found != active_.end() && found->second == certificate_serial;
}

bool Registry::is_active(std::uint16_t site) const {
    std::lock_guard const lock{mutex_};
    return active_.contains(site);
}

std::string Registry::new_code(journal::Writer& writer, std::uint16_t no, Instant expires_at) {
    auto const print = crypto::fingerprint(authority_.certificate);
    auto const code = crypto::EnrolmentCode::make(hub_url_, from_hex(print.value()).value(), writer.new_id());
    auto& database = writer.database();
    database.prepare("DELETE FROM hub_code WHERE site_no = ? AND used_at IS NULL")
        .bind(std::int64_t{no})
        .run();  // the newest code alone counts
    database.prepare("INSERT INTO hub_code (id, secret, site_no, expires_at) VALUES (?, ?, ?, ?)")
        .bind(code.id)
        .bind_blob(code.secret)
        .bind(std::int64_t{no})
        .bind(expires_at.us)
        .run();
    return code.text();
}

Result<NewSite> Registry::add(journal::Writer& writer, std::string const& name, std::string const& zone) {
    auto const checked = checked_name(writer, name, {});
    if (!checked) return checked.error();
    if (auto problem = check_zone(zone)) return *problem;
    auto& database = writer.database();
    std::int64_t no = 0;
    {
        auto row = database.prepare("SELECT coalesce(max(no), 0) + 1 FROM site");  // void sites too: a number is never used again
        row.step();
        no = row.integer(0);
    }
    if (no > UINT16_MAX) return Problem{ProblemKind::conflict, "There are no site numbers left."};
    NewSite made;
    made.site.id = writer.new_id();
    made.site.no = static_cast<std::uint16_t>(no);
    made.site.name = *checked;
    made.site.zone = zone;
    made.site.state = "enrolling";
    made.expires_at = writer.trusted_now() + code_life;
    writer.insert(*writer.dictionary().named("site"), made.site.id,
                  {journal::Value{no}, journal::Value{made.site.name}, journal::Value{zone}});
    database.prepare("INSERT INTO hub_site (no, state) VALUES (?, 'enrolling')").bind(no).run();
    made.code = new_code(writer, made.site.no, made.expires_at);
    return made;
}

Result<NewSite> Registry::add_or_renew(journal::Writer& writer, std::string const& name, std::string const& zone) {
    for (auto& site : all(writer.database(), writer.trusted_now())) {
        if (site.name != trimmed(name) || site.state != "enrolling") continue;
        NewSite again;
        again.site = std::move(site);
        again.expires_at = writer.trusted_now() + code_life;
        again.code = new_code(writer, again.site.no, again.expires_at);
        return again;
    }
    return add(writer, name, zone);
}

Result<Enrolled> Registry::enrol(journal::Writer& writer, EnrolmentRequest const& request) {
    auto& database = writer.database();
    auto const now = writer.trusted_now();
    Bytes secret;
    std::int64_t no = 0;
    {
        auto row = database.prepare("SELECT secret, site_no FROM hub_code WHERE id = ? AND expires_at > ?");
        if (!row.bind(request.code_id).bind(now.us).step()) return refused();
        secret = Bytes{row.blob(0)};
        no = row.integer(1);
    }
    auto const der = crypto::request_der(request.csr);
    if (!der) return der.error();
    if (request.signing_key.size() != 32) return Problem{FieldErrors{{"signing_key", {"An Ed25519 public key has 32 octets."}}}};
    if (!crypto::constant_time_equal(crypto::enrolment_proof(secret, *der, request.signing_key), request.proof)) return refused();

    auto const asked = crypto::sha256(*der + request.signing_key);
    auto row = database.prepare("SELECT request, web, node FROM hub_answer WHERE code = ?");
    if (!row.bind(request.code_id).step()) return admit(writer, request, no, asked);
    if (row.blob(0) != asked) return refused();
    return answer(database, no, std::string{row.text(1)}, std::string{row.text(2)}, now);
}

Result<Enrolled> Registry::admit(journal::Writer& writer, EnrolmentRequest const& request, std::int64_t no, std::string_view asked) {
    auto& database = writer.database();
    auto const now = writer.trusted_now();
    auto const web = crypto::issue_web(authority_, request.csr, web_names_, now, random_);
    if (!web) return web.error();
    auto const node = crypto::issue_node(authority_, request.csr, static_cast<std::uint16_t>(no), crypto::NodeRole::edge, now, random_);
    if (!node) return node.error();
    auto const info = crypto::certificate_info(*node);

    database.prepare("UPDATE hub_code SET used_at = ? WHERE id = ?").bind(now.us).bind(request.code_id).run();
    database.prepare("INSERT INTO hub_answer (code, request, web, node) VALUES (?, ?, ?, ?)")
        .bind(request.code_id)
        .bind_blob(asked)
        .bind(*web)
        .bind(*node)
        .run();
    database
        .prepare("UPDATE hub_site SET state = 'active', enrolled_at = ?, certificate_serial = ?, certificate_expires_at = ? WHERE no = ?")
        .bind(now.us)
        .bind(info->serial)
        .bind(info->not_after.us)
        .bind(no)
        .run();
    writer.insert(*writer.dictionary().named(journal::site_key_entity), writer.new_id(),
                  {journal::Value{no}, journal::Value{to_hex(request.signing_key)}});
    {
        std::lock_guard const lock{mutex_};
        active_[static_cast<std::uint16_t>(no)] = info->serial;
    }
    return answer(database, no, *web, *node, now);
}

Enrolled Registry::answer(db::Connection& database, std::int64_t no, std::string web, std::string node, Instant now) const {
    Enrolled enrolled{std::move(web), std::move(node), authority_.certificate, {}, {}};
    {
        auto key = database.prepare("SELECT signing_key FROM site_key WHERE site_no = 0 AND v_void = 0 ORDER BY created_at DESC");
        if (key.step()) enrolled.hub_signing_key = from_hex(key.text(0)).value_or(Bytes{});
    }
    auto row = database.prepare(std::string{site_query} + " AND s.no = ?");
    row.bind(no).step();
    enrolled.site = read_site(row, now);
    return enrolled;
}

Result<Site> Registry::rename(journal::Writer& writer, Uuid const& id, std::optional<std::string> const& name,
                              std::optional<std::string> const& zone) {
    auto const& entity = *writer.dictionary().named("site");
    auto row = writer.find(entity, id);
    if (!row) return unknown_site();
    if (name) {
        auto const checked = checked_name(writer, *name, id);
        if (!checked) return checked.error();
        row->at(entity.index("name")) = journal::Value{*checked};
    }
    if (zone) {
        if (auto problem = check_zone(*zone)) return *problem;
        row->at(entity.index("zone")) = journal::Value{*zone};
    }
    writer.update(entity, id, *row);
    return *one(writer.database(), id, writer.trusted_now());
}

Result<Site> Registry::revoke(journal::Writer& writer, Uuid const& id) {
    auto const site = one(writer.database(), id, writer.trusted_now());
    if (!site) return unknown_site();
    if (site->no == clinic::sites::hub_no) return Problem{ProblemKind::conflict, "The hub cannot be revoked."};
    writer.database().prepare("UPDATE hub_site SET state = 'revoked' WHERE no = ?").bind(std::int64_t{site->no}).run();
    writer.database()
        .prepare("DELETE FROM hub_answer WHERE code IN (SELECT id FROM hub_code WHERE site_no = ?)")
        .bind(std::int64_t{site->no})
        .run();
    writer.database().prepare("DELETE FROM hub_code WHERE site_no = ?").bind(std::int64_t{site->no}).run();
    {
        std::lock_guard const lock{mutex_};
        active_.erase(site->no);
    }
    return *one(writer.database(), id, writer.trusted_now());
}

void Registry::note(db::Connection& connection, Contact const& contact) {
    connection.prepare("UPDATE hub_site SET last_seen_at = ?, clock_offset_ms = ?, pending_txns = ?, version = ? WHERE no = ?")
        .bind(contact.at.us)
        .bind(contact.clock_offset_ms)
        .bind(contact.pending_txns)
        .bind(contact.version)
        .bind(std::int64_t{contact.no})
        .run();
}

std::vector<Site> Registry::all(db::Connection& connection, Instant now) {
    std::vector<Site> sites;
    auto row = connection.prepare(std::string{site_query} + " ORDER BY s.no");
    while (row.step()) sites.push_back(read_site(row, now));
    return sites;
}

std::optional<Site> Registry::one(db::Connection& connection, Uuid const& id, Instant now) {
    auto row = connection.prepare(std::string{site_query} + " AND s.id = ?");
    if (!row.bind(id).step()) return std::nullopt;
    return read_site(row, now);
}

}  // namespace himsog::hub
