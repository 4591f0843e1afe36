/// The framing guard: looks at the raw bytes of a request head before Beast's parser is trusted with them. Whatever two HTTP parsers could
/// understand differently is refused here (request smuggling). Pure functions of their bytes.
#pragma once

#include <cstddef>
#include <string_view>

namespace himsog::http {

inline constexpr std::size_t request_line_limit = 8 * 1024;  // bytes, without CRLF
inline constexpr std::size_t head_limit = 16 * 1024;         // bytes, with the empty line
inline constexpr std::size_t field_limit = 64;
inline constexpr std::size_t chunk_extension_limit = 256;  // bytes

struct HeadCheck {
    enum class State { incomplete, complete, refused };
    State state = State::incomplete;
    std::size_t size = 0;     // of a complete head, with its empty line
    std::string_view reason;  // of a refusal; a fixed text, for the log
};

/// `bytes` begin with a request. Complete heads are checked whole; incomplete ones as far as needed to refuse what can never become good.
HeadCheck check_head(std::string_view bytes);

}  // namespace himsog::http
