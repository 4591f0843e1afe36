/// The chain of a txn (SYNC.md section 2): H(chain before ‖ H(header) ‖ H(values)), SHA-256, 16 octets kept. Header and values are hashed
/// apart, so that erasure can keep the header; parents are named by their chains, labels are not in it (but the writer's own origin).
#pragma once

#include "common/crypto/hash.hpp"
#include "common/journal/txn.hpp"

#include <functional>

namespace himsog::journal {

/// Thread rule: one thread at a time (keeps a hash context and buffers).
class Chainer {
public:
    /// The chain of a txn that is named as a parent; nothing when it is not held.
    using ChainOf = std::function<std::optional<Chain>(Label const&)>;

    /// The chain of `txn` on top of `before`; nothing when it names a parent that is not held.
    std::optional<Chain> chain(Chain const& before, Txn const& txn, ChainOf const& chain_of);
    /// Log hash after one more chain: H(hash ‖ chain), 16 octets.
    Chain log_hash(Chain const& before, Chain const& next);

private:
    bool put_header(Txn const& txn, ChainOf const& chain_of);
    bool put_operation(Operation const& operation, Label const& own, ChainOf const& chain_of);

    crypto::Sha256 hash_;
    Bytes header_;
    Bytes values_;
};

}  // namespace himsog::journal
