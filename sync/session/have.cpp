#include "sync/session/have.hpp"

#include "common/crypto/hash.hpp"
#include "sync/session/mutants.hpp"

#include <algorithm>
#include <tuple>

namespace himsog::sync {

using journal::bytes_of;
using journal::Chain;
using journal::Label;
using journal::Tip;

Reach reach_of(std::vector<Tip> const& tips) {
    Reach reach;
    for (auto const& tip : tips) {
        auto& seq = reach[tip.label.writer];
        seq = std::max(seq, tip.label.seq);
    }
    return reach;
}

Chain have_hash(std::vector<Tip> const& tips) {
    Bytes text;
    for (auto const& tip : tips) {
        put_fixed64(text, tip.label.writer);
        put_fixed64(text, tip.label.seq);
        text += bytes_of(tip.chain);
    }
    return journal::chain_from(crypto::sha256(text).substr(0, std::tuple_size_v<Chain>));
}

bool is_same(Chain const& one, Chain const& other) { return one == other || broken(Mutant::held_by_label_without_chain); }

std::optional<Label> find_fork(Replica& replica, std::vector<Tip> const& tips) {
    for (auto const& tip : tips)
        if (auto const here = replica.chain_of(tip.label); here && !is_same(*here, tip.chain)) return tip.label;
    return std::nullopt;
}

std::optional<Label> find_lacking(Replica& replica, std::vector<Tip> const& tips) {
    for (auto const& tip : tips)
        if (auto const here = replica.chain_of(tip.label); !here || !is_same(*here, tip.chain)) return tip.label;
    return std::nullopt;
}

std::optional<Reach> whole_lineage(Replica& replica, Hello const& hello) {
    auto lineage = reach_of(hello.lineage);
    if (hello.lineage.empty()) return lineage;
    auto origin = replica.origin_of(hello.lineage.back().label.writer);
    if (!origin && hello.has_older) return std::nullopt;
    while (origin && origin->parent.seq != 0) {  // a writer is held only if its parent is, so this ends at the site's first
        if (!lineage.emplace(origin->parent.writer, origin->parent.seq).second) break;
        origin = replica.origin_of(origin->parent.writer);
    }
    return lineage;
}

Chain expected_have(Replica& replica, std::uint64_t position, Hello const& hello, Reach const& lineage) {
    auto reach = replica.have_below(position);
    for (auto const& [writer, seq] : lineage) reach[writer] = std::max(reach[writer], seq);
    std::vector<Tip> tips;
    tips.reserve(reach.size());
    for (auto const& [writer, seq] : reach) {
        Label const label{writer, seq};
        auto const announced = std::find_if(hello.lineage.begin(), hello.lineage.end(), [&](Tip const& tip) { return tip.label == label; });
        if (announced != hello.lineage.end()) tips.push_back(*announced);
        else tips.push_back({label, replica.chain_of(label).value_or(Chain{})});
    }
    return have_hash(tips);
}

std::string text_of(Label const& label) {
    Bytes id;
    put_fixed64(id, label.writer);
    return to_hex(id) + ":" + std::to_string(label.seq);
}

}  // namespace himsog::sync
