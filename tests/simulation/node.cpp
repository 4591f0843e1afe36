#include "tests/simulation/node.hpp"

#include <algorithm>
#include <map>

namespace himsog::simulation {

using journal::Label;

namespace {

constexpr std::string_view actor_mark = "simulation";

std::unique_ptr<db::Connection> copy_of(db::Connection& from) {
    auto disk = std::make_unique<db::Connection>(db::Settings{.path = ":memory:", .key = {}});
    from.copy_to(*disk);
    return disk;
}

/// A migrated empty database of each dictionary, copied for every node: making the tables anew would take most of a seed's time.
db::Connection& blank_disk(journal::Dictionary const& dictionary) {
    static std::map<std::uint64_t, std::unique_ptr<db::Connection>> disks;
    auto& disk = disks[dictionary.schema()];
    if (!disk) {
        disk = std::make_unique<db::Connection>(db::Settings{.path = ":memory:", .key = {}});
        journal::migrate(*disk, dictionary);
        // A deferred reference to nothing makes the next COMMIT fail as a full disk would.
        disk->execute(
            "CREATE TABLE trap (id INTEGER PRIMARY KEY); CREATE TABLE trapped (id INTEGER REFERENCES trap DEFERRABLE INITIALLY DEFERRED)");
    }
    return *disk;
}

std::unique_ptr<db::Connection> living_copy_of(db::Connection& from, journal::Dictionary const& dictionary) {
    auto disk = copy_of(from);
    journal::migrate(*disk, dictionary);  // the guard of the replicated tables belongs to a connection
    disk->execute("PRAGMA foreign_keys = ON");
    return disk;
}

}  // namespace

Uuid actor_of(TxnNo txn) {
    Bytes octets{actor_mark};
    octets.resize(12);
    for (int i = 3; i >= 0; --i) octets += static_cast<char>(txn >> (8 * i) & 0xff);
    return Uuid::from_bytes(octets);
}

TxnNo txn_of(Uuid const& actor) {
    if (!actor.bytes().starts_with(actor_mark)) throw Violation{"a txn whose author the simulation does not know"};
    TxnNo txn = 0;
    for (std::size_t i = 12; i < 16; ++i) txn = txn << 8 | actor.octets[i];
    return txn;
}

Node::Node(std::string given_name, std::uint16_t number, std::uint64_t seed, journal::Dictionary const& entities, Instant& true_time,
           Oracle& oracle, Counters& counters)
    : name{std::move(given_name)},
      site{number},
      dictionary{entities},
      clock{true_time},
      random{seed},
      key{crypto::SigningKey::from_seed(Bytes(32, static_cast<char>('a' + number)))},
      disk{living_copy_of(blank_disk(entities), entities)},
      oracle_{oracle},
      counters_{counters},
      log_{clock, [](std::string_view) {}} {
    start();
}

void Node::start() {
    journal.reset();
    clock.restart();
    journal::Identity identity{site, key.public_key(), [this](std::string_view text) { return key.sign(text); }};
    journal = std::make_unique<journal::Journal>(*disk, dictionary, clock, random, log_, std::move(identity), codec);
    journal->resume();
    journal->on_commit([this](journal::Committed const&) {
        if (std::exchange(crash_at_commit, false)) throw Crash{this};
    });
}

std::unique_ptr<Image> Node::photograph() const {
    auto image = std::make_unique<Image>();
    image->disk = copy_of(*disk);
    image->held = held;
    image->owed = owed;
    image->position = position_;
    return image;
}

void Node::restore(Image const& image) {
    journal.reset();
    disk = living_copy_of(*image.disk, dictionary);
    held = image.held;
    owed = image.owed;
    position_ = image.position;
    dirty = oracle_.rows();
    start();
}

void Node::observe() {
    auto row = disk->prepare(
        "SELECT l.pos, w.id, l.seq, l.chain, l.actor, l.time, l.skew FROM sync_log l JOIN sync_writer w ON w.no = l.writer WHERE l.pos >= ? ORDER BY l.pos");
    row.bind(static_cast<std::int64_t>(position_));
    while (row.step()) {
        if (static_cast<std::uint64_t>(row.integer(0)) != position_) throw Violation{"I1: a hole in the log of " + name};
        see({static_cast<std::uint64_t>(row.integer(1)), static_cast<std::uint64_t>(row.integer(2))}, journal::chain_from(row.blob(3)),
            row.uuid(4), row.integer(5), row.integer(6));
        ++position_;
    }
}

void Node::see(Label const& label, journal::Chain const& chain, Uuid const& actor, std::int64_t time, std::int64_t skew) {
    auto const number = txn_of(actor);
    if (number >= oracle_.count()) throw Violation{"I3: a txn that nobody wrote"};
    if (!oracle_.logged(number, label, chain, time)) throw Violation{"I1: one txn with two names at " + name};
    auto const& txn = oracle_.txn(number);
    if (held.contains(number)) throw Violation{"I4: a txn stands twice in the log of " + name};
    if (txn.trusted != time + skew) throw Violation{"a txn's trusted time is not its author's, at " + name};
    held.insert(number);
    for (auto const& key_of_row : txn.rows) dirty.push_back(key_of_row);
}

bool Node::run(std::vector<Deed>& deeds, Fate fate) {
    auto const held_before = held;
    auto const position_before = position_;
    std::optional<std::string> wrong;
    std::vector<journal::Job> jobs;
    for (std::size_t i = 0; i < deeds.size(); ++i) {
        auto& deed = deeds[i];
        deed.txn = oracle_.begin();
        auto& job = jobs.emplace_back();
        job.context.actor = actor_of(deed.txn);
        job.work = [&, i](journal::Writer& writer) -> std::optional<Problem> {
            observe();
            oracle_.author_holds(deed.txn, held, writer.trusted_now());
            try {
                deed.work(writer, deed);
            } catch (db::Error const&) {
                throw;
            } catch (std::exception const& error) {  // the journal would answer 500 and go on
                if (!wrong) wrong = error.what();
                return Problem{ProblemKind::internal, error.what()};
            }
            for (auto const& row : oracle_.txn(deed.txn).rows) dirty.push_back(row);
            deed.writes = !oracle_.txn(deed.txn).rows.empty();
            if (fate == Fate::job_breaks && i + 1 == deeds.size()) throw db::Error{10, "the simulated disk broke"};
            if (fate == Fate::commit_fails && i + 1 == deeds.size()) writer.database().prepare("INSERT INTO trapped VALUES (1)").run();
            if (deed.is_refused) return Problem{ProblemKind::conflict, "refused"};
            return std::nullopt;
        };
        job.done = [&deed](Problem const* problem) {
            deed.is_answered = true;
            deed.is_accepted = problem == nullptr;
        };
    }
    crash_at_commit = fate == Fate::crash_before_answers;
    bool lives = true;
    try {
        journal->run(std::move(jobs));
    } catch (Crash const&) {
        stop();
        lives = false;
    }
    crash_at_commit = false;
    if (wrong) throw Violation{*wrong};
    held = held_before;
    position_ = position_before;
    observe();
    check_answers(deeds, fate);
    return lives;
}

void Node::replay(TxnNo txn, std::function<void(journal::Writer&)> const& work) {
    std::vector<journal::Job> jobs(1);
    jobs[0].context.actor = actor_of(txn);
    jobs[0].work = [&](journal::Writer& writer) -> std::optional<Problem> {
        work(writer);
        return std::nullopt;
    };
    jobs[0].done = [](Problem const*) {};
    journal->run(std::move(jobs));
    observe();
    if (!held.contains(txn)) throw Violation{"a resumed image did not write what its twin wrote"};
}

/// I3 and I6 at their source: what was acknowledged is in the log; what was refused or lost is not.
void Node::check_answers(std::vector<Deed> const& deeds, Fate fate) {
    bool const is_lost_group = fate == Fate::job_breaks || fate == Fate::commit_fails;
    for (auto const& deed : deeds) {
        bool const is_there = held.contains(deed.txn);
        if (deed.is_answered && deed.is_accepted && deed.writes && !is_there)
            throw Violation{"I3: acknowledged, and not in the log of " + name};
        if ((is_lost_group || deed.is_refused) && is_there) throw Violation{"I3: refused or lost, and in the log of " + name};
        if (!deed.writes && is_there) throw Violation{"an empty txn in the log of " + name};
        if (fate == Fate::saved && deed.is_answered && deed.is_accepted == deed.is_refused)
            throw Violation{"a job of " + name + " got another's answer"};
        if (fate != Fate::crash_before_answers && !deed.is_answered) throw Violation{"a job of " + name + " was never answered"};
        if (deed.is_answered && deed.is_accepted && deed.writes) owed.insert(deed.txn);
    }
    if (!held.includes(owed)) throw Violation{"I6: something acknowledged left the log of " + name};
}

}  // namespace himsog::simulation
