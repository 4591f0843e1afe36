/// A node for tests: in-memory database, a clock that stands still, chance from a seed, an entity that only tests know (chart.hpp).
#pragma once

#include "common/crypto/signing.hpp"
#include "common/journal/journal.hpp"
#include "tests/common/journal/chart.hpp"

#include <stdexcept>

namespace himsog::journal::test {

class StoppedClock : public Clock {
public:
    Instant now() override { return at; }
    Micros uptime() override { return Micros{at.us - 1'700'000'000'000'000}; }
    void pass(Micros span) { at = at + span; }
    Instant at{1'760'000'000'000'000};
};

/// Bodies of received txns in these tests are row-wise, one after the other.
class RowwiseCodec : public BodyCodec {
public:
    std::vector<Txn> open(std::string_view sealed) const override {
        std::vector<Txn> txns;
        ByteReader in{sealed};
        while (!in.at_end()) txns.push_back(read_txn(in));
        return txns;
    }
};

inline Entity site_key() {
    Entity entity{5, "site_key", "Site key"};
    entity.append_only().field(integer(1, "site_no", "Site")).field(text(2, "signing_key", "Key", 64));
    return entity;
}

inline Dictionary const& dictionary() {
    static Dictionary const all{{chart(), site_key()}};
    return all;
}

class Node {
public:
    explicit Node(std::uint16_t number)
        : site{number}, random{number + 1U}, key{crypto::SigningKey::from_seed(Bytes(32, static_cast<char>('a' + number)))} {
        migrate(connection, dictionary());
        start();
    }

    void start() {
        journal.reset();
        journal =
            std::make_unique<Journal>(connection, dictionary(), clock, random, log,
                                      Identity{site, key.public_key(), [this](std::string_view text) { return key.sign(text); }}, codec);
    }

    /// One job, one group. Throws what the answer says when it is a problem.
    void write(std::function<void(Writer&)> work) {
        std::optional<Problem> problem;
        std::vector<Job> jobs(1);
        jobs[0].context.actor = Uuid::from_bytes(Bytes(16, static_cast<char>('A' + site)));
        jobs[0].work = [&](Writer& writer) -> std::optional<Problem> {
            work(writer);
            return std::nullopt;
        };
        jobs[0].done = [&](Problem const* lost) {
            if (lost != nullptr) problem = *lost;
        };
        journal->run(std::move(jobs));
        clock.pass(std::chrono::seconds{1});
        if (problem) throw std::runtime_error{problem->detail()};
    }

    Uuid admit(std::string_view title, std::string_view allergies = "") {
        Uuid id;
        write([&](Writer& writer) {
            auto row = entity().blank();
            row[0] = Value{title};
            row[1] = Value{allergies};
            id = writer.new_id();
            writer.insert(entity(), id, row);
        });
        return id;
    }

    std::vector<Uuid> set(Uuid const& id, std::string_view field, std::string_view value, Base const* base = nullptr) {
        std::shared_ptr<Updated const> updated;
        write([&](Writer& writer) {
            auto row = base != nullptr ? *seen : *writer.find(entity(), id);
            row[entity().index(field)] = Value{value};
            updated = writer.update(entity(), id, row, base);
        });
        return updated->conflicts;
    }

    std::string get(Uuid const& id, std::string_view field) {
        std::string text = "(none)";
        write([&](Writer& writer) {
            if (auto const row = writer.find(entity(), id)) text = std::string{row->at(entity().index(field)).text()};
        });
        return text;
    }

    Base read(Uuid const& id) {
        std::string version;
        write([&](Writer& writer) {
            version = writer.version(entity(), id);
            seen = writer.find(entity(), id);
        });
        return parse_version(version).value();
    }

    std::vector<Conflict> conflicts(std::optional<ConflictStatus> status = ConflictStatus::open) {
        ConflictFilter filter;
        filter.status = status;
        return journal::conflicts(connection, dictionary(), filter, 100, 0);
    }

    /// Everything this node holds, as one bundle.
    Received bundle() {
        journal->sign_tip();
        auto reader = journal->log();
        Received received;
        received.txns = reader.txns(0, reader.end());
        for (auto const& txn : received.txns) write_txn(received.sealed, txn);
        for (auto const& tip : reader.have())
            if (auto signature = reader.signature_from(tip.label)) received.signatures.push_back(*signature);
        return received;
    }

    Refusal take(Received const& received) {
        auto verified = journal->verify(received);
        return journal->apply(received, verified, PeerState{}, 0, [](Micros) { return false; }).refusal;
    }

    void trust(Node const& other) {
        write([&](Writer& writer) {
            auto const& keys = *dictionary().named("site_key");
            writer.insert(keys, writer.new_id(), {Value{other.site}, Value{to_hex(other.key.public_key())}});
        });
    }

    static Entity const& entity() { return *dictionary().named("chart"); }

    std::uint16_t site;
    StoppedClock clock;
    SeededRandom random;
    crypto::SigningKey key;
    RowwiseCodec codec;
    std::string lines;
    Log log{clock, [this](std::string_view line) { lines += line; }};
    db::Connection connection{db::Settings{.path = ":memory:", .key = {}}};
    std::unique_ptr<Journal> journal;
    std::optional<Values> seen;
};

}  // namespace himsog::journal::test
