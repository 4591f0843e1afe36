/// The messages of a session (SYNC.md section 5). An edge asks, the hub answers: HELLO → WELCOME, HAVE → HAVE, PUSH → ACK, PULL → FEED; BYE ends.
/// Type, protocol, session and step come first and keep their places in every protocol version, so that a newer message can be refused politely.
/// Decoding throws MalformedBytes and nothing else. Any thread.
#pragma once

#include "common/base/clock.hpp"
#include "common/journal/replication.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace himsog::sync {

inline constexpr std::uint8_t protocol = 1;
inline constexpr std::size_t most_message_bytes = 20U << 20U;
inline constexpr std::size_t announced_lineage = 4;  // newest own writers in a HELLO; the hub knows what stands before, or compares
inline constexpr std::size_t most_tips = 500'000;
inline constexpr std::size_t most_detail = 500;

class UnknownProtocol : public MalformedBytes {
public:
    using MalformedBytes::MalformedBytes;
};

struct Hello {
    std::uint16_t site = 0;
    std::uint64_t schema = 0;
    std::vector<journal::Tip> lineage;  // newest first
    bool has_older = false;             // the lineage goes on behind the last one announced
    journal::Cursor cursor;
    journal::Chain have_hash{};
    bool comparing = false;
    Instant sent;
};

enum class Verdict : std::uint8_t { ok, compare, fork, upgrade, revoked, busy };

/// How far the hub holds an announced writer; the chain only where that is less than announced.
struct HeldPart {
    std::uint64_t seq = 0;
    std::optional<journal::Chain> chain;
};

struct Welcome {
    Verdict verdict = Verdict::ok;
    std::vector<HeldPart> held;  // one for each announced tip
    std::uint64_t end = 0;       // of the hub's log
    Instant received;
    Instant sent;
    std::chrono::seconds retry_after{0};
    std::string detail;
};

struct Have {
    std::vector<journal::Tip> tips;  // every writer, ascending
};

struct Push {
    Bytes bundle;
};

struct Ack {
    journal::Refusal refusal = journal::Refusal::none;
};

struct Pull {
    std::optional<std::uint64_t> from;  // none: from where the hub can prove that the edge holds everything before
    bool withheld = false;              // the edge holds something that it cannot prove
};

struct Feed {
    journal::Cursor cursor;  // after what is in the bundle and what was left out
    Bytes bundle;            // "": the cursor moves and nothing else
    bool is_last = false;
};

enum class Farewell : std::uint8_t { failed, fork, incomplete, upgrade, malformed, unexpected, wrong_site };

struct Bye {
    Farewell why = Farewell::failed;
    std::string detail;
};

using Body = std::variant<Hello, Welcome, Have, Push, Ack, Pull, Feed, Bye>;

struct Message {
    std::uint64_t session = 0;
    std::uint64_t step = 0;  // an answer has the step of its question
    Body body;
};

Bytes encode(Message const& message);
Message decode_message(std::string_view bytes);
/// Session and step of a message of whatever protocol; the body is left empty.
Message decode_outside(std::string_view bytes);

}  // namespace himsog::sync
