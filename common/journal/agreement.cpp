// Conflicts that ended without anybody naming both sides: an edit of one side came to say what the other said (SYNC.md section 4).
#include "common/journal/conflicts.hpp"

#include <algorithm>

namespace himsog::journal {
namespace {

/// Every version of one register that is held, and which of them a version knew of through its parents.
class Lineage {
public:
    explicit Lineage(std::vector<Head> versions) : versions_{std::move(versions)} {
        std::sort(versions_.begin(), versions_.end(), [](Head const& a, Head const& b) { return shown_before(b, a); });  // parents first
        for (std::size_t i = 0; i < versions_.size(); ++i) {
            places_[versions_[i].label] = i;
            auto& known = knows_.emplace_back(versions_.size(), false);
            for (auto const parent : parents_of(i)) {
                known[parent] = true;
                for (std::size_t one = 0; one < parent; ++one)
                    if (knows_[parent][one]) known[one] = true;
            }
        }
    }

    std::size_t size() const { return versions_.size(); }
    Head const& at(std::size_t place) const { return versions_[place]; }
    bool apart(std::size_t a, std::size_t b) const { return a != b && !knows_[a][b] && !knows_[b][a]; }
    /// Those that are held; highest first.
    std::vector<std::size_t> parents_of(std::size_t place) const {
        std::vector<std::size_t> found;
        for (auto const& label : versions_[place].parents)
            if (auto const known = places_.find(label); known != places_.end()) found.push_back(known->second);
        std::sort(found.rbegin(), found.rend());
        return found;
    }

private:
    std::vector<Head> versions_;
    std::map<Label, std::size_t> places_;
    std::vector<std::vector<bool>> knows_;
};

bool some_are_equal(std::vector<Head> const& versions) {
    std::vector<Values const*> values;
    for (auto const& version : versions) values.push_back(&version.values);
    auto const less = [](Values const* a, Values const* b) { return *a < *b; };
    std::sort(values.begin(), values.end(), less);
    return std::adjacent_find(values.begin(), values.end(), [](Values const* a, Values const* b) { return *a == *b; }) != values.end();
}

}  // namespace

/// An edit replaced `old` and said the same as `other`, whose author knew neither: `old` and `other` had been in conflict. Which of the two
/// equal versions came first does not matter, so every node that holds the same versions finds the same.
std::vector<Conflicts::Entry> Conflicts::of_agreement(Row const& row, std::uint16_t reg) {
    auto versions = rows_.all_past(row, reg);
    auto const& heads = row.heads.at(reg);
    versions.insert(versions.end(), heads.begin(), heads.end());
    if (!some_are_equal(versions)) return {};
    Lineage const lineage{std::move(versions)};
    std::vector<Entry> entries;
    for (std::size_t edit = 0; edit < lineage.size(); ++edit)
        for (std::size_t other = 0; other < lineage.size(); ++other) {
            if (!lineage.apart(edit, other) || lineage.at(edit).values != lineage.at(other).values) continue;
            std::set<Values> replaced;  // of equal ones the highest stands for all, as on the list while it was open
            for (auto const old : lineage.parents_of(edit)) {
                if (lineage.at(old).values == lineage.at(other).values || !lineage.apart(old, other)) continue;
                if (!replaced.insert(lineage.at(old).values).second) continue;
                Entry entry;
                entry.reg = entry.kept_reg = reg;
                entry.status = static_cast<std::int64_t>(ConflictStatus::resolved);
                entry.kept = lineage.at(std::max(old, other)).label;
                entry.other = lineage.at(std::min(old, other)).label;
                entry.id = id_of(row, reg, entry.other);
                entry.by = lineage.at(edit).label;
                entries.push_back(entry);
            }
        }
    return entries;
}

}  // namespace himsog::journal
