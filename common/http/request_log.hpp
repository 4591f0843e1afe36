/// The line "http.request": one per request, on the hot path, so it is formatted in place and allocates nothing once a thread is warm.
#pragma once

#include "common/base/clock.hpp"
#include "common/base/log.hpp"
#include "common/http/router.hpp"

#include <cstdint>
#include <string_view>

namespace himsog::http {

struct RequestLine {
    Instant at;
    std::string_view method;
    std::string_view route;  // the template, never the path
    int status = 0;
    std::int64_t micros = 0;  // from the whole head to the answer
    std::uint64_t bytes = 0;  // of the answer's body
    std::string_view request_id;
    Notes const& notes;
};

void write_request_line(Log& log, RequestLine const& line);

}  // namespace himsog::http
