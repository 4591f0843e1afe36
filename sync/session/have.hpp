/// Arithmetic on what nodes hold: hashes, comparison by label and chain. Any thread.
#pragma once

#include "sync/session/message.hpp"
#include "sync/session/replica.hpp"

#include <map>
#include <optional>
#include <vector>

namespace himsog::sync {

/// Writer → highest number.
using Reach = std::map<std::uint64_t, std::uint64_t>;

Reach reach_of(std::vector<journal::Tip> const& tips);
/// 16 octets of SHA-256 over the tips, which are ascending by writer.
journal::Chain have_hash(std::vector<journal::Tip> const& tips);
/// *Held* means the same label and the same chain.
bool is_same(journal::Chain const& one, journal::Chain const& other);
/// The first tip that this node holds with another content; nothing when there is none.
std::optional<journal::Label> find_fork(Replica& replica, std::vector<journal::Tip> const& tips);
/// The first tip that this node does not hold.
std::optional<journal::Label> find_lacking(Replica& replica, std::vector<journal::Tip> const& tips);
/// Everything in the lineage that a HELLO announces, further back through the origins that this node holds. Nothing when the lineage
/// goes on behind what is announced and held here.
std::optional<Reach> whole_lineage(Replica& replica, Hello const& hello);
/// The hash of what a node holds that stands at `position` of this log and has this lineage.
journal::Chain expected_have(Replica& replica, std::uint64_t position, Hello const& hello, Reach const& lineage);

/// For events: a writer in hex and a number.
std::string text_of(journal::Label const& label);

}  // namespace himsog::sync
