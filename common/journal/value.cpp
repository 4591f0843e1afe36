#include "common/journal/value.hpp"

#include "common/db/statement.hpp"

namespace himsog::journal {
namespace {

enum Tag : std::uint8_t { null_tag = 0, integer_tag = 1, text_tag = 2, blob_tag = 3 };

}  // namespace

void Value::write(Bytes& out) const {
    if (is_integer()) {
        out += static_cast<char>(integer_tag);
        put_signed(out, integer());
    } else if (is_text()) {
        out += static_cast<char>(text_tag);
        put_sized(out, text());
    } else if (is_blob()) {
        out += static_cast<char>(blob_tag);
        put_sized(out, bytes());
    } else {
        out += static_cast<char>(null_tag);
    }
}

Value Value::read(ByteReader& in) {
    switch (in.byte()) {
        case null_tag: return {};
        case integer_tag: return Value{in.signed_varint()};
        case text_tag: return Value{in.sized()};
        case blob_tag: return blob(in.sized());
        default: throw MalformedBytes{"unknown value tag"};
    }
}

void Value::bind(db::Statement& statement) const {
    if (is_integer()) statement.bind(integer());
    else if (is_text()) statement.bind(text());
    else if (is_blob()) statement.bind_blob(bytes());
    else statement.bind(db::Null{});
}

Value Value::column(db::Statement const& statement, int column) {
    auto const cell = statement.cell(column);
    switch (cell.kind) {
        case db::ColumnKind::integer: return Value{cell.integer};
        case db::ColumnKind::text: return Value{cell.bytes};
        case db::ColumnKind::blob: return blob(cell.bytes);
        case db::ColumnKind::null: return {};
    }
    return {};
}

}  // namespace himsog::journal
