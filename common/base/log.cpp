#include "common/base/log.hpp"

#include "common/base/bytes.hpp"
#include "common/base/calendar.hpp"

#include <cstring>

namespace himsog {
namespace {

constexpr std::string_view name_of(LogLevel level) {
    switch (level) {
        case LogLevel::info: return "info";
        case LogLevel::warning: return "warning";
        case LogLevel::error: return "error";
    }
    return "error";
}

void append_escaped(std::string& out, char c) {
    static constexpr char digits[] = "0123456789abcdef";
    switch (c) {
        case '"': out += "\\\""; return;
        case '\\': out += "\\\\"; return;
        case '\n': out += "\\n"; return;
        case '\r': out += "\\r"; return;
        case '\t': out += "\\t"; return;
        default:
            out += "\\u00";
            out += digits[(c >> 4) & 15];
            out += digits[c & 15];
    }
}

/// How many characters from the start need no escape. Eight at a time: a zero byte is where x - 1 borrows and x did not have the high bit
/// (Warren, Hacker's Delight, 6-1); a borrow can mark a byte too many after a true one, never miss one.
std::size_t plain_prefix(std::string_view text) {
    constexpr std::uint64_t ones = 0x0101'0101'0101'0101;
    constexpr std::uint64_t highs = ones << 7;
    auto const has_zero = [](std::uint64_t x) { return (x - ones) & ~x & highs; };
    std::size_t i = 0;
    for (; i + 8 <= text.size(); i += 8) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, text.data() + i, 8);
        auto const control = (eight - ones * 0x20) & ~eight & highs;
        if ((control | has_zero(eight ^ (ones * '"')) | has_zero(eight ^ (ones * '\\'))) != 0) break;
    }
    for (; i < text.size(); ++i) {
        auto const c = static_cast<unsigned char>(text[i]);
        if (c < 0x20 || c == '"' || c == '\\') break;
    }
    return i;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    while (true) {
        auto const plain = plain_prefix(text);
        out.append(text, 0, plain);
        if (plain == text.size()) break;
        append_escaped(out, text[plain]);
        text.remove_prefix(plain + 1);
    }
    out += '"';
}

void Log::write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
    std::string line = R"({"at":")";
    append_text(line, clock_.now(), Zone{0});
    line += R"(","level":")";
    line += name_of(level);
    line += R"(","event":)";
    append_json_string(line, event);
    for (auto const& field : fields) {
        line += ',';
        append_json_string(line, field.key);
        line += ':';
        if (auto const* text = std::get_if<std::string>(&field.value)) append_json_string(line, is_utf8(*text) ? *text : to_hex(*text));
        else if (auto const* flag = std::get_if<bool>(&field.value)) line += *flag ? "true" : "false";
        else line += std::to_string(std::get<std::int64_t>(field.value));
    }
    line += "}\n";
    write_line(line);
}

void Log::write_line(std::string_view line) {
    std::lock_guard const lock{mutex_};
    sink_(line);
}

}  // namespace himsog
