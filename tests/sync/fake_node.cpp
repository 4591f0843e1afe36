#include "tests/sync/fake_node.hpp"

namespace himsog::testing {

using namespace journal;

namespace {

/// Every process start draws another number, also after a restore: what the kernel's randomness does in a real node.
std::uint64_t starts = 0;

Chain short_hash(Bytes const& text) { return chain_from(crypto::sha256(text).substr(0, 16)); }

Signature signature_over(Label const& label, Chain const& chain) {
    Bytes text{"signed"};
    put_fixed64(text, label.writer);
    put_fixed64(text, label.seq);
    text += bytes_of(chain);
    return {label, chain, crypto::sha256(text) + crypto::sha256(text)};
}

}  // namespace

void FakeNode::write(std::string const& text) {
    Txn txn;
    Chain before{};
    if (open_ == 0) {
        open_ = next_writer_ + ++starts;
        if (tip_.seq != 0) before = *chain_of(tip_);
        txn.label = {open_, 1};
        txn.origin = WriterOrigin{number_, Bytes(32, static_cast<char>(number_)), tip_, before};
    } else {
        txn.label = {open_, tip_.seq + 1};
        before = *chain_of(tip_);
    }
    txn.time = txn.trusted = clock.us;
    txn.reason = text;
    tip_ = txn.label;
    auto const chain = chained(before, txn);
    append(std::move(txn), chain);
}

Chain FakeNode::chained(Chain const& before, Txn const& txn) const {
    Bytes content{bytes_of(before)};
    put_signed(content, txn.time);
    content += txn.reason;
    return short_hash(content);
}

void FakeNode::append(Txn txn, Chain chain) {
    if (txn.origin) origins_[txn.label.writer] = *txn.origin;
    places_[txn.label] = log_.size();
    log_.push_back({std::move(txn), chain});
}

std::vector<std::string> FakeNode::texts() const {
    std::vector<std::string> texts;
    for (auto const& entry : log_) texts.push_back(entry.txn.reason);
    std::sort(texts.begin(), texts.end());
    return texts;
}

std::vector<Tip> FakeNode::lineage() {
    std::vector<Tip> tips;
    for (auto at = tip_; at.seq != 0; at = origins_.at(at.writer).parent) tips.push_back({at, *chain_of(at)});
    return tips;
}

std::optional<Cursor> FakeNode::cursor_at(std::uint64_t position) {
    if (position > log_.size()) return std::nullopt;
    Cursor cursor{position, {}};
    for (std::uint64_t i = 0; i < position; ++i) cursor.hash = short_hash(Bytes{bytes_of(cursor.hash)} + Bytes{bytes_of(log_[i].chain)});
    return cursor;
}

std::vector<Run> FakeNode::runs(std::uint64_t from, std::uint64_t to) {
    std::vector<Run> runs;
    for (auto i = from; i < to; ++i) {
        auto const& label = log_[i].txn.label;
        if (!runs.empty() && runs.back().first.writer == label.writer && runs.back().first.seq + runs.back().count == label.seq)
            ++runs.back().count;
        else runs.push_back({i, 1, label, origins_.at(label.writer).site});
    }
    return runs;
}

std::vector<Txn> FakeNode::txns(std::uint64_t position, std::uint64_t count) {
    std::vector<Txn> txns;
    for (auto i = position; i < position + count; ++i) txns.push_back(log_.at(i).txn);
    return txns;
}

std::vector<Tip> FakeNode::have() {
    std::vector<Tip> tips;
    for (auto const& [writer, seq] : have_below(log_.size())) tips.push_back({{writer, seq}, *chain_of({writer, seq})});
    return tips;
}

std::map<std::uint64_t, std::uint64_t> FakeNode::have_below(std::uint64_t position) {
    std::map<std::uint64_t, std::uint64_t> have;
    for (std::uint64_t i = 0; i < position; ++i) have[log_[i].txn.label.writer] = log_[i].txn.label.seq;
    return have;
}

std::optional<std::uint64_t> FakeNode::position_of(Label const& label) {
    auto const found = places_.find(label);
    return found == places_.end() ? std::nullopt : std::optional{found->second};
}

std::optional<Chain> FakeNode::chain_of(Label const& label) {
    auto const position = position_of(label);
    return position ? std::optional{log_[*position].chain} : std::nullopt;
}

std::optional<WriterOrigin> FakeNode::origin_of(std::uint64_t writer) {
    auto const found = origins_.find(writer);
    return found == origins_.end() ? std::nullopt : std::optional{found->second};
}

std::optional<Signature> FakeNode::signature_from(Label const& label) {
    auto const kept = signatures_.find(label.writer);
    if (kept == signatures_.end()) return std::nullopt;
    auto const found = kept->second.lower_bound(label.seq);
    return found == kept->second.end() ? std::nullopt : std::optional{found->second};
}

Signature FakeNode::sign(Label const& label) { return signature_over(label, *chain_of(label)); }

std::uint64_t FakeNode::held_of(std::uint64_t writer) {
    auto const have = have_below(log_.size());
    auto const found = have.find(writer);
    return found == have.end() ? 0 : found->second;
}

Refusal FakeNode::apply(Received const& received, PeerState const& peer) {
    if (refuse != Refusal::none) return refuse;
    auto after = *this;  // all or nothing
    std::map<std::uint64_t, Label> last;
    for (auto const& txn : received.txns) {
        auto const parent = txn.origin ? txn.origin->parent : Label{txn.label.writer, txn.label.seq - 1};
        Chain before{};
        if (parent.seq != 0) {
            auto const held = after.chain_of(parent);
            if (!held) return txn.origin ? Refusal::parent_not_held : Refusal::gap;
            before = *held;
        }
        auto const chain = chained(before, txn);
        last[txn.label.writer] = txn.label;
        if (auto const here = after.chain_of(txn.label)) {
            if (*here != chain) return Refusal::fork;
            ++after.skipped;
            continue;
        }
        if (after.open_ == txn.label.writer) after.open_ = 0;
        after.append(txn, chain);
    }
    for (auto const& [writer, newest] : last) {
        auto const& label = newest;  // clang 14 captures no structured binding
        auto const found =
            std::find_if(received.signatures.begin(), received.signatures.end(), [&](Signature const& one) { return one.label == label; });
        if (found == received.signatures.end() || found->chain != *after.chain_of(label)) return Refusal::bad_signature;
        if (found->bytes != signature_over(label, found->chain).bytes) return Refusal::bad_signature;
        after.signatures_[writer][label.seq] = *found;
    }
    if (peer.cursor) after.cursor_ = *peer.cursor;
    if (peer.comparing) after.comparing_ = *peer.comparing;
    *this = std::move(after);
    return Refusal::none;
}

}  // namespace himsog::testing
