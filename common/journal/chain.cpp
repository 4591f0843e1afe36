#include "common/journal/chain.hpp"

#include <algorithm>

namespace himsog::journal {
namespace {

std::string_view view(std::array<std::uint8_t, crypto::sha256_size> const& digest) {
    return {reinterpret_cast<char const*>(digest.data()), digest.size()};
}

Chain kept(std::array<std::uint8_t, crypto::sha256_size> const& digest) {
    Chain chain{};
    std::copy_n(digest.begin(), chain.size(), chain.begin());
    return chain;
}

}  // namespace

std::optional<Chain> Chainer::chain(Chain const& before, Txn const& txn, ChainOf const& chain_of) {
    header_.clear();
    values_.clear();
    if (!put_header(txn, chain_of)) return std::nullopt;
    auto const header = hash_.update(header_).finish();
    auto const values = hash_.update(values_).finish();
    return kept(hash_.update(bytes_of(before)).update(view(header)).update(view(values)).finish());
}

Chain Chainer::log_hash(Chain const& before, Chain const& next) {
    return kept(hash_.update(bytes_of(before)).update(bytes_of(next)).finish());
}

bool Chainer::put_header(Txn const& txn, ChainOf const& chain_of) {
    if (txn.origin) {  // a first txn vouches for site and key; its parent's chain is what `before` holds
        put_varint(header_, txn.origin->site);
        put_sized(header_, txn.origin->signing_key);
    }
    put_signed(header_, txn.time);
    put_signed(header_, txn.trusted - txn.time);
    header_ += static_cast<char>(txn.clock);
    header_ += txn.actor.bytes();
    if (!txn.reason.empty()) header_ += view(hash_.update(txn.reason).finish());
    put_varint(header_, txn.operations.size());
    for (auto const& operation : txn.operations)
        if (!put_operation(operation, txn.label, chain_of)) return false;
    return true;
}

bool Chainer::put_operation(Operation const& operation, Label const& own, ChainOf const& chain_of) {
    auto const name = [&](Label const& label) {
        auto const chain = label == own ? std::nullopt : chain_of(label);
        if (chain) header_ += bytes_of(*chain);
        return chain.has_value();
    };
    header_ += static_cast<char>(operation.action);
    put_varint(header_, operation.entity);
    header_ += operation.id.bytes();
    for (auto const& value : operation.row) value.write(values_);
    for (auto const& write : operation.writes) {
        put_varint(header_, write.reg);
        header_ += static_cast<char>(write.is_stale);
        put_varint(header_, write.parents.size());
        for (auto const& parent : write.parents)
            if (!name(parent)) return false;
        put_varint(values_, write.reg);
        for (auto const& value : write.values) value.write(values_);
    }
    put_varint(header_, operation.saw.size());
    for (auto const& seen : operation.saw) {
        put_varint(header_, seen.reg);
        if (!name(seen.label)) return false;
    }
    return true;
}

}  // namespace himsog::journal
