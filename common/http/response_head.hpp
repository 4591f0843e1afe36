/// The head of an answer as bytes. Its fixed fields are made once.
#pragma once

#include "common/base/clock.hpp"
#include "common/http/message.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace himsog::http {

/// What the session knows beside the response. Without length and not chunked, the answer ends with the connection.
struct HeadFacts {
    Instant now;
    std::string_view request_id;
    std::optional<std::size_t> length;
    bool api = false;  // below /api/
    bool chunked = false;
    bool close = false;
};

/// Appends status line, fields and the empty line. Line breaks in values are left out.
void append_head(std::string& out, Response const& response, HeadFacts const& facts);

/// 1xx, 204 and 304 have no body.
bool has_body(int status);

}  // namespace himsog::http
