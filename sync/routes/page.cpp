#include "sync/routes/page.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

namespace himsog::sync {

using nlohmann::ordered_json;

namespace {

constexpr std::int64_t last_page = 1'000'000;

std::int64_t number_or(std::optional<std::string> const& text, std::int64_t otherwise) {
    std::int64_t value = otherwise;
    if (text) std::from_chars(text->data(), text->data() + text->size(), value);
    return value;
}

}  // namespace

Page page_of(http::Request const& request) {
    return {std::clamp(number_or(request.query("page"), 1), std::int64_t{1}, last_page),
            std::clamp(number_or(request.query("page_size"), usual_page), std::int64_t{1}, most_in_page)};
}

std::string list_body(http::Request const& request, Page const& page, std::int64_t total, ordered_json results,
                      std::string const& filters) {
    auto const link = [&](std::int64_t number) -> ordered_json {
        return "https://" + std::string{request.header("host")} + request.path + "?page=" + std::to_string(number) +
               "&page_size=" + std::to_string(page.size) + filters;
    };
    ordered_json body = {{"count", total},
                         {"next", page.number * page.size < total ? link(page.number + 1) : ordered_json(nullptr)},
                         {"previous", page.number > 1 ? link(page.number - 1) : ordered_json(nullptr)},
                         {"results", std::move(results)}};
    return body.dump();
}

}  // namespace himsog::sync
