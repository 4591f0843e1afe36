#include "common/journal/verifier.hpp"

#include "common/crypto/signing.hpp"
#include "common/journal/mutants.hpp"

#include <algorithm>

namespace himsog::journal {

Bytes signed_text(Label const& label, Chain const& chain) {
    Bytes text{"himsog txn 1"};
    put_fixed64(text, label.writer);
    put_fixed64(text, label.seq);
    text += bytes_of(chain);
    return text;
}

char const* name_of(Refusal refusal) {
    switch (refusal) {
        case Refusal::none: return "none";
        case Refusal::gap: return "gap";
        case Refusal::parent_not_held: return "parent not held";
        case Refusal::fork: return "fork";
        case Refusal::bad_chain: return "bad chain";
        case Refusal::bad_signature: return "bad signature";
        case Refusal::unknown_signer: return "unknown signer";
        case Refusal::malformed: return "malformed";
    }
    return "unknown";
}

Verified Verifier::run() {
    Verified verified;
    verified.chains.reserve(received_.txns.size());
    for (auto const& txn : received_.txns) {
        Chain chain{};
        verified.refusal = check(txn, chain);
        if (verified.refusal != Refusal::none) return verified;
        verified.chains.push_back(chain);
        chains_[txn.label] = chain;
        reached_[txn.label.writer] = txn.label.seq;
        note_enrolled_keys(txn);
    }
    verified.refusal = check_signatures();
    return verified;
}

Refusal Verifier::check(Txn const& txn, Chain& chain) {
    auto const* const writer = state_.writers.find(txn.label.writer);
    bool const starts = txn.label.seq == 1;
    if (starts != txn.origin.has_value()) return Refusal::malformed;
    if (starts) {
        if (auto const refusal = check_origin(txn); refusal != Refusal::none) return refusal;
    }
    Label const before{txn.label.writer, txn.label.seq - 1};
    auto const on = starts ? std::optional{txn.origin->parent_chain} : chain_of(before);
    if (!on) return Refusal::gap;
    auto const lookup = [this](Label const& label) { return chain_of(label); };
    auto const made = chainer_.chain(*on, txn, lookup);
    if (!made) return Refusal::parent_not_held;
    chain = *made;
    if (writer == nullptr || txn.label.seq > writer->have || broken(Mutant::held_by_label_without_chain)) return Refusal::none;
    return state_.log_writer.chain_of(txn.label) == made ? Refusal::none : Refusal::fork;  // same label, other content
}

Refusal Verifier::check_origin(Txn const& txn) {
    auto const& origin = *txn.origin;
    origins_[txn.label.writer] = origin;
    if (origin.parent.seq != 0) {
        auto const parent = chain_of(origin.parent);
        if (!parent) return Refusal::parent_not_held;
        if (*parent != origin.parent_chain) return Refusal::fork;
    }
    return key_is_enrolled(origin) ? Refusal::none : Refusal::unknown_signer;
}

bool Verifier::key_is_enrolled(WriterOrigin const& origin) const {
    if (origin.site == 0 && state_.hub_keys.contains(origin.signing_key)) return true;
    if (origin.site == state_.identity.site && origin.signing_key == state_.identity.signing_key) return true;
    if (enrolled_.contains({origin.site, to_hex(origin.signing_key)})) return true;
    if (state_.dictionary.named(site_key_entity) == nullptr) return false;
    auto row = state_.connection.prepare("SELECT 1 FROM site_key WHERE site_no = ? AND signing_key = ? AND v_void = 0");
    return row.bind(std::int64_t{origin.site}).bind(to_hex(origin.signing_key)).step();
}

/// Only the hub enrols: a key counts when the txn that brings it is the hub's.
void Verifier::note_enrolled_keys(Txn const& txn) {
    auto const* const keys = state_.dictionary.named(site_key_entity);
    if (keys == nullptr || site_of(txn.label.writer) != 0) return;
    for (auto const& operation : txn.operations)
        if (operation.entity == keys->number() && operation.action == Action::insert)
            enrolled_.emplace(operation.row.at(keys->index("site_no")).integer(),
                              Bytes{operation.row.at(keys->index("signing_key")).text()});
}

Refusal Verifier::check_signatures() const {
    for (auto const& [writer, seq] : reached_) {
        Label const last{writer, seq};
        auto const found =
            std::find_if(received_.signatures.begin(), received_.signatures.end(), [&](Signature const& one) { return one.label == last; });
        if (found == received_.signatures.end()) return Refusal::bad_signature;
        auto const chain = chains_.at(last);
        if (found->chain != chain && !broken(Mutant::chain_not_recomputed)) return Refusal::bad_chain;
        if (!crypto::verify(key_of(writer), signed_text(last, found->chain), found->bytes)) return Refusal::bad_signature;
    }
    return Refusal::none;
}

std::optional<Chain> Verifier::chain_of(Label const& label) const {
    if (auto const found = chains_.find(label); found != chains_.end()) return found->second;
    return state_.log_writer.chain_of(label);
}

Bytes Verifier::key_of(std::uint64_t writer) const {
    if (auto const* const known = state_.writers.find(writer)) return known->signing_key;
    return origins_.at(writer).signing_key;
}

std::uint16_t Verifier::site_of(std::uint64_t writer) const {
    if (auto const* const known = state_.writers.find(writer)) return known->site;
    return origins_.at(writer).site;
}

}  // namespace himsog::journal
