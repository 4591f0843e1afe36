#include "common/http/event_stream.hpp"

#include <algorithm>
#include <deque>
#include <mutex>

namespace himsog::http {
namespace {

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\n");
}

/// The lines of one event; every line of its data is a field of its own.
std::string wire(Event const& event) {
    std::string out;
    append_field(out, "event", event.event);
    if (!event.id.empty()) append_field(out, "id", event.id);
    std::string_view rest = event.data;
    while (true) {
        auto const line = rest.substr(0, rest.find('\n'));
        append_field(out, "data", line);
        if (line.size() == rest.size()) break;
        rest.remove_prefix(line.size() + 1);
    }
    out += '\n';
    return out;
}

}  // namespace

/// One client's queue.
class EventStream::Source : public BodySource {
public:
    Source(Clock& clock, Limits limits, std::function<bool(Event const&)> wanted)
        : clock_{clock}, limits_{limits}, wanted_{std::move(wanted)}, last_{clock.uptime()} {}

    std::optional<std::string> next() override {
        std::lock_guard const lock{mutex_};
        auto const now = clock_.uptime();
        if (queue_.empty() && ended_) return std::nullopt;
        if (queue_.empty() && now - last_ < limits_.heartbeat) return std::string{};
        last_ = now;
        if (queue_.empty()) return std::string{":\n\n"};
        return std::exchange(queue_, std::string{});
    }

    void on_ready(std::function<void()> wake) override {
        std::lock_guard const lock{mutex_};
        wake_ = std::move(wake);
    }

    /// False when this client has fallen too far behind: its stream ends, unsent events and all.
    bool offer(Event const& event) {
        if (wanted_ && !wanted_(event)) return true;
        std::lock_guard const lock{mutex_};
        queue_ += wire(event);
        if (queue_.size() > limits_.queued_bytes) {
            queue_.clear();
            ended_ = true;
        }
        if (wake_) wake_();
        return !ended_;
    }

    /// What came before the stream is not measured: the route bounds it.
    void begin_with(std::vector<Event> const& missed) {
        std::lock_guard const lock{mutex_};
        queue_ = "retry: 3000\n\n";
        for (auto const& event : missed) queue_ += wire(event);
    }

    void end() {
        std::lock_guard const lock{mutex_};
        ended_ = true;
        if (wake_) wake_();
    }

private:
    Clock& clock_;
    Limits const limits_;
    std::function<bool(Event const&)> const wanted_;
    std::mutex mutex_;
    std::string queue_;
    std::function<void()> wake_;
    Micros last_;
    bool ended_ = false;
};

struct EventStream::State {
    Clock& clock;
    Limits limits;
    std::mutex mutex;
    std::vector<std::weak_ptr<Source>> sources;  // those of clients that have gone are dropped when the next one comes or an event does
    bool closed = false;
};

EventStream::EventStream(Clock& clock) : EventStream{clock, Limits{}} {}
EventStream::EventStream(Clock& clock, Limits limits) : state_{new State{clock, limits, {}, {}, false}} {}
EventStream::~EventStream() { close(); }

void EventStream::publish(std::string_view event, std::string_view id, std::string_view data) {
    Event const published{std::string{event}, std::string{id}, std::string{data}};
    std::lock_guard const lock{state_->mutex};
    std::erase_if(state_->sources, [&](std::weak_ptr<Source> const& client) {
        auto const source = client.lock();
        return !source || !source->offer(published);
    });
}

Response EventStream::subscribe(std::vector<Event> const& missed, std::function<bool(Event const&)> wanted) {
    auto source = std::make_shared<Source>(state_->clock, state_->limits, std::move(wanted));
    source->begin_with(missed);
    {
        std::lock_guard const lock{state_->mutex};
        std::erase_if(state_->sources, [](auto const& client) { return client.expired(); });
        if (state_->closed) source->end();
        else state_->sources.push_back(source);
    }
    Response response{200, {}, "text/event-stream"};
    response.source = std::move(source);
    return response;
}

void EventStream::close() {
    std::lock_guard const lock{state_->mutex};
    state_->closed = true;
    for (auto const& client : state_->sources)
        if (auto const source = client.lock()) source->end();
    state_->sources.clear();
}

std::size_t EventStream::clients() const {
    std::lock_guard const lock{state_->mutex};
    auto const alive = std::count_if(state_->sources.begin(), state_->sources.end(), [](auto const& client) { return !client.expired(); });
    return static_cast<std::size_t>(alive);
}

}  // namespace himsog::http
