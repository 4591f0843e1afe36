/// Server-sent events: one publisher, many clients, each with a bounded queue.
#pragma once

#include "common/base/clock.hpp"
#include "common/http/message.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace himsog::http {

/// A class with constructors (STYLE.md 2.6). `event` and `id` hold no line breaks; `id` may be empty.
class Event {
public:
    Event(std::string name, std::string number, std::string text) : event{std::move(name)}, id{std::move(number)}, data{std::move(text)} {}

    std::string event;
    std::string id;
    std::string data;
};

/// Thread rule: any thread.
class EventStream {
public:
    struct Limits {
        std::size_t queued_bytes = 256 * 1024;        // a client that falls behind further is dropped; it comes back with Last-Event-ID
        std::chrono::milliseconds heartbeat{15'000};  // a comment line when nothing else was sent
    };
    explicit EventStream(Clock& clock);
    EventStream(Clock& clock, Limits limits);
    ~EventStream();

    void publish(std::string_view event, std::string_view id, std::string_view data);

    /// The answer of the route: first `missed` (what came after the client's Last-Event-ID; the route knows), then what is published from
    /// now on and `wanted` (empty = all) lets through. An event may come twice when it is published while the route reads `missed`.
    Response subscribe(std::vector<Event> const& missed = {}, std::function<bool(Event const&)> wanted = {});

    /// Ends every client's stream and all later ones.
    void close();
    std::size_t clients() const;

private:
    class Source;
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace himsog::http
