#include "common/http/message.hpp"

#include "common/base/bytes.hpp"

#include <algorithm>
#include <array>

namespace himsog::http {
namespace {

constexpr std::array<std::string_view, 7> method_names{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// Calls `each(name, value)` for the undecoded pairs of the query until it returns true.
template <class Each> void for_each_pair(std::string_view target, Each each) {
    auto const mark = target.find('?');
    if (mark == std::string_view::npos) return;
    auto rest = target.substr(mark + 1);
    while (!rest.empty()) {
        auto const pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        if (pair.empty()) continue;
        auto const equals = std::min(pair.find('='), pair.size());
        if (each(pair.substr(0, equals), pair.substr(std::min(pair.size(), equals + 1)))) return;
    }
}

std::string form_decoded(std::string_view text) { return percent_decoded(text, true).value_or(std::string{text}); }

bool is_name(std::string_view sent, std::string_view name) {
    return sent.find_first_of("%+") == std::string_view::npos ? sent == name : form_decoded(sent) == name;
}

/// Path part of a target in origin-form or absolute-form.
std::string_view raw_path(std::string_view target) {
    auto const path = target.substr(0, target.find('?'));
    if (path.starts_with('/')) return path;
    auto const authority = path.find("://");
    if (authority == std::string_view::npos) return path;
    auto const slash = path.find('/', authority + 3);
    return slash == std::string_view::npos ? std::string_view{"/"} : path.substr(slash);
}

}  // namespace

std::string_view name_of(Method method) { return method_names[static_cast<std::size_t>(method)]; }

std::optional<Method> parse_method(std::string_view name) {
    auto const found = std::find(method_names.begin(), method_names.end(), name);
    if (found == method_names.end()) return std::nullopt;
    return static_cast<Method>(found - method_names.begin());
}

bool same_name(std::string_view left, std::string_view right) {
    return left.size() == right.size() &&
           std::equal(left.begin(), left.end(), right.begin(), [](char a, char b) { return lower(a) == lower(b); });
}

std::optional<std::string> percent_decoded(std::string_view text, bool form) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && form) {
            decoded += ' ';
        } else if (text[i] == '%') {
            if (i + 2 >= text.size() || digit_of(text[i + 1]) < 0 || digit_of(text[i + 2]) < 0) return std::nullopt;
            decoded += static_cast<char>(digit_of(text[i + 1]) * 16 + digit_of(text[i + 2]));
            i += 2;
        } else {
            decoded += text[i];
        }
    }
    return decoded;
}

Request::Request(Method verb, std::string sent_target) : method{verb}, target{std::move(sent_target)} {
    auto const raw = raw_path(target);
    path = percent_decoded(raw).value_or(std::string{raw});
}

Request& Request::with_header(std::string_view name, std::string_view value) & {
    auto const start = static_cast<std::uint32_t>(fields_text_.size());
    auto const name_size = static_cast<std::uint32_t>(name.size());
    fields_text_.append(name).append(value);
    fields_.push_back({start, name_size, start + name_size, static_cast<std::uint32_t>(value.size())});
    return *this;
}

Request& Request::with_body(std::string text) & {
    body = std::move(text);
    return *this;
}

std::string_view Request::header(std::string_view name) const {
    std::string_view const text = fields_text_;
    for (auto const& field : fields_)
        if (same_name(text.substr(field.name, field.name_size), name)) return text.substr(field.value, field.value_size);
    return {};
}

std::optional<std::string> Request::query(std::string_view name) const {
    std::optional<std::string> found;
    for_each_pair(target, [&](std::string_view sent, std::string_view value) {
        if (!is_name(sent, name)) return false;
        found = form_decoded(value);
        return true;
    });
    return found;
}

std::vector<std::string> Request::query_all(std::string_view name) const {
    std::vector<std::string> found;
    for_each_pair(target, [&](std::string_view sent, std::string_view value) {
        if (is_name(sent, name)) found.push_back(form_decoded(value));
        return false;
    });
    return found;
}

std::vector<std::pair<std::string, std::string>> Request::queries() const {
    std::vector<std::pair<std::string, std::string>> all;
    for_each_pair(target, [&](std::string_view sent, std::string_view value) {
        all.emplace_back(form_decoded(sent), form_decoded(value));
        return false;
    });
    return all;
}

std::string_view Request::cookie(std::string_view name) const {
    auto rest = header("Cookie");
    while (!rest.empty()) {
        auto const pair = rest.substr(0, rest.find(';'));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        auto const equals = pair.find('=');
        if (equals != std::string_view::npos && trimmed(pair.substr(0, equals)) == name) return trimmed(pair.substr(equals + 1));
    }
    return {};
}

std::string_view Response::find(std::string_view name) const {
    for (auto const& [key, value] : headers)
        if (same_name(key, name)) return value;
    return {};
}

}  // namespace himsog::http
