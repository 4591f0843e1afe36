#include "sync/bundle/bundle.hpp"
#include "sync/bundle/column.hpp"
#include "sync/bundle/layout.hpp"

#include <map>
#include <stdexcept>

namespace himsog::sync {
namespace {

using journal::bytes_of;
using journal::Label;
using journal::Operation;
using journal::Txn;
using journal::Value;

/// 64-bit writer ids → indices, in the order in which the bundle names them.
class WriterTable {
public:
    std::uint64_t index(std::uint64_t id) {
        auto const [place, is_new] = known_.try_emplace(id, ids_.size());
        if (is_new) ids_.push_back(id);
        return place->second;
    }
    std::vector<std::uint64_t> const& ids() const { return ids_; }

private:
    std::map<std::uint64_t, std::uint64_t> known_;
    std::vector<std::uint64_t> ids_;
};

struct Placed {
    Operation const* operation = nullptr;
    Place place;
};

class Encoder {
public:
    explicit Encoder(std::span<Txn const> txns) : txns_{txns} {
        for (auto const& txn : txns) writers_.index(txn.label.writer);
        for (auto const& txn : txns) name_others(txn);
    }

    RawBody body() {
        txn_table();
        origins();
        auto const shapes = shape_table();
        for (auto const& [shape, items] : shapes) operations(*shape, items);
        return std::move(out_.body());
    }
    WriterTable& writers() { return writers_; }

private:
    void name_others(Txn const& txn) {
        if (txn.origin) writers_.index(txn.origin->parent.writer);
        for (auto const& operation : txn.operations) {
            for (auto const& write : operation.writes)
                for (auto const& parent : write.parents) writers_.index(parent.writer);
            for (auto const& seen : operation.saw) writers_.index(seen.label.writer);
        }
    }

    template <class Of> void numbers(Of const& of) {
        Numbers column;
        column.reserve(txns_.size());
        for (auto const& txn : txns_) column.push_back(static_cast<std::uint64_t>(of(txn)));
        out_.numbers(column);
    }

    template <class Of> void strings(Of const& of) {
        std::vector<std::string_view> column;
        column.reserve(txns_.size());
        for (auto const& txn : txns_) column.push_back(of(txn));
        out_.strings(column);
    }

    void txn_table() {
        numbers([&](Txn const& txn) { return writers_.index(txn.label.writer); });
        std::vector<std::uint64_t> next(writers_.ids().size());
        numbers([&](Txn const& txn) {
            auto& expected = next[writers_.index(txn.label.writer)];
            auto const gap = txn.label.seq - expected;
            expected = txn.label.seq + 1;
            return gap;
        });
        numbers([](Txn const& txn) { return txn.time; });
        numbers([](Txn const& txn) { return static_cast<std::uint64_t>(txn.trusted) - static_cast<std::uint64_t>(txn.time); });
        numbers([](Txn const& txn) { return txn.clock; });
        std::vector<Uuid> actors;
        actors.reserve(txns_.size());
        for (auto const& txn : txns_) actors.push_back(txn.actor);
        out_.known_ids(actors);
        strings([](Txn const& txn) { return std::string_view{txn.request}; });
        strings([](Txn const& txn) { return std::string_view{txn.reason}; });
        numbers([](Txn const& txn) { return txn.operations.size(); });
    }

    void origins() {
        auto& out = out_.bytes();
        std::uint64_t count = 0;
        for (auto const& txn : txns_) count += txn.origin ? 1 : 0;
        put_varint(out, count);
        for (std::size_t i = 0; i < txns_.size(); ++i) {
            auto const& origin = txns_[i].origin;
            if (!origin) continue;
            if (origin->signing_key.size() != key_size) throw std::logic_error{"a signing key has 32 octets"};
            put_varint(out, i);
            put_varint(out, origin->site);
            out += origin->signing_key;
            put_varint(out, writers_.index(origin->parent.writer));
            put_varint(out, origin->parent.seq);
            out += bytes_of(origin->parent_chain);
        }
    }

    /// Writes which shapes there are and each operation's; returns the operations by shape, in that order.
    std::vector<std::pair<Shape const*, std::vector<Placed>>> shape_table() {
        std::vector<std::pair<Shape const*, std::vector<Placed>>> by_shape;
        Numbers column;
        for (auto const& txn : txns_) {
            Place const place{writers_.index(txn.label.writer), txn.label.seq};
            for (auto const& operation : txn.operations) {
                auto const [known, is_new] = shapes_.try_emplace(shape_of(operation), by_shape.size());
                if (is_new) by_shape.emplace_back(&known->first, std::vector<Placed>{});
                by_shape[known->second].second.push_back({&operation, place});
                column.push_back(known->second);
            }
        }
        out_.numbers(column);
        auto& out = out_.bytes();
        put_varint(out, by_shape.size());
        for (auto const& [shape, items] : by_shape) {
            out += static_cast<char>(shape->action);
            put_varint(out, shape->entity);
            put_varint(out, shape->fields);
            put_varint(out, shape->writes.size());
            for (auto const& [reg, values] : shape->writes) {
                put_varint(out, reg);
                put_varint(out, values);
            }
        }
        return by_shape;
    }

    static Shape shape_of(Operation const& operation) {
        Shape shape{operation.action, operation.entity, operation.row.size(), {}};
        for (auto const& write : operation.writes) shape.writes.emplace_back(write.reg, write.values.size());
        return shape;
    }

    void operations(Shape const& shape, std::vector<Placed> const& items) {
        std::vector<Uuid> ids;
        ids.reserve(items.size());
        for (auto const& item : items) ids.push_back(item.operation->id);
        shape.action == journal::Action::insert ? out_.own_ids(ids) : out_.known_ids(ids);

        std::vector<Value const*> column(items.size());
        for (std::size_t field = 0; field < shape.fields; ++field) {
            for (std::size_t i = 0; i < items.size(); ++i) column[i] = &items[i].operation->row[field];
            out_.values(column);
        }
        for (std::size_t k = 0; k < shape.writes.size(); ++k) {
            write_heads(items, k);
            for (std::size_t field = 0; field < shape.writes[k].second; ++field) {
                for (std::size_t i = 0; i < items.size(); ++i) column[i] = &items[i].operation->writes[k].values[field];
                out_.values(column);
            }
        }
        saw(items);
    }

    /// Stale flags and parents of the k-th write; parents that equal those of the row's first write are not repeated.
    void write_heads(std::vector<Placed> const& items, std::size_t k) {
        Numbers stale;
        Numbers counts;
        std::vector<std::pair<Place, Label>> named;
        for (auto const& [operation, place] : items) {
            auto const& write = operation->writes[k];
            stale.push_back(write.is_stale ? 1 : 0);
            bool const as_first = k > 0 && write.parents == operation->writes[0].parents;
            counts.push_back(as_first ? 0 : write.parents.size() + 1);
            if (as_first) continue;
            for (auto const& parent : write.parents) named.emplace_back(place, parent);
        }
        out_.numbers(stale);
        out_.numbers(counts);
        labels(named);
    }

    void saw(std::vector<Placed> const& items) {
        Numbers counts;
        Numbers registers;
        std::vector<std::pair<Place, Label>> named;
        for (auto const& [operation, place] : items) {
            counts.push_back(operation->saw.size());
            for (auto const& seen : operation->saw) {
                registers.push_back(seen.reg);
                named.emplace_back(place, seen.label);
            }
        }
        out_.numbers(counts);
        out_.numbers(registers);
        labels(named);
    }

    void labels(std::vector<std::pair<Place, Label>> const& named) {
        Numbers indices;
        Numbers distances;
        NearSeqs near{writers_.ids().size()};
        for (auto const& [place, label] : named) {
            indices.push_back(writers_.index(label.writer));
            distances.push_back(near.distance(place, indices.back(), label.seq));
        }
        out_.numbers(indices);
        out_.numbers(distances);
    }

    std::span<Txn const> txns_;
    WriterTable writers_;
    ColumnWriter out_;
    std::map<Shape, std::size_t> shapes_;
};

void put_signatures(Bytes& out, WriterTable& writers, std::span<journal::Signature const> signatures) {
    put_varint(out, signatures.size());
    for (auto const& signature : signatures) {
        if (signature.bytes.size() != signature_size) throw std::logic_error{"a signature has 64 octets"};
        put_varint(out, writers.index(signature.label.writer));
        put_varint(out, signature.label.seq);
        out += bytes_of(signature.chain);
        out += signature.bytes;
    }
}

std::uint64_t weight(journal::Values const& values) {
    std::uint64_t sum = 0;
    for (auto const& value : values) sum += 8 + value.text().size() + value.bytes().size();
    return sum;
}

}  // namespace

std::uint64_t weight(Txn const& txn) {
    std::uint64_t sum = 64 + txn.request.size() + txn.reason.size();
    for (auto const& operation : txn.operations) {
        sum += 32 + weight(operation.row) + 8 * operation.saw.size();
        for (auto const& write : operation.writes) sum += 16 + 8 * write.parents.size() + weight(write.values);
    }
    return sum;
}

Bytes encode(journal::Dictionary const& dictionary, std::span<Txn const> txns, std::span<journal::Signature const> signatures,
             Header const& header) {
    std::uint64_t weights = 0;
    std::uint64_t operations = 0;
    for (auto const& txn : txns) {
        weights += weight(txn);
        operations += txn.operations.size();
    }
    if (weights > most_raw_bytes || txns.size() > most_txns || operations > most_operations)
        throw std::length_error{"too much for one bundle"};

    Encoder encoder{txns};
    auto const body = encoder.body();
    Bytes signed_tips;
    put_signatures(signed_tips, encoder.writers(), signatures);
    auto const& writers = encoder.writers().ids();
    if (body.bytes.size() > most_raw_bytes || writers.size() > most_writers) throw std::length_error{"too much for one bundle"};

    Bytes out{magic};
    out += static_cast<char>(bundle_format);
    put_varint(out, header.sender);
    put_varint(out, header.position);
    put_varint(out, txns.size());
    put_fixed64(out, dictionary.schema());
    put_varint(out, no_dictionary);
    put_varint(out, body.bytes.size());
    put_varint(out, writers.size());
    for (auto const id : writers) put_fixed64(out, id);
    out += signed_tips;
    put_sized(out, compress(body));
    put_check(out);
    return out;
}

}  // namespace himsog::sync
