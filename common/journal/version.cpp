// ETag texts: base64url of the base's writer id and number, then (register, writer id, number) of each register changed since.
#include "common/journal/journal.hpp"
#include "common/journal/row.hpp"

#include <stdexcept>

namespace himsog::journal {
namespace {

void put_entry(Bytes& out, std::uint16_t reg, Label const& label) {
    put_varint(out, reg);
    put_fixed64(out, label.writer);
    put_varint(out, label.seq);
}

}  // namespace

Writers::Known const& Writers::numbered(std::int64_t number) {
    auto found = known_.find(number);
    if (found == known_.end()) {
        auto row = connection_.prepare("SELECT id, site FROM sync_writer WHERE no = ?");
        if (!row.bind(number).step()) throw std::logic_error{"a version of a writer that is not in the table"};
        found = known_.emplace(number, Known{static_cast<std::uint64_t>(row.integer(0)), static_cast<std::uint16_t>(row.integer(1))}).first;
    }
    return found->second;
}

void append_version(std::string& out, Writers& writers, std::int64_t writer, std::int64_t seq, std::string_view more) {
    Bytes bytes;
    put_fixed64(bytes, writers.numbered(writer).id);
    put_varint(bytes, static_cast<std::uint64_t>(seq));
    if (!more.empty())
        for (auto const& entry : more_entries(more)) put_entry(bytes, entry.reg, {writers.numbered(entry.writer).id, entry.seq});
    out += to_base64url(bytes);
}

std::string version_text(Row const& row) {
    Bytes bytes;
    put_fixed64(bytes, row.base.writer);
    put_varint(bytes, row.base.seq);
    for (auto const& [reg, versions] : row.heads) {
        auto const& head = versions.front();
        if (head.label != row.base || !head.parents.empty()) put_entry(bytes, reg, head.label);
    }
    return to_base64url(bytes);
}

std::optional<Base> parse_version(std::string_view text) {
    auto const bytes = from_base64url(text);
    if (!bytes) return std::nullopt;
    try {
        ByteReader in{*bytes};
        Base base;
        base.base.writer = in.fixed64();
        base.base.seq = in.varint();
        while (!in.at_end()) {
            Seen seen;
            seen.reg = static_cast<std::uint16_t>(in.varint_at_most(UINT16_MAX));
            seen.label.writer = in.fixed64();
            seen.label.seq = in.varint();
            base.changed.push_back(seen);
        }
        return base;
    } catch (MalformedBytes const&) {
        return std::nullopt;
    }
}

}  // namespace himsog::journal
