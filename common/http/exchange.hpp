/// One request and its answer, without the socket: routing, limits, body, handler, head of the answer, log line.
#pragma once

#include "common/http/mailbox.hpp"
#include "common/http/parser.hpp"
#include "common/http/pool.hpp"
#include "common/http/router.hpp"

#include "common/base/clock.hpp"
#include "common/base/log.hpp"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace himsog::http {

/// Who is at the other end of a connection.
struct Peer {
    std::string address;
    std::optional<std::uint16_t> site;
    std::string serial;
};

/// What an exception may tell the log: texts of the standard's families are fixed words of ours; others may quote their input.
std::string told_by(std::exception const& error);

/// Thread rule: the session's thread. In this order: begin or refuse; take_body until body_done; call unless answered; then the answer.
class Exchange {
public:
    Exchange(Router const& router, Log& log, Clock& clock, std::string request_id);

    /// A head that the guard has let through.
    void begin(std::string_view head, Peer const& peer);
    /// Answers without reading further; what the client still sends is not understood, so the connection ends.
    void refuse(Response response);
    void refuse(Problem const& problem);

    bool body_done() const { return parser_.done() || answered(); }
    /// The client waits for 100 before it sends the body.
    bool wants_continue() const { return wants_continue_; }
    /// Body bytes, the count taken off their front.
    std::size_t take_body(std::string_view bytes);

    /// Runs the handler, here or in the pool; its answer goes to the inbox. The number to know it by.
    std::uint64_t call(std::shared_ptr<Inbox> const& inbox, Pool& pool);
    void answer(Inbox::Answer answer);
    /// The router's own answer, when there is no handler to call.
    bool answer_from_router();

    bool answered() const { return response_.has_value(); }
    Response& response() { return *response_; }
    bool keep_alive() const { return keep_; }
    void end_connection() { keep_ = false; }
    bool streams() const;
    bool chunked() const { return streams() && !old_version_; }
    /// What follows the head, if it is not a stream: nothing for HEAD, 204, 304.
    std::string_view body() const;
    /// Appends the head of the answer; decides whether the connection goes on.
    void append_answer_head(std::string& out);
    void write_log_line();

private:
    std::size_t body_limit() const;
    void check_announced_body();
    void make_sink();

    Router const& router_;
    Log& log_;
    Clock& clock_;
    std::string const request_id_;
    Instant const at_;
    Micros const started_;
    Micros answered_at_{};
    RequestParser parser_;
    Request request_;
    Router::Match match_;
    std::optional<Response> response_;
    Notes notes_;
    std::string piece_;  // of a body that goes to a sink or nowhere
    std::uint64_t body_size_ = 0;
    std::string_view method_ = "-";
    bool keep_ = true;
    bool head_only_ = false;
    bool old_version_ = false;  // HTTP/1.0
    bool api_ = false;
    bool wants_continue_ = false;
};

}  // namespace himsog::http
