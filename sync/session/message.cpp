#include "sync/session/message.hpp"

#include "sync/bundle/bundle.hpp"

#include <algorithm>
#include <tuple>

namespace himsog::sync {
namespace {

using journal::bytes_of;
using journal::Chain;
using journal::Tip;

constexpr std::size_t chain_size = std::tuple_size_v<Chain>;

std::uint8_t type_of(Body const& body) { return static_cast<std::uint8_t>(body.index() + 1); }

Chain read_chain(ByteReader& in) { return journal::chain_from(in.take(chain_size)); }

bool read_flag(ByteReader& in) { return in.varint_at_most(1) == 1; }

template <class Enum> Enum read_enum(ByteReader& in, Enum last) {
    return static_cast<Enum>(in.varint_at_most(static_cast<std::uint64_t>(last)));
}

/// A wild time must not overflow where it is compared with another.
Instant as_moment(std::uint64_t microseconds) {
    Instant const moment{static_cast<std::int64_t>(microseconds)};
    if (moment.us > most_moment || moment.us < -most_moment) throw MalformedBytes{"time beyond reason"};
    return moment;
}

std::string read_detail(ByteReader& in) {
    auto const text = in.sized();
    if (text.size() > most_detail) throw MalformedBytes{"detail over its limit"};
    return std::string{text};
}

void put_detail(Bytes& out, std::string_view text) { put_sized(out, text.substr(0, most_detail)); }

void put_tips(Bytes& out, std::vector<Tip> const& tips) {
    put_varint(out, tips.size());
    for (auto const& tip : tips) {
        put_fixed64(out, tip.label.writer);
        put_varint(out, tip.label.seq);
        out += bytes_of(tip.chain);
    }
}

std::vector<Tip> read_tips(ByteReader& in, std::uint64_t most) {
    auto const count = in.varint_at_most(std::min<std::uint64_t>(most, in.left() / (8 + 1 + chain_size)));
    std::vector<Tip> tips;
    tips.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) {
        Tip tip;
        tip.label.writer = in.fixed64();
        tip.label.seq = in.varint();
        if (tip.label.seq == 0) throw MalformedBytes{"a tip has a number"};
        tip.chain = read_chain(in);
        tips.push_back(tip);
    }
    return tips;
}

void put_cursor(Bytes& out, journal::Cursor const& cursor) {
    put_varint(out, cursor.position);
    out += bytes_of(cursor.hash);
}

journal::Cursor read_cursor(ByteReader& in) {
    journal::Cursor cursor;
    cursor.position = in.varint();
    cursor.hash = read_chain(in);
    return cursor;
}

void put(Bytes& out, Hello const& hello) {
    put_varint(out, hello.site);
    put_fixed64(out, hello.schema);
    put_tips(out, hello.lineage);
    put_varint(out, hello.has_older ? 1 : 0);
    put_cursor(out, hello.cursor);
    out += bytes_of(hello.have_hash);
    put_varint(out, hello.comparing ? 1 : 0);
    put_signed(out, hello.sent.us);
}

void read(ByteReader& in, Hello& hello) {
    hello.site = static_cast<std::uint16_t>(in.varint_at_most(UINT16_MAX));
    hello.schema = in.fixed64();
    hello.lineage = read_tips(in, announced_lineage);
    hello.has_older = read_flag(in);
    hello.cursor = read_cursor(in);
    hello.have_hash = read_chain(in);
    hello.comparing = read_flag(in);
    hello.sent = as_moment(static_cast<std::uint64_t>(in.signed_varint()));
}

void put(Bytes& out, Welcome const& welcome) {
    put_varint(out, static_cast<std::uint64_t>(welcome.verdict));
    put_varint(out, welcome.held.size());
    for (auto const& part : welcome.held) {
        put_varint(out, part.seq);
        put_varint(out, part.chain ? 1 : 0);
        if (part.chain) out += bytes_of(*part.chain);
    }
    put_varint(out, welcome.end);
    put_signed(out, welcome.received.us);
    put_signed(out, welcome.sent.us - welcome.received.us);
    put_varint(out, static_cast<std::uint64_t>(welcome.retry_after.count()));
    put_detail(out, welcome.detail);
}

void read(ByteReader& in, Welcome& welcome) {
    welcome.verdict = read_enum(in, Verdict::busy);
    welcome.held.resize(in.varint_at_most(announced_lineage));
    for (auto& part : welcome.held) {
        part.seq = in.varint();
        if (read_flag(in)) part.chain = read_chain(in);
    }
    welcome.end = in.varint();
    welcome.received = as_moment(static_cast<std::uint64_t>(in.signed_varint()));
    welcome.sent = as_moment(static_cast<std::uint64_t>(welcome.received.us) + static_cast<std::uint64_t>(in.signed_varint()));
    welcome.retry_after = std::chrono::seconds{in.varint_at_most(86'400)};
    welcome.detail = read_detail(in);
}

void put(Bytes& out, Have const& have) { put_tips(out, have.tips); }
void read(ByteReader& in, Have& have) { have.tips = read_tips(in, most_tips); }

void put(Bytes& out, Push const& push) { put_sized(out, push.bundle); }
void read(ByteReader& in, Push& push) { push.bundle = Bytes{in.sized()}; }

void put(Bytes& out, Ack const& ack) { put_varint(out, static_cast<std::uint64_t>(ack.refusal)); }
void read(ByteReader& in, Ack& ack) { ack.refusal = read_enum(in, journal::Refusal::malformed); }

void put(Bytes& out, Pull const& pull) {
    put_varint(out, pull.from ? 1 : 0);
    if (pull.from) put_varint(out, *pull.from);
    put_varint(out, pull.withheld ? 1 : 0);
}

void read(ByteReader& in, Pull& pull) {
    if (read_flag(in)) pull.from = in.varint();
    pull.withheld = read_flag(in);
}

void put(Bytes& out, Feed const& feed) {
    put_cursor(out, feed.cursor);
    put_varint(out, feed.is_last ? 1 : 0);
    put_sized(out, feed.bundle);
}

void read(ByteReader& in, Feed& feed) {
    feed.cursor = read_cursor(in);
    feed.is_last = read_flag(in);
    feed.bundle = Bytes{in.sized()};
}

void put(Bytes& out, Bye const& bye) {
    put_varint(out, static_cast<std::uint64_t>(bye.why));
    put_detail(out, bye.detail);
}

void read(ByteReader& in, Bye& bye) {
    bye.why = read_enum(in, Farewell::wrong_site);
    bye.detail = read_detail(in);
}

/// The alternative with this index, made of what follows.
template <std::size_t index = 0> Body read_body(std::size_t which, ByteReader& in) {
    if constexpr (index == std::variant_size_v<Body>) {
        throw MalformedBytes{"unknown type of message"};
    } else {
        if (which != index) return read_body<index + 1>(which, in);
        std::variant_alternative_t<index, Body> body;
        read(in, body);
        return body;
    }
}

}  // namespace

Bytes encode(Message const& message) {
    Bytes out;
    out += static_cast<char>(type_of(message.body));
    out += static_cast<char>(protocol);
    put_fixed64(out, message.session);
    put_varint(out, message.step);
    std::visit([&](auto const& body) { put(out, body); }, message.body);
    return out;
}

Message decode_outside(std::string_view bytes) {
    ByteReader in{bytes};
    in.take(2);
    Message message;
    message.session = in.fixed64();
    message.step = in.varint();
    return message;
}

Message decode_message(std::string_view bytes) {
    if (bytes.size() > most_message_bytes) throw MalformedBytes{"message over its limit"};
    ByteReader in{bytes};
    auto const type = in.byte();
    auto const spoken = in.byte();
    Message message;
    message.session = in.fixed64();
    message.step = in.varint();
    if (spoken != protocol) throw UnknownProtocol{"unknown protocol"};
    message.body = read_body(std::size_t{type} - 1, in);
    if (!in.at_end()) throw MalformedBytes{"message holds more than it should"};
    return message;
}

}  // namespace himsog::sync
