/// SQLite's own VFS with a witness: what happens to the WAL, and when an answer leaves, in the order of one clockless list.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace himsog::faults {

enum class Event { written, synced, answered };

/// Registered under `name` while it lives; connections opened through it must be closed before. Any thread.
class RecordingVfs {
public:
    explicit RecordingVfs(std::string name);
    ~RecordingVfs();
    RecordingVfs(RecordingVfs const&) = delete;
    RecordingVfs& operator=(RecordingVfs const&) = delete;

    std::string const& name() const { return name_; }
    void note(Event event);
    std::vector<Event> events() const;

private:
    struct Shim;

    std::string name_;
    mutable std::mutex mutex_;
    std::vector<Event> events_;
    std::unique_ptr<Shim> shim_;
};

/// What a record of events says about the commits in it. A commit is a run of writes to the WAL and the answers that follow it.
struct Verdict {
    std::size_t commits = 0;
    std::size_t writes = 0;
    std::size_t syncs = 0;
    std::size_t answers = 0;
    std::size_t answered_unsynced = 0;  // commits whose first answer left before the WAL was synced after its last write
};

Verdict judge(std::vector<Event> const& events);

}  // namespace himsog::faults
