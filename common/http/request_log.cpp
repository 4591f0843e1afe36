#include "common/http/request_log.hpp"

#include "common/base/bytes.hpp"
#include "common/base/calendar.hpp"

#include <string>

namespace himsog::http {
void write_request_line(Log& log, RequestLine const& line) {
    thread_local std::string text;
    text.assign(R"({"at":")");
    append_text(text, line.at, Zone{0});
    text.append(R"(","level":"info","event":"http.request","method":")").append(line.method).append(R"(","route":)");
    append_json_string(text, line.route);
    text.append(R"(,"status":)");
    text += std::to_string(line.status);
    text.append(R"(,"us":)");
    text += std::to_string(line.micros);
    text.append(R"(,"bytes":)");
    text += std::to_string(line.bytes);
    text.append(R"(,"request_id":")").append(line.request_id).append("\"");
    for (auto const& [key, value] : line.notes) {
        text += ',';
        append_json_string(text, key);
        text += ':';
        append_json_string(text, is_utf8(value) ? value : to_hex(value));
    }
    text.append("}\n");
    log.write_line(text);
}

}  // namespace himsog::http
