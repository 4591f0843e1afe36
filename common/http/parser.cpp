#include "common/http/parser.hpp"

#include "common/http/framing.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

namespace himsog::http {

namespace beast = boost::beast;
using Error = beast::error_code;
using BeastView = beast::string_view;

namespace {

constexpr std::size_t shortest_end = 5;                               // "0", CRLF, CRLF: fewer bytes can never end a chunked body
constexpr std::size_t chunk_line_limit = chunk_extension_limit + 32;  // size, extension, CRLF, and the empty line after the last chunk

std::string_view view(BeastView text) { return {text.data(), text.size()}; }

}  // namespace

/// Beast calls the on_ functions; they build our types directly.
struct RequestParser::Impl final : beast::http::basic_parser<true> {
    Impl() {
        header_limit(2 * head_limit);  // the guard has measured it
        body_limit(boost::none);       // the session counts, by route
        eager(true);
    }

    void on_request_impl(beast::http::verb, BeastView method, BeastView target, int, Error& error) override {
        auto const known = http::parse_method(view(method));
        if (known) request = Request{*known, std::string{view(target)}};
        else error = beast::http::error::bad_method;
    }
    void on_response_impl(int, BeastView, int, Error& error) override { error = beast::http::error::bad_version; }
    void on_field_impl(beast::http::field, BeastView name, BeastView value, Error& error) override {
        if (is_header_done()) error = beast::http::error::bad_field;  // a trailer: Beast 1.81 would merge it into the head
        else request.with_header(view(name), view(value));
    }
    void on_header_impl(Error&) override {}
    void on_body_init_impl(boost::optional<std::uint64_t> const&, Error&) override {}
    std::size_t on_body_impl(BeastView piece, Error&) override {
        out->append(piece.data(), piece.size());
        return piece.size();
    }
    void on_chunk_header_impl(std::uint64_t, BeastView extension, Error& error) override {
        if (extension.size() > chunk_extension_limit) error = beast::http::error::bad_chunk_extension;
    }
    std::size_t on_chunk_body_impl(std::uint64_t, BeastView piece, Error& error) override { return on_body_impl(piece, error); }
    void on_finish_impl(Error&) override {}

    Request request;
    std::string* out = nullptr;
};

RequestParser::RequestParser() : impl_{std::make_unique<Impl>()} {}
RequestParser::~RequestParser() = default;

std::optional<Request> RequestParser::head(std::string_view head) {
    Error error;
    auto const taken = impl_->put(boost::asio::buffer(head), error);
    if ((error && error != beast::http::error::need_more) || !impl_->is_header_done() || taken != head.size()) return std::nullopt;
    return std::move(impl_->request);
}

bool RequestParser::keep_alive() const { return impl_->keep_alive(); }
bool RequestParser::chunked() const { return impl_->chunked(); }
bool RequestParser::done() const { return impl_->is_done(); }

std::optional<std::uint64_t> RequestParser::content_length() const {
    auto const length = impl_->content_length();
    if (!length) return std::nullopt;
    return *length;
}

std::optional<std::size_t> RequestParser::body(std::string_view bytes, std::string& body) {
    impl_->out = &body;
    std::size_t taken = 0;
    auto const least = impl_->chunked() ? shortest_end : 1;  // Beast 1.81 asserts it while it waits for the end of the last chunk
    while (bytes.size() - taken >= least && !impl_->is_done()) {
        Error error;
        auto const count = impl_->put(boost::asio::buffer(bytes.substr(taken)), error);
        taken += count;
        if (error && error != beast::http::error::need_more) return std::nullopt;
        if (count == 0) break;
    }
    if (!impl_->is_done() && bytes.size() - taken > chunk_line_limit) return std::nullopt;
    return taken;
}

}  // namespace himsog::http
