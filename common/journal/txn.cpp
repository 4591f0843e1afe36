#include "common/journal/txn.hpp"

#include <cstring>
#include <stdexcept>

namespace himsog::journal {
namespace {

constexpr std::uint64_t most_operations = 100'000;
constexpr std::uint64_t most_fields = 1'000;
constexpr std::uint64_t most_parents = 10'000;

Label read_label(ByteReader& in) {
    Label label;
    label.writer = in.fixed64();
    label.seq = in.varint();
    return label;
}

void put_values(Bytes& out, Values const& values) {
    put_varint(out, values.size());
    for (auto const& value : values) value.write(out);
}

Values read_values(ByteReader& in) {
    Values values;
    auto const count = in.varint_at_most(most_fields);
    values.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) values.push_back(Value::read(in));
    return values;
}

void put_operation(Bytes& out, Operation const& operation) {
    out += static_cast<char>(operation.action);
    put_varint(out, operation.entity);
    out += operation.id.bytes();
    put_values(out, operation.row);
    put_varint(out, operation.writes.size());
    for (auto const& write : operation.writes) {
        put_varint(out, write.reg);
        out += static_cast<char>(write.is_stale);
        put_varint(out, write.parents.size());
        for (auto const& parent : write.parents) put_label(out, parent);
        put_values(out, write.values);
    }
    put_varint(out, operation.saw.size());
    for (auto const& seen : operation.saw) {
        put_varint(out, seen.reg);
        put_label(out, seen.label);
    }
}

Operation read_operation(ByteReader& in) {
    Operation operation;
    auto const action = in.byte();
    if (action < 1 || action > 3) throw MalformedBytes{"unknown action"};
    operation.action = static_cast<Action>(action);
    operation.entity = static_cast<std::uint16_t>(in.varint_at_most(UINT16_MAX));
    operation.id = Uuid::from_bytes(in.take(16));
    operation.row = read_values(in);
    auto const writes = in.varint_at_most(most_fields);
    for (std::uint64_t i = 0; i < writes; ++i) {
        Write write;
        write.reg = static_cast<std::uint16_t>(in.varint_at_most(UINT16_MAX));
        write.is_stale = in.byte() != 0;
        auto const parents = in.varint_at_most(most_parents);
        for (std::uint64_t k = 0; k < parents; ++k) write.parents.push_back(read_label(in));
        write.values = read_values(in);
        operation.writes.push_back(std::move(write));
    }
    auto const saw = in.varint_at_most(most_parents);
    for (std::uint64_t i = 0; i < saw; ++i) {
        Seen seen;
        seen.reg = static_cast<std::uint16_t>(in.varint_at_most(UINT16_MAX));
        seen.label = read_label(in);
        operation.saw.push_back(seen);
    }
    return operation;
}

}  // namespace

void put_label(Bytes& out, Label const& label) {
    put_fixed64(out, label.writer);
    put_varint(out, label.seq);
}

Chain chain_from(std::string_view bytes) {
    Chain chain{};
    if (bytes.size() != chain.size()) throw std::invalid_argument{"a chain has 16 octets"};
    std::memcpy(chain.data(), bytes.data(), chain.size());
    return chain;
}

void write_txn(Bytes& out, Txn const& txn) {
    put_label(out, txn.label);
    out += static_cast<char>(txn.origin.has_value());
    if (txn.origin) {
        put_varint(out, txn.origin->site);
        put_sized(out, txn.origin->signing_key);
        put_label(out, txn.origin->parent);
        out += bytes_of(txn.origin->parent_chain);
    }
    put_signed(out, txn.time);
    put_signed(out, txn.trusted - txn.time);
    out += static_cast<char>(txn.clock);
    out += txn.actor.bytes();
    put_sized(out, txn.request);
    put_sized(out, txn.reason);
    put_varint(out, txn.operations.size());
    for (auto const& operation : txn.operations) put_operation(out, operation);
}

Txn read_txn(ByteReader& in) {
    Txn txn;
    txn.label = read_label(in);
    if (in.byte() != 0) {
        WriterOrigin origin;
        origin.site = static_cast<std::uint16_t>(in.varint_at_most(UINT16_MAX));
        origin.signing_key = Bytes{in.sized()};
        origin.parent = read_label(in);
        origin.parent_chain = chain_from(in.take(16));
        txn.origin = std::move(origin);
    }
    txn.time = in.signed_varint();
    txn.trusted = txn.time + in.signed_varint();
    auto const clock = in.byte();
    if (clock > 2) throw MalformedBytes{"unknown clock quality"};
    txn.clock = static_cast<ClockQuality>(clock);
    txn.actor = Uuid::from_bytes(in.take(16));
    txn.request = Bytes{in.sized()};
    txn.reason = std::string{in.sized()};
    auto const operations = in.varint_at_most(most_operations);
    for (std::uint64_t i = 0; i < operations; ++i) txn.operations.push_back(read_operation(in));
    return txn;
}

}  // namespace himsog::journal
