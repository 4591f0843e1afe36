#include "tests/simulation/check.hpp"

#include "common/crypto/hash.hpp"
#include "common/journal/chain.hpp"
#include "common/journal/row.hpp"
#include "common/journal/store.hpp"

#include <algorithm>
#include <set>

namespace himsog::simulation {

using journal::Head;
using journal::life_register;

namespace {

std::string text_of(Label const& label) {
    return to_hex(std::string{static_cast<char>(label.writer), static_cast<char>(label.writer >> 8)}) + ":" + std::to_string(label.seq);
}

std::string text_of(Values const& values) {
    std::string text;
    for (auto const& value : values) {
        text += text.empty() ? "" : ", ";
        if (value.is_integer()) text += std::to_string(value.integer());
        else if (value.is_text()) text += std::string{value.text()};
        else text += value.is_null() ? "null" : to_hex(value.bytes());
    }
    return "(" + text + ")";
}

/// One node's disk, read as any reader would.
class Disk {
public:
    explicit Disk(Node& node) : node_{node}, writers_{*node.disk}, rows_{*node.disk, writers_} { writers_.load(); }

    std::optional<journal::Row> row(Entity const& entity, Uuid const& id) { return rows_.load(entity, id); }

    std::vector<ExpectedConflict> conflicts(RowKey const& key) {
        auto row = node_.disk->prepare(
            "SELECT id, reg, kind, status, kept_writer, kept_seq, other_writer, other_seq, by_writer, by_seq FROM sync_conflict "
            "WHERE entity = ? AND record = ?");
        row.bind(std::int64_t{key.entity}).bind(key.id);
        std::vector<ExpectedConflict> found;
        while (row.step()) {
            auto& one = found.emplace_back();
            one.id = row.uuid(0);
            one.reg = static_cast<std::uint16_t>(row.integer(1));
            one.kind = static_cast<journal::ConflictKind>(row.integer(2));
            one.status = static_cast<journal::ConflictStatus>(row.integer(3));
            one.kept = label(row, 4);
            one.other = label(row, 6);
            if (!row.is_null(8)) one.by = label(row, 8);
        }
        std::sort(found.begin(), found.end());
        return found;
    }

    /// (register, label) of every version that was replaced.
    std::set<std::pair<std::uint16_t, Label>> past(RowKey const& key) {
        auto row = node_.disk->prepare("SELECT reg, writer, seq FROM sync_past WHERE entity = ? AND id = ?");
        row.bind(std::int64_t{key.entity}).bind(key.id);
        std::set<std::pair<std::uint16_t, Label>> found;
        while (row.step()) found.emplace(static_cast<std::uint16_t>(row.integer(0)), label(row, 1));
        return found;
    }

private:
    Label label(db::Statement const& row, int column) const {
        return {writers_.numbered(row.integer(column)).id, static_cast<std::uint64_t>(row.integer(column + 1))};
    }

    Node& node_;
    journal::WriterTable writers_;
    journal::RowStore rows_;
};

class RowCheck {
public:
    RowCheck(Oracle const& oracle, Node& node, Disk& disk, RowKey const& key)
        : oracle_{oracle}, node_{node}, disk_{disk}, key_{key}, entity_{*node.dictionary.numbered(key.entity)} {}

    void run() {
        auto const row = disk_.row(entity_, key_.id);
        bool const exists = oracle_.exists(key_, node_.held);
        if (row.has_value() != exists)
            fail(exists ? "I3: the log has the row's first version, the table has not"
                        : "I3: the table has a row that the log does not know");
        if (!exists) return;
        auto const past = disk_.past(key_);
        std::size_t replaced = 0;
        for (auto const& reg : entity_.registers()) replaced += check_register(reg.number, row->heads.at(reg.number), past);
        replaced += check_register(life_register, row->heads.at(life_register), past);
        if (past.size() != replaced) fail("I5: history has versions that the oracle does not know");
        check_row(*row);
        if (disk_.conflicts(key_) != oracle_.conflicts(entity_, key_.id, node_.held))
            fail("I7: the work list differs: " + conflicts_text());
    }

private:
    std::size_t check_register(std::uint16_t reg, std::vector<Head> const& heads,
                               std::set<std::pair<std::uint16_t, Label>> const& past) const {
        auto const& all = oracle_.versions(key_, reg);
        auto const expected = oracle_.heads(key_, reg, node_.held);
        if (heads.size() != expected.size())
            fail("I7: " + std::to_string(heads.size()) + " heads, true are " + std::to_string(expected.size()) +
                 heads_text(reg, heads, expected));
        for (std::size_t i = 0; i < heads.size(); ++i) {
            auto const& version = all[expected[i]];
            if (heads[i].label != oracle_.txn(version.txn).label)
                fail("I7: other heads, or in another order" + heads_text(reg, heads, expected));
            if (heads[i].values != version.values) fail("I7: a head with other values" + heads_text(reg, heads, expected));
            if (heads[i].rank != version.rank) fail("I7: a head with another rank" + heads_text(reg, heads, expected));
        }
        std::size_t replaced = 0;
        for (std::uint32_t place = 0; place < all.size(); ++place) {
            if (!node_.held.contains(all[place].txn) || std::find(expected.begin(), expected.end(), place) != expected.end()) continue;
            ++replaced;
            if (!past.contains({reg, oracle_.txn(all[place].txn).label}))
                fail("I6: a version is neither head nor history, register " + std::to_string(reg));
        }
        return replaced;
    }

    void check_row(journal::Row const& row) const {
        auto const base = oracle_.base(key_, node_.held);
        if (row.is_void != oracle_.is_void(entity_, key_.id, node_.held))
            fail(row.is_void ? "I7: void, and must be shown" : "I7: shown, and must be void");
        if (row.base != oracle_.txn(base).label || row.created_at != oracle_.txn(base).time || row.created_by != actor_of(base))
            fail("I5: another first version");
        if (row.updated_at != oracle_.updated_at(entity_, key_.id, node_.held)) fail("I5: another updated_at");
    }

    std::string heads_text(std::uint16_t reg, std::vector<Head> const& heads, std::vector<std::uint32_t> const& expected) const {
        std::string text = ", register " + std::to_string(reg) + ", on disk:";
        for (auto const& head : heads) text += " " + text_of(head.label) + text_of(head.values) + "@" + std::to_string(head.rank);
        text += "; true:";
        for (auto const place : expected) {
            auto const& version = oracle_.versions(key_, reg)[place];
            text += " " + text_of(oracle_.txn(version.txn).label) + text_of(version.values) + "@" + std::to_string(version.rank) + "/txn " +
                    std::to_string(version.txn);
        }
        return text;
    }

    std::string conflicts_text() const {
        auto const text = [](std::vector<ExpectedConflict> const& all) {
            std::string words;
            for (auto const& one : all)
                words += " [" + one.id.text().substr(0, 8) + " reg " + std::to_string(one.reg) + " status " +
                         std::to_string(static_cast<int>(one.status)) + " kept " + text_of(one.kept) + " other " + text_of(one.other) +
                         (one.by ? " by " + text_of(*one.by) : "") + "]";
            return words;
        };
        return "on disk:" + text(disk_.conflicts(key_)) + "; true:" + text(oracle_.conflicts(entity_, key_.id, node_.held));
    }

    [[noreturn]] void fail(std::string const& words) const {
        throw Violation{words + " (" + node_.name + ", " + entity_.name() + " " + key_.id.text() + ")"};
    }

    Oracle const& oracle_;
    Node& node_;
    Disk& disk_;
    RowKey const& key_;
    Entity const& entity_;
};

}  // namespace

void Check::touched(Node& node) const {
    std::sort(node.dirty.begin(), node.dirty.end());
    node.dirty.erase(std::unique(node.dirty.begin(), node.dirty.end()), node.dirty.end());
    if (node.dirty.empty()) return;
    Disk disk{node};
    for (auto const& key : node.dirty) RowCheck{oracle_, node, disk, key}.run();
    node.dirty.clear();
}

void Check::everything(Node& node) const {
    node.dirty = oracle_.rows();
    touched(node);
    if (!node.held.includes(node.owed)) throw Violation{"I6: something acknowledged or received left the log of " + node.name};
}

void Check::log(Node& node) const {
    journal::LogReader reader{*node.disk, node.codec};
    journal::Chainer chainer;
    std::map<Label, journal::Chain> chains;
    std::map<std::uint64_t, std::uint64_t> reached;
    NumberSet before;
    auto const lookup = [&](Label const& label) { return chains.contains(label) ? std::optional{chains.at(label)} : std::nullopt; };
    auto const txns = reader.txns(0, reader.end());
    if (txns.size() != reader.end()) throw Violation{"a body is missing at " + node.name};
    for (auto const& txn : txns) {
        if (txn.label.seq != ++reached[txn.label.writer]) throw Violation{"I1: numbers of a writer are not dense at " + node.name};
        auto const number = txn_of(txn.actor);
        auto const on = txn.origin ? std::optional{txn.origin->parent_chain} : lookup({txn.label.writer, txn.label.seq - 1});
        auto const chain = on ? chainer.chain(*on, txn, lookup) : std::nullopt;
        if (!chain) throw Violation{"I2: a parent stands after its child at " + node.name};
        if (*chain != oracle_.txn(number).chain) throw Violation{"a chain does not verify at " + node.name};
        chains[txn.label] = *chain;
        before.insert(number);
    }
    if (!(before == node.held)) throw Violation{"the bodies are not those of the log at " + node.name};
}

std::string Check::state(Node& node) {
    Disk disk{node};
    crypto::Sha256 hash;
    Bytes text;
    std::size_t rows = 0;
    for (auto const& entity : node.dictionary.entities()) {
        std::vector<Uuid> ids;
        auto row = node.disk->prepare("SELECT id FROM " + entity.name() + " ORDER BY id");
        while (row.step()) ids.push_back(row.uuid(0));
        for (auto const& id : ids) {
            ++rows;
            auto const one = disk.row(entity, id).value();
            text += id.bytes();
            put_fixed64(text, one.base.writer);
            put_varint(text, one.base.seq);
            put_varint(text, one.is_void ? 1 : 0);
            put_signed(text, one.created_at);
            put_signed(text, one.updated_at);
            for (auto const& [reg, heads] : one.heads) {
                for (auto const& head : heads) {
                    put_fixed64(text, head.label.writer);
                    put_varint(text, head.label.seq);
                    put_signed(text, head.rank);
                    for (auto const& value : head.values) value.write(text);
                }
            }
            RowKey const key{entity.number(), id};
            for (auto const& [reg, label] : disk.past(key)) {
                put_varint(text, reg);
                put_fixed64(text, label.writer);
                put_varint(text, label.seq);
            }
            for (auto const& conflict : disk.conflicts(key)) {
                text += conflict.id.bytes();
                put_varint(text, static_cast<std::uint64_t>(conflict.status));
            }
        }
    }
    return std::to_string(rows) + " rows " + to_hex(crypto::sha256(text)).substr(0, 16);
}

}  // namespace himsog::simulation
