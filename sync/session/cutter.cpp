#include "sync/session/cutter.hpp"

#include "sync/bundle/bundle.hpp"

#include <algorithm>
#include <stdexcept>

namespace himsog::sync {
namespace {

using journal::Label;
using journal::Run;
using journal::Txn;

constexpr std::uint64_t window = 200'000;   // positions looked at for one bundle
constexpr std::uint64_t own_piece = 1'000;  // own txns may end a bundle anywhere; this is how often it is considered

}  // namespace

/// What would go into a bundle, and where it may end.
struct Cutter::Plan {
    struct End {
        std::size_t pieces = 0;
        std::uint64_t next = 0;
    };

    std::vector<Run> pieces;
    std::vector<End> ends;              // every place where all writers are signed, ascending
    std::set<std::uint64_t> unsigned_;  // writers whose last txn in it has no signature yet
    std::uint64_t count = 0;
    bool stopped = false;

    void add(Run const& piece) {
        pieces.push_back(piece);
        count += piece.count;
    }
    /// All of it as one range of positions; nothing when something was left out in between.
    std::optional<Run> stretch() const {
        auto whole = pieces.front();
        for (std::size_t i = 1; i < pieces.size(); ++i) {
            if (pieces[i].position != whole.position + whole.count) return std::nullopt;
            whole.count += pieces[i].count;
        }
        return whole;
    }
    void may_end(std::uint64_t next) {
        if (!unsigned_.empty()) return;
        if (ends.back().pieces == pieces.size()) ends.back().next = next;
        else ends.push_back({pieces.size(), next});
    }
    bool is_full() const { return count >= good_count && ends.back().pieces > 0; }
};

std::uint64_t Cutter::held_of(Run const& run) const {
    if (left_out_.site == run.site) return UINT64_MAX;
    auto const found = left_out_.held.find(run.first.writer);
    if (found != left_out_.held.end()) return found->second;
    return left_out_.only_named ? UINT64_MAX : 0;
}

/// Takes the run, or as much of it as fits; false when the plan ends here.
bool Cutter::plan_run(Run run, Plan& plan) {
    auto const writer = run.first.writer;
    auto const skip = [&](std::uint64_t count) {
        run.first.seq += count;
        run.position += count;
        run.count -= count;
    };
    auto const held = held_of(run);
    if (held >= run.first.seq) skip(std::min(run.count, held - run.first.seq + 1));
    plan.may_end(run.position);
    while (run.count > 0) {
        if (plan.is_full()) return false;
        if (withheld_.contains(writer)) {
            plan.may_end(run.position + run.count);
            return true;
        }
        auto piece = run;
        if (replica_.can_sign(writer)) {
            piece.count = std::min(run.count, own_piece);
        } else {
            auto const signature = replica_.signature_from(run.first);
            if (!signature) {
                plan.stopped = unproven_ == Unproven::stop;
                if (plan.stopped) return false;
                withheld_.insert(writer);
                continue;
            }
            auto const to_signature = signature->label.seq - run.first.seq + 1;
            piece.count = std::min(run.count, to_signature);
            if (to_signature > run.count) plan.unsigned_.insert(writer);
            else plan.unsigned_.erase(writer);
        }
        plan.add(piece);
        skip(piece.count);
        plan.may_end(run.position);
    }
    return true;
}

void Cutter::plan(std::uint64_t from, Plan& plan) {
    plan.ends.push_back({0, from});
    for (auto at = from; at < end_ && (at == from || !plan.unsigned_.empty());) {
        auto const to = std::min(end_, at + window);
        for (auto const& run : replica_.runs(at, to))
            if (!plan_run(run, plan)) return;
        at = to;
    }
    plan.stopped = !plan.unsigned_.empty();  // the signature lies beyond the end: still arriving
}

Cut Cutter::next(std::uint64_t from) {
    for (;;) {
        Plan made;
        plan(from, made);
        if (made.stopped && unproven_ == Unproven::skip) {  // what cannot be proved must not hold up the rest
            withheld_.insert(made.unsigned_.begin(), made.unsigned_.end());
            continue;
        }
        Cut cut;
        cut.bundle = load(made, from);
        cut.next = made.ends.back().next;
        cut.is_last = cut.next == end_ || cut.next == from;
        return cut;
    }
}

/// The bundle up to the last end that keeps it near the good weight; drops the ends behind it.
Bytes Cutter::load(Plan& made, std::uint64_t from) {
    made.pieces.resize(made.ends.back().pieces);
    if (made.pieces.empty()) return {};
    if (auto const whole = made.stretch()) {
        auto sealed = replica_.sealed(whole->position, whole->count);
        if (sealed && fits(*sealed, whole->count)) return std::move(*sealed);
    }

    std::vector<Txn> txns;
    std::uint64_t weights = 0;
    std::size_t whole = 0;    // txns before the last end that was reached
    std::size_t reached = 0;  // the first end is before everything
    for (std::size_t i = 0; i < made.pieces.size(); ++i) {
        auto piece = replica_.txns(made.pieces[i].position, made.pieces[i].count);
        for (auto& txn : piece) {
            weights += weight(txn);
            txns.push_back(std::move(txn));
        }
        if (weights > good_weight && whole > 0) break;
        if (weights > most_raw_bytes) {
            if (!halve(made, i)) throw std::length_error{"a run between two signatures does not fit into a bundle"};
            return load(made, from);
        }
        if (made.ends[reached + 1].pieces != i + 1) continue;
        whole = txns.size();
        ++reached;
    }
    made.ends.resize(reached + 1);
    made.pieces.resize(made.ends.back().pieces);
    txns.resize(whole);
    auto bundle = encode(replica_.dictionary(), txns, signatures(txns), {replica_.site(), from});
    bool const is_own =
        std::all_of(made.pieces.begin(), made.pieces.end(), [&](Run const& piece) { return replica_.can_sign(piece.first.writer); });
    if (auto const stretch = made.stretch(); stretch && is_own) replica_.keep_sealed(stretch->position, stretch->count, bundle);
    return bundle;
}

/// Own txns may end anywhere: half of a first piece that is too heavy is a bundle too.
bool Cutter::halve(Plan& made, std::size_t index) {
    auto& piece = made.pieces[index];
    if (index > 0 || piece.count < 2 || !replica_.can_sign(piece.first.writer)) return false;
    piece.count /= 2;
    made.pieces.resize(1);
    made.ends.resize(1);
    made.ends.push_back({1, piece.position + piece.count});
    return true;
}

bool Cutter::fits(std::string_view sealed, std::uint64_t count) {
    auto const outline = outline_of(sealed);
    return outline.count == count && outline.schema == replica_.dictionary().schema();
}

std::vector<journal::Signature> Cutter::signatures(std::vector<Txn> const& txns) {
    Reach last;
    for (auto const& txn : txns) last[txn.label.writer] = txn.label.seq;
    std::vector<journal::Signature> signatures;
    for (auto const& [writer, seq] : last) {
        Label const label{writer, seq};
        if (replica_.can_sign(writer)) signatures.push_back(replica_.sign(label));
        else signatures.push_back(replica_.signature_from(label).value());
    }
    return signatures;
}

}  // namespace himsog::sync
