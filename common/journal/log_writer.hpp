/// Appends to the node's own log: numbers, chains, runs, log hashes, bodies (SYNC.md section 4). Thread rule: the writer thread's.
#pragma once

#include "common/journal/chain.hpp"
#include "common/journal/replication.hpp"
#include "common/journal/row.hpp"

namespace himsog::journal {

/// Distance of stored log hashes; a cursor between two is proved by hashing at most this many chains.
constexpr std::uint64_t mark_distance = 256;

class LogWriter {
public:
    LogWriter(db::Connection& connection, WriterTable& writers) : connection_{connection}, writers_{writers} {}

    /// Reads end and hash again: after start and after a group was lost.
    void load();
    std::uint64_t end() const { return end_; }
    Chain const& hash() const { return hash_; }

    struct Place {
        Chain chain{};
        std::int64_t time = 0;
    };
    std::optional<Place> find(Label const& label);
    std::optional<Chain> chain_of(Label const& label);
    std::int64_t time_of(Label const& label);
    /// The chain `txn` has on top of what its writer holds.
    std::optional<Chain> chain(WriterTable::Entry const& writer, Txn const& txn);
    /// Adds one txn; `received` is empty for own ones. Moves the writer's have and tip.
    void append(WriterTable::Entry& writer, Txn const& txn, Chain const& chain, std::optional<Instant> received);
    /// Writes what append() gathered: run lengths and haves. Once before each commit.
    void flush();
    /// Row-wise bodies of the last `count` txns, or a range of a received blob.
    void put_bodies(std::uint64_t position, std::uint64_t count, std::string_view rows);
    std::int64_t put_sealed(std::string_view bytes);
    void put_body_range(std::uint64_t position, std::uint64_t count, std::int64_t blob, std::uint64_t first);

private:
    db::Connection& connection_;
    WriterTable& writers_;
    Chainer chainer_;
    std::uint64_t end_ = 0;
    Chain hash_{};
    std::int64_t run_writer_ = -1;
    std::uint64_t run_position_ = 0;
    std::uint64_t run_count_ = 0;
    bool run_is_new_ = false;
    std::vector<WriterTable::Entry*> moved_;
};

}  // namespace himsog::journal
