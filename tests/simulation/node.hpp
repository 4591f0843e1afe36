/// A simulated node: an in-memory database that survives, and everything in a process that does not (journal, clock's uptime). One thread.
#pragma once

#include "common/crypto/signing.hpp"
#include "common/journal/journal.hpp"
#include "sync/bundle/bundle.hpp"
#include "tests/simulation/counters.hpp"
#include "tests/simulation/oracle.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace himsog::simulation {

/// A rule of SYNC.md section 12 does not hold, or the product said something that the oracle did not expect. Ends the seed.
class Violation : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

class Node;

/// The process of a node ends here: what was committed stays, nobody is answered. Not a std::exception, so that nobody on the way handles it.
struct Crash {
    Node* node = nullptr;
};

/// Everybody's true time, and how wrong this node's clock is. Each reading takes a microsecond.
class SimClock : public Clock {
public:
    explicit SimClock(Instant& true_time) : true_time_{true_time}, started_{true_time} {}
    Instant now() override { return tick() + error; }
    Micros uptime() override { return tick() - started_; }
    void restart() { started_ = true_time_; }

    Micros error{0};

private:
    Instant tick() { return true_time_ = true_time_ + Micros{1}; }

    Instant& true_time_;
    Instant started_;
};

/// A copy of a node's disk, and what the oracle knows of it.
struct Image {
    std::unique_ptr<db::Connection> disk;
    NumberSet held;
    NumberSet owed;
    std::uint64_t position = 0;
};

/// One job of a group and what becomes of it.
struct Deed {
    TxnNo txn = 0;        // filled when it runs
    bool writes = false;  // something will be in its txn
    bool is_refused = false;
    bool is_answered = false;
    bool is_accepted = false;
    std::vector<RowKey> rows;
    std::function<void(journal::Writer&, Deed&)> work;
    std::string words;  // for the trace
};

enum class Fate { saved, job_breaks, commit_fails, crash_before_answers };

class Node {
public:
    Node(std::string name, std::uint16_t site, std::uint64_t seed, journal::Dictionary const& dictionary, Instant& true_time,
         Oracle& oracle, Counters& counters);

    /// The process begins (again) over what is on disk.
    void start();
    void stop() { journal.reset(); }
    std::unique_ptr<Image> photograph() const;
    void restore(Image const& image);

    /// A group of jobs through Journal::run. Checks that exactly what was acknowledged is in the log. True unless the process ended.
    bool run(std::vector<Deed>& deeds, Fate fate);
    /// A job that the oracle knows already, done by another process that stood exactly where its author stood: a memory image that goes on twice.
    void replay(TxnNo txn, std::function<void(journal::Writer&)> const& work);
    /// Reads what the log has gained into `held`; rows that it touched are added to `dirty`.
    void observe();

    std::string name;
    std::uint16_t site;
    journal::Dictionary const& dictionary;
    SimClock clock;
    SeededRandom random;
    crypto::SigningKey key;
    sync::BundleCodec codec;
    std::unique_ptr<db::Connection> disk;
    std::unique_ptr<journal::Journal> journal;
    NumberSet held;                // by its log
    NumberSet owed;                // what it acknowledged, or received and confirmed: must never leave this disk
    std::vector<RowKey> dirty;     // touched since they were last compared with the oracle
    bool crash_at_commit = false;  // the process ends right after its next commit

private:
    void see(journal::Label const& label, journal::Chain const& chain, Uuid const& actor, std::int64_t time, std::int64_t skew);
    void check_answers(std::vector<Deed> const& deeds, Fate fate);

    Oracle& oracle_;
    Counters& counters_;
    Log log_;
    std::uint64_t position_ = 0;  // of the log, read so far
};

/// Actors of the simulation carry the number of the oracle's txn.
Uuid actor_of(TxnNo txn);
TxnNo txn_of(Uuid const& actor);

}  // namespace himsog::simulation
