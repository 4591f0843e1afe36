/// Checks received txns before anything of them is applied: signer, gaps, parents, chains, signatures (SYNC.md sections 2, 5, 6).
/// Reads only. Thread rule: the writer thread's.
#pragma once

#include "common/journal/state.hpp"

#include <map>

namespace himsog::journal {

class Verifier {
public:
    Verifier(Journal::State& state, Received const& received) : state_{state}, received_{received} {}

    /// The chain of every txn, or why the bundle is refused whole.
    Verified run();

private:
    Refusal check(Txn const& txn, Chain& chain);
    Refusal check_origin(Txn const& txn);
    Refusal check_signatures() const;
    bool key_is_enrolled(WriterOrigin const& origin) const;
    void note_enrolled_keys(Txn const& txn);
    std::optional<Chain> chain_of(Label const& label) const;
    Bytes key_of(std::uint64_t writer) const;
    std::uint16_t site_of(std::uint64_t writer) const;

    Journal::State& state_;
    Received const& received_;
    Chainer chainer_;
    std::map<Label, Chain> chains_;                      // of this bundle
    std::map<std::uint64_t, std::uint64_t> reached_;     // last seq of each writer in this bundle
    std::map<std::uint64_t, WriterOrigin> origins_;      // of writers that begin in it
    std::set<std::pair<std::int64_t, Bytes>> enrolled_;  // keys that it brings along
};

}  // namespace himsog::journal
