/// Which part of a list a request asks for.
#pragma once

#include "common/http/message.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>

namespace himsog::sync {

constexpr std::int64_t usual_page = 20;
constexpr std::int64_t most_in_page = 200;

struct Page {
    std::int64_t number = 1;  // from 1
    std::int64_t size = usual_page;
};

/// `page` and `page_size` of the query, held within bounds; what is not a number counts as not asked for.
Page page_of(http::Request const& request);

/// {count,next,previous,results} (contract README decision 8). `filters` go on in the links: "&status=open".
std::string list_body(http::Request const& request, Page const& page, std::int64_t total, nlohmann::ordered_json results,
                      std::string const& filters = "");

}  // namespace himsog::sync
