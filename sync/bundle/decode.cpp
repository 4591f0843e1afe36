#include "sync/bundle/bundle.hpp"
#include "sync/bundle/column.hpp"
#include "sync/bundle/layout.hpp"

#include <algorithm>
#include <tuple>

namespace himsog::sync {
namespace {

using journal::Label;
using journal::Operation;
using journal::Txn;

constexpr std::uint64_t most_shapes = 10'000;

std::uint16_t read_u16(ByteReader& in) { return static_cast<std::uint16_t>(in.varint_at_most(UINT16_MAX)); }

std::uint16_t as_u16(std::uint64_t number) {
    if (number > UINT16_MAX) throw MalformedBytes{"number over its limit"};
    return static_cast<std::uint16_t>(number);
}

/// A moment within 2^56 µs of 1970 (some 2,280 years): sums and differences of such moments do not overflow anywhere.
std::int64_t as_moment(std::uint64_t number) {
    auto const moment = static_cast<std::int64_t>(number);
    if (moment > most_moment || moment < -most_moment) throw MalformedBytes{"time beyond reason"};
    return moment;
}

struct Item {
    Operation* operation = nullptr;
    Place place;
};

class Decoder {
public:
    Decoder(std::string_view body, std::vector<std::uint64_t> const& writers, std::size_t count)
        : in_{body, Budget{most_decoded_bytes}}, writers_{writers} {
        in_.budget().take(count * sizeof(Txn));
        txns_.resize(count);
    }

    std::vector<Txn> txns() {
        txn_table();
        origins();
        operations_by_shape();
        if (!in_.in().at_end()) throw MalformedBytes{"body holds more than it lists"};
        return std::move(txns_);
    }

private:
    std::uint64_t known(std::uint64_t index) const {
        if (index >= writers_.size()) throw MalformedBytes{"a writer that the bundle does not name"};
        return index;
    }

    void txn_table() {
        auto const count = txns_.size();
        indices_ = in_.numbers(count);
        auto const gaps = in_.numbers(count);
        std::vector<std::uint64_t> next(writers_.size());
        for (std::size_t i = 0; i < count; ++i) {
            auto& expected = next[known(indices_[i])];
            txns_[i].label = {writers_[indices_[i]], expected + gaps[i]};
            expected = txns_[i].label.seq + 1;
        }
        auto const times = in_.numbers(count);
        auto const corrections = in_.numbers(count);
        auto const clocks = in_.numbers(count);
        auto const actors = in_.known_ids(count);
        auto const requests = in_.strings(count);
        auto const reasons = in_.strings(count);
        auto const operations = in_.numbers(count);
        for (std::size_t i = 0; i < count; ++i) {
            auto& txn = txns_[i];
            txn.time = as_moment(times[i]);
            txn.trusted = as_moment(times[i] + corrections[i]);
            if (clocks[i] > 2) throw MalformedBytes{"unknown clock quality"};
            txn.clock = static_cast<journal::ClockQuality>(clocks[i]);
            txn.actor = actors[i];
            in_.budget().take(requests[i].size() + reasons[i].size());
            txn.request = requests[i];
            txn.reason = reasons[i];
            if (operations[i] > most_operations - operations_) throw MalformedBytes{"too many operations"};
            operations_ += operations[i];
            in_.budget().take(operations[i] * sizeof(Operation));
            txn.operations.resize(operations[i]);
        }
    }

    void origins() {
        auto& in = in_.in();
        auto const count = in.varint_at_most(txns_.size());
        std::uint64_t least = 0;
        for (std::uint64_t i = 0; i < count; ++i) {
            auto const index = in.varint();
            if (index < least || index >= txns_.size()) throw MalformedBytes{"origins out of order"};
            least = index + 1;
            journal::WriterOrigin origin;
            origin.site = read_u16(in);
            origin.signing_key = Bytes{in.take(key_size)};
            auto const writer = writers_[known(in.varint())];
            origin.parent = {writer, in.varint()};
            origin.parent_chain = journal::chain_from(in.take(std::tuple_size_v<journal::Chain>));
            txns_[index].origin = std::move(origin);
        }
    }

    void operations_by_shape() {
        auto const column = in_.numbers(operations_);
        auto& in = in_.in();
        std::vector<Shape> shapes(in.varint_at_most(std::min(most_shapes, operations_)));
        for (auto& shape : shapes) read_shape(in, shape);

        std::vector<std::vector<Item>> items(shapes.size());
        std::size_t next = 0;
        for (std::size_t i = 0; i < txns_.size(); ++i) {
            for (auto& operation : txns_[i].operations) {
                auto const index = column[next++];
                if (index >= shapes.size()) throw MalformedBytes{"a shape that the bundle does not list"};
                items[index].push_back({&operation, {indices_[i], txns_[i].label.seq}});
            }
        }
        for (std::size_t i = 0; i < shapes.size(); ++i) {
            if (items[i].empty()) throw MalformedBytes{"a shape without operations"};
            operations(shapes[i], items[i]);
        }
    }

    static void read_shape(ByteReader& in, Shape& shape) {
        auto const action = in.byte();
        if (action < 1 || action > 3) throw MalformedBytes{"unknown action"};
        shape.action = static_cast<journal::Action>(action);
        shape.entity = read_u16(in);
        shape.fields = in.varint_at_most(most_fields);
        shape.writes.resize(in.varint_at_most(most_fields));
        for (auto& [reg, values] : shape.writes) {
            reg = read_u16(in);
            values = in.varint_at_most(most_fields);
        }
    }

    void operations(Shape const& shape, std::vector<Item> const& items) {
        auto const ids = shape.action == journal::Action::insert ? in_.own_ids(items.size()) : in_.known_ids(items.size());
        in_.budget().take(items.size() * shape.writes.size() * sizeof(journal::Write));
        for (std::size_t i = 0; i < items.size(); ++i) {
            auto& operation = *items[i].operation;
            operation.action = shape.action;
            operation.entity = shape.entity;
            operation.id = ids[i];
            operation.row.reserve(shape.fields);
            operation.writes.resize(shape.writes.size());
        }
        for (std::size_t field = 0; field < shape.fields; ++field) {
            auto column = in_.values(items.size());
            for (std::size_t i = 0; i < items.size(); ++i) items[i].operation->row.push_back(std::move(column[i]));
        }
        for (std::size_t k = 0; k < shape.writes.size(); ++k) {
            write_heads(items, k, shape.writes[k].first);
            for (std::size_t field = 0; field < shape.writes[k].second; ++field) {
                auto column = in_.values(items.size());
                for (std::size_t i = 0; i < items.size(); ++i) items[i].operation->writes[k].values.push_back(std::move(column[i]));
            }
        }
        saw(items);
    }

    void write_heads(std::vector<Item> const& items, std::size_t k, std::uint16_t reg) {
        auto const stale = in_.numbers(items.size());
        auto counts = in_.numbers(items.size());
        Numbers named;
        for (auto const count : counts) {
            if (count == 0 && k == 0) throw MalformedBytes{"the first write has parents of its own"};
            named.push_back(count == 0 ? 0 : count - 1);
        }
        auto const parents = labels(items, named);
        std::size_t next = 0;
        for (std::size_t i = 0; i < items.size(); ++i) {
            auto& write = items[i].operation->writes[k];
            write.reg = reg;
            if (stale[i] > 1) throw MalformedBytes{"a flag is 0 or 1"};
            write.is_stale = stale[i] == 1;
            if (counts[i] == 0) {
                write.parents = items[i].operation->writes[0].parents;
                in_.budget().take(write.parents.size() * sizeof(Label));
                continue;
            }
            auto const first = parents.begin() + static_cast<std::ptrdiff_t>(next);
            write.parents.assign(first, first + static_cast<std::ptrdiff_t>(named[i]));
            next += named[i];
        }
    }

    void saw(std::vector<Item> const& items) {
        auto const counts = in_.numbers(items.size());
        auto const registers = in_.numbers(total(counts));
        auto const named = labels(items, counts);
        std::size_t next = 0;
        for (std::size_t i = 0; i < items.size(); ++i)
            for (std::uint64_t k = 0; k < counts[i]; ++k, ++next) items[i].operation->saw.push_back({as_u16(registers[next]), named[next]});
    }

    /// The labels of a column, `counts[i]` for the i-th operation.
    std::vector<Label> labels(std::vector<Item> const& items, Numbers const& counts) {
        auto const count = total(counts);
        auto const indices = in_.numbers(count);
        auto const distances = in_.numbers(count);
        in_.budget().take(2 * count * sizeof(Label));
        std::vector<Label> out;
        out.reserve(count);
        NearSeqs near{writers_.size()};
        for (std::size_t i = 0; i < items.size(); ++i) {
            for (std::uint64_t k = 0; k < counts[i]; ++k) {
                auto const index = known(indices[out.size()]);
                out.push_back({writers_[index], near.seq(items[i].place, index, distances[out.size()])});
            }
        }
        return out;
    }

    static std::size_t total(Numbers const& counts) {
        std::uint64_t sum = 0;
        for (auto const count : counts) {
            if (count > most_operations - sum) throw MalformedBytes{"too many labels"};
            sum += count;
        }
        return sum;
    }

    ColumnReader in_;
    std::vector<std::uint64_t> const& writers_;
    std::vector<Txn> txns_;
    Numbers indices_;  // writer of each txn
    std::uint64_t operations_ = 0;
};

std::vector<journal::Signature> read_signatures(ByteReader& in, std::vector<std::uint64_t> const& writers) {
    auto const count = in.varint_at_most(std::min<std::uint64_t>(writers.size(), in.left() / signature_size));
    std::vector<journal::Signature> signatures;
    for (std::uint64_t i = 0; i < count; ++i) {
        auto const index = in.varint_at_most(writers.size() - 1);
        journal::Signature signature;
        signature.label = {writers[index], in.varint()};
        signature.chain = journal::chain_from(in.take(std::tuple_size_v<journal::Chain>));
        signature.bytes = Bytes{in.take(signature_size)};
        signatures.push_back(std::move(signature));
    }
    return signatures;
}

/// Magic to count and schema; `in` begins at the bundle's first octet.
Outline read_outline(ByteReader& in) {
    if (in.left() <= magic.size() || in.take(magic.size()) != magic) throw UnknownFormat{"not a bundle"};
    if (in.byte() != bundle_format) throw UnknownFormat{"unknown bundle format"};
    Outline outline;
    outline.header.sender = read_u16(in);
    outline.header.position = in.varint();
    outline.count = in.varint_at_most(most_txns);
    outline.schema = in.fixed64();
    return outline;
}

}  // namespace

Outline outline_of(std::string_view bundle) {
    ByteReader in{bundle};
    return read_outline(in);
}

Decoded decode_any_schema(std::string_view bundle) {
    (void)outline_of(bundle);  // another format may have another check value
    ByteReader in{checked(bundle)};
    auto const outline = read_outline(in);
    Decoded decoded;
    decoded.header = outline.header;
    decoded.schema = outline.schema;
    if (in.varint() != no_dictionary) throw UnknownFormat{"unknown compression dictionary"};
    auto const raw_length = in.varint_at_most(most_raw_bytes);
    auto const writer_count = in.varint_at_most(std::min<std::uint64_t>(most_writers, in.left() / 8));
    std::vector<std::uint64_t> writers;
    writers.reserve(writer_count);
    for (std::uint64_t i = 0; i < writer_count; ++i) writers.push_back(in.fixed64());
    decoded.signatures = read_signatures(in, writers);

    auto const body = decompress(in.sized(), raw_length);
    if (!in.at_end()) throw MalformedBytes{"bundle holds more than it lists"};
    decoded.txns = Decoder{body, writers, outline.count}.txns();
    return decoded;
}

Decoded decode(journal::Dictionary const& dictionary, std::string_view bundle) {
    auto decoded = decode_any_schema(bundle);
    if (decoded.schema != dictionary.schema()) throw OtherSchema{"bundle of another schema"};
    return decoded;
}

}  // namespace himsog::sync
