/// Structured log: one JSON object a line, UTC, no PHI (names, notes, tokens and bodies never go in: log ids and route templates).
#pragma once

#include "common/base/clock.hpp"

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace himsog {

enum class LogLevel { info, warning, error };

/// A key and a value of a log line.
struct LogField {
    std::string_view key;
    std::variant<std::int64_t, bool, std::string> value;

    LogField(std::string_view name, std::string_view text) : key{name}, value{std::string{text}} {}
    LogField(std::string_view name, std::string text) : key{name}, value{std::move(text)} {}
    LogField(std::string_view name, char const* text) : key{name}, value{std::string{text}} {}
    LogField(std::string_view name, bool flag) : key{name}, value{flag} {}
    template <class T>
    requires std::is_integral_v<T> LogField(std::string_view name, T number) : key{name}, value{static_cast<std::int64_t>(number)} {}
};

/// Thread rule: any thread. Lines are whole.
class Log {
public:
    using Sink = std::function<void(std::string_view line)>;  // the line ends with a newline

    Log(Clock& clock, Sink sink) : clock_{clock}, sink_{std::move(sink)} {}

    /// `event` is a short fixed word such as "http.request"; `fields` follow it.
    void write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields);
    void info(std::string_view event, std::initializer_list<LogField> fields = {}) { write(LogLevel::info, event, fields); }
    void warning(std::string_view event, std::initializer_list<LogField> fields = {}) { write(LogLevel::warning, event, fields); }
    void error(std::string_view event, std::initializer_list<LogField> fields = {}) { write(LogLevel::error, event, fields); }

    /// Hands a line that is already formatted, with its newline, to the sink: for lines too frequent for write().
    void write_line(std::string_view line);

private:
    Clock& clock_;
    std::mutex mutex_;
    Sink sink_;
};

/// Appends `text`, which must be UTF-8, as a JSON string with its quotes.
void append_json_string(std::string& out, std::string_view text);

}  // namespace himsog
