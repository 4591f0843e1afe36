/// One request's bytes into a Request, by Beast's parser, after check_head has let its head through.
#pragma once

#include "common/http/message.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace himsog::http {

/// One request; one thread at a time.
class RequestParser {
public:
    RequestParser();
    ~RequestParser();

    /// `head` is a complete one. Nothing when the parser refuses what the guard accepted.
    std::optional<Request> head(std::string_view head);
    /// After head().
    bool keep_alive() const;
    bool chunked() const;
    std::optional<std::uint64_t> content_length() const;
    bool done() const;

    /// Takes body bytes off the front of `bytes` and appends what they carry to `body`. The count taken, which may be 0 when more is needed;
    /// nothing when the body is refused: bad chunks, a long chunk extension, a trailer.
    std::optional<std::size_t> body(std::string_view bytes, std::string& body);

private:
    struct Impl;  // parser.cpp
    std::unique_ptr<Impl> impl_;
};

}  // namespace himsog::http
