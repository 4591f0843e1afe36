// Everything that was ever true of a row: replaced, shown and waiting versions, grouped by the txn that wrote them.
#include "common/journal/authorship.hpp"
#include "common/journal/row.hpp"
#include "common/journal/store.hpp"

#include <algorithm>
#include <map>

namespace himsog::journal {
namespace {

class HistoryReader {
public:
    HistoryReader(db::Connection& connection, Entity const& entity, Uuid const& id)
        : connection_{connection}, entity_{entity}, id_{id}, writers_{connection} {
        writers_.load();
    }

    std::vector<HistoryEntry> read() {
        RowStore rows{connection_, writers_};
        auto const row = rows.load(entity_, id_);
        if (!row) return {};
        for (auto const& [reg, heads] : row->heads)
            for (auto const& head : heads) note(reg, head);
        auto past = connection_.prepare("SELECT reg, writer, seq FROM sync_past WHERE entity = ? AND id = ?");
        past.bind(std::int64_t{entity_.number()}).bind(id_);
        while (past.step()) {
            auto const reg = static_cast<std::uint16_t>(past.integer(0));
            Label const label{writers_.numbered(past.integer(1)).id, static_cast<std::uint64_t>(past.integer(2))};
            if (auto const head = rows.past(*row, reg, label)) note(reg, *head);
        }
        return entries();
    }

private:
    void note(std::uint16_t reg, Head const& head) {
        auto const* const one = entity_.register_numbered(reg);
        if (one != nullptr && one->is_secret) return;
        values_[{reg, head.label}] = head.values;
        by_txn_[head.label].emplace_back(reg, head);
    }

    std::vector<HistoryEntry> entries() {
        std::vector<HistoryEntry> found;
        for (auto& [label, versions] : by_txn_) {
            HistoryEntry entry;
            auto const writer = writers_.number(label.writer);
            entry.by = authorship(connection_, writer, static_cast<std::int64_t>(label.seq));
            entry.reason = note_of(connection_, writer, static_cast<std::int64_t>(label.seq));
            std::sort(versions.begin(), versions.end(), [](auto const& a, auto const& b) { return a.first < b.first; });
            entry.action = action_of(versions);
            for (auto const& [reg, head] : versions)
                if (auto change = change_of(reg, head, entry.action == "create")) entry.changes.push_back(std::move(*change));
            found.push_back(std::move(entry));
        }
        std::sort(found.begin(), found.end(), [](HistoryEntry const& a, HistoryEntry const& b) {
            return std::pair{a.by.time, a.by.label} > std::pair{b.by.time, b.by.label};
        });
        return found;
    }

    static std::string action_of(std::vector<std::pair<std::uint16_t, Head>> const& versions) {
        auto const& [reg, head] = versions.front();
        if (head.parents.empty() && reg == life_register) return "create";
        if (reg == life_register) return head.values.at(0) == Value{0} ? "void" : "restore";
        return "update";
    }

    std::optional<Change> change_of(std::uint16_t reg, Head const& head, bool create) const {
        if (reg == life_register) return std::nullopt;
        Change change;
        change.reg = reg;
        change.to = head.values;
        if (create) {
            bool const blank = std::all_of(head.values.begin(), head.values.end(),
                                           [](Value const& value) { return value.is_null() || value == Value{""}; });
            return blank ? std::nullopt : std::optional{change};
        }
        if (!head.parents.empty()) {
            auto const before = values_.find({reg, head.parents.front()});
            if (before != values_.end()) change.from = before->second;
        }
        return change;
    }

    db::Connection& connection_;
    Entity const& entity_;
    Uuid id_;
    WriterTable writers_;
    std::map<std::pair<std::uint16_t, Label>, Values> values_;
    std::map<Label, std::vector<std::pair<std::uint16_t, Head>>> by_txn_;
};

}  // namespace

std::vector<HistoryEntry> history(db::Connection& connection, Dictionary const&, Entity const& entity, Uuid const& id) {
    return HistoryReader{connection, entity, id}.read();
}

}  // namespace himsog::journal
