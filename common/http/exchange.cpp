#include "common/http/exchange.hpp"

#include "common/http/problem.hpp"
#include "common/http/request_log.hpp"
#include "common/http/response_head.hpp"

#include <stdexcept>
#include <typeinfo>
#include <utility>

namespace himsog::http {
namespace {

constexpr std::string_view api = "/api/";

Problem server_error() { return Problem{ProblemKind::internal, "A server error occurred."}; }

void log_failure(Log& log, Route const& route, std::string_view request_id, std::string_view told) {
    log.error("http.failed", {{"route", route.path}, {"request_id", request_id}, {"error", told}});
}

/// The one place that catches what handlers throw.
void run_handler(Route const& route, Request&& request, PathArgs const& args, Responder const& responder, Log& log) {
    auto const request_id = request.request_id;
    try {
        return route.handler(std::move(request), args, responder);
    } catch (std::exception const& error) {
        log_failure(log, route, request_id, told_by(error));
    } catch (...) {
        log_failure(log, route, request_id, "not a std::exception");
    }
    responder.send(render(server_error()));
}

}  // namespace

std::string told_by(std::exception const& error) {
    bool const plain =
        dynamic_cast<std::runtime_error const*>(&error) != nullptr || dynamic_cast<std::logic_error const*>(&error) != nullptr;
    return plain ? error.what() : typeid(error).name();
}

Exchange::Exchange(Router const& router, Log& log, Clock& clock, std::string request_id)
    : router_{router}, log_{log}, clock_{clock}, request_id_{std::move(request_id)}, at_{clock.now()}, started_{clock.uptime()} {}

void Exchange::refuse(Response response) {
    response_ = std::move(response);
    keep_ = false;
}

void Exchange::refuse(Problem const& problem) { refuse(render(problem, request_.header("Accept"))); }

void Exchange::begin(std::string_view head, Peer const& peer) {
    auto parsed = parser_.head(head);
    if (!parsed) return refuse(Problem{ProblemKind::bad_request, "Malformed request."});

    request_ = std::move(*parsed);
    request_.peer = peer.address;
    request_.client_site = peer.site;
    request_.client_certificate_serial = peer.serial;
    request_.request_id = request_id_;
    method_ = name_of(request_.method);
    head_only_ = request_.method == Method::head;
    api_ = request_.path.starts_with(api);
    old_version_ = head.substr(0, head.find("\r\n")).ends_with("1.0");
    keep_ = parser_.keep_alive() && !old_version_;
    match_ = router_.match(request_);
    if (!parser_.done()) check_announced_body();
}

std::size_t Exchange::body_limit() const { return match_.route != nullptr ? match_.route->body_limit : json_body_limit; }

void Exchange::check_announced_body() {
    if (parser_.content_length().value_or(0) > body_limit()) return refuse(Problem{ProblemKind::too_large, "The request is too large."});

    auto const expected = old_version_ ? std::string_view{} : request_.header("Expect");
    if (!expected.empty() && !same_name(expected, "100-continue"))
        return refuse(Response{417, R"({"detail":"This expectation cannot be met."})"});
    wants_continue_ = !expected.empty();
    if (wants_continue_ && match_.answer) return refuse(std::move(*match_.answer));
    if (match_.route != nullptr && match_.route->sink) make_sink();
}

void Exchange::make_sink() {
    try {
        request_.sink = match_.route->sink(request_);
    } catch (std::exception const& error) {
        log_failure(log_, *match_.route, request_id_, told_by(error));
        refuse(server_error());
    }
}

std::size_t Exchange::take_body(std::string_view bytes) {
    piece_.clear();
    bool const buffered = !request_.sink && !match_.answer;
    auto& into = buffered ? request_.body : piece_;
    auto const before = into.size();
    auto const taken = parser_.body(bytes, into);
    if (!taken) {
        refuse(Problem{ProblemKind::bad_request, "Malformed request."});
        return 0;
    }
    body_size_ += into.size() - before;
    if (body_size_ > body_limit()) refuse(Problem{ProblemKind::too_large, "The request is too large."});
    else if (request_.sink && !piece_.empty())
        if (auto const problem = request_.sink->write(piece_)) refuse(*problem);
    return *taken;
}

std::uint64_t Exchange::call(std::shared_ptr<Inbox> const& inbox, Pool& pool) {
    auto const number = inbox->expect();
    Responder const responder{
        [inbox, number](Response response, Notes notes) { inbox->deliver(number, std::move(response), std::move(notes)); }};
    auto const& route = *match_.route;
    if (route.run == Run::inline_) {
        run_handler(route, std::move(request_), match_.args, responder, log_);
        return number;
    }
    auto job = [&route, request = std::move(request_), args = match_.args, responder, &log = log_]() mutable {
        run_handler(route, std::move(request), args, responder, log);
    };
    if (!pool.run(std::move(job))) responder.send(render(Problem{ProblemKind::unavailable, "The server is busy. Try again in a moment."}));
    return number;
}

void Exchange::answer(Inbox::Answer answer) {
    response_ = std::move(answer.response);
    notes_ = std::move(answer.notes);
}

bool Exchange::answer_from_router() {
    if (match_.answer && !response_) response_ = std::move(match_.answer);
    return answered();
}

bool Exchange::streams() const { return response_->source != nullptr && has_body(response_->status) && !head_only_; }

std::string_view Exchange::body() const {
    if (head_only_ || !has_body(response_->status)) return {};
    return response_->body;
}

void Exchange::append_answer_head(std::string& out) {
    answered_at_ = clock_.uptime();
    if (streams() && old_version_) keep_ = false;  // it ends with the connection
    HeadFacts facts;
    facts.now = at_;
    facts.request_id = request_id_;
    if (response_->source == nullptr) facts.length = response_->body.size();
    facts.api = api_;
    facts.chunked = chunked();
    facts.close = !keep_;
    append_head(out, *response_, facts);
}

void Exchange::write_log_line() {
    auto const route = match_.route != nullptr ? std::string_view{match_.route->path} : std::string_view{"-"};
    auto const micros = (answered_at_ - started_).count();
    write_request_line(log_, {at_, method_, route, response_->status, micros, body().size(), request_id_, notes_});
}

}  // namespace himsog::http
