#include "tests/bench/load/answer.hpp"

#include <charconv>
#include <optional>

namespace himsog::load {
namespace {

constexpr std::string_view length_field = "\r\nContent-Length: ";  // as our server writes it

std::optional<std::size_t> number_at(std::string_view text) {
    std::size_t number = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end == text.data()) return std::nullopt;
    return number;
}

}  // namespace

void AnswerCounter::reset() {
    head_.clear();
    left_ = 0;
    status_ = 0;
    in_body_ = false;
}

AnswerCounter::State AnswerCounter::take(std::string_view bytes) {
    if (in_body_) {
        if (bytes.size() > left_) return State::broken;
        left_ -= bytes.size();
        return left_ == 0 ? State::complete : State::reading;
    }
    if (head_.empty()) {  // nearly always the whole head is there at once: no copy then
        if (auto const end = bytes.find("\r\n\r\n"); end != std::string_view::npos) {
            head_.assign(bytes.substr(0, end));
            return finish_head(end, bytes.substr(end + 4));
        }
    }
    head_.append(bytes);
    auto const end = head_.find("\r\n\r\n");
    if (end == std::string::npos) return State::reading;
    auto const rest = head_.substr(end + 4);
    head_.resize(end);
    return finish_head(end, rest);
}

AnswerCounter::State AnswerCounter::finish_head(std::size_t end, std::string_view rest) {
    std::string_view const head{head_.data(), end};
    auto const status = number_at(head.substr(0, end).substr(std::min<std::size_t>(9, end)));
    if (!head.starts_with("HTTP/1.1 ") || !status) return State::broken;
    status_ = static_cast<int>(*status);

    auto const field = head.find(length_field);
    std::optional<std::size_t> length = std::size_t{0};  // 204 and 304 have none
    if (field != std::string_view::npos) length = number_at(head.substr(field + length_field.size()));
    if (!length || head.find("\r\nTransfer-Encoding:") != std::string_view::npos) return State::broken;
    left_ = *length;
    in_body_ = true;
    if (left_ == 0) return rest.empty() ? State::complete : State::broken;
    return rest.empty() ? State::reading : take(rest);
}

}  // namespace himsog::load
