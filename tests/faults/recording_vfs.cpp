#include "tests/faults/recording_vfs.hpp"

#include <sqlcipher/sqlite3.h>

#include <new>
#include <stdexcept>

namespace himsog::faults {
namespace {

/// SQLite gives room for this and, behind it, for the file of the VFS below.
struct File : sqlite3_file {
    RecordingVfs* recorder;  // null: not the WAL
    sqlite3_file* below() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

File& ours(sqlite3_file* file) { return *static_cast<File*>(file); }
sqlite3_file* below(sqlite3_file* file) { return ours(file).below(); }
sqlite3_io_methods const& methods_below(sqlite3_file* file) { return *below(file)->pMethods; }

int close(sqlite3_file* file) { return methods_below(file).xClose(below(file)); }
int read(sqlite3_file* file, void* to, int size, sqlite3_int64 from) { return methods_below(file).xRead(below(file), to, size, from); }
int truncate(sqlite3_file* file, sqlite3_int64 size) { return methods_below(file).xTruncate(below(file), size); }
int file_size(sqlite3_file* file, sqlite3_int64* size) { return methods_below(file).xFileSize(below(file), size); }
int lock(sqlite3_file* file, int level) { return methods_below(file).xLock(below(file), level); }
int unlock(sqlite3_file* file, int level) { return methods_below(file).xUnlock(below(file), level); }
int check_lock(sqlite3_file* file, int* out) { return methods_below(file).xCheckReservedLock(below(file), out); }
int control(sqlite3_file* file, int op, void* arg) { return methods_below(file).xFileControl(below(file), op, arg); }
int sector_size(sqlite3_file* file) { return methods_below(file).xSectorSize(below(file)); }
int characteristics(sqlite3_file* file) { return methods_below(file).xDeviceCharacteristics(below(file)); }
int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
    return methods_below(file).xShmMap(below(file), page, size, extend, out);
}
int shm_lock(sqlite3_file* file, int offset, int n, int flags) { return methods_below(file).xShmLock(below(file), offset, n, flags); }
void shm_barrier(sqlite3_file* file) { methods_below(file).xShmBarrier(below(file)); }
int shm_unmap(sqlite3_file* file, int remove) { return methods_below(file).xShmUnmap(below(file), remove); }
int fetch(sqlite3_file* file, sqlite3_int64 from, int size, void** out) { return methods_below(file).xFetch(below(file), from, size, out); }
int unfetch(sqlite3_file* file, sqlite3_int64 from, void* page) { return methods_below(file).xUnfetch(below(file), from, page); }

int write(sqlite3_file* file, void const* from, int size, sqlite3_int64 to) {
    auto const code = methods_below(file).xWrite(below(file), from, size, to);
    if (auto* const recorder = ours(file).recorder) recorder->note(Event::written);
    return code;
}

/// Noted when it has come back: only then is anything on the disk.
int sync(sqlite3_file* file, int flags) {
    auto const code = methods_below(file).xSync(below(file), flags);
    if (auto* const recorder = ours(file).recorder; recorder != nullptr && code == SQLITE_OK) recorder->note(Event::synced);
    return code;
}

constexpr sqlite3_io_methods methods{3,         close,      read,    write,       truncate,        sync,    file_size, lock,
                                     unlock,    check_lock, control, sector_size, characteristics, shm_map, shm_lock,  shm_barrier,
                                     shm_unmap, fetch,      unfetch};

}  // namespace

struct RecordingVfs::Shim : sqlite3_vfs {
    RecordingVfs* recorder = nullptr;
    sqlite3_vfs* base = nullptr;

    static int open(sqlite3_vfs* vfs, char const* name, sqlite3_file* file, int flags, int* out_flags) {
        auto& shim = *static_cast<Shim*>(vfs);
        auto* const made = new (file) File{};
        made->recorder = (flags & SQLITE_OPEN_WAL) != 0 ? shim.recorder : nullptr;
        auto const code = shim.base->xOpen(shim.base, name, made->below(), flags, out_flags);
        // SQLite closes what has methods, also after a failure; the VFS below decides that for us.
        made->pMethods = made->below()->pMethods != nullptr ? &methods : nullptr;
        return code;
    }
};

RecordingVfs::RecordingVfs(std::string name) : name_{std::move(name)}, shim_{std::make_unique<Shim>()} {
    auto* const base = sqlite3_vfs_find(nullptr);
    // All but xOpen is the base's own: those functions look at nothing of the struct but what is copied.
    static_cast<sqlite3_vfs&>(*shim_) = *base;
    shim_->pNext = nullptr;
    shim_->zName = name_.c_str();
    shim_->szOsFile = static_cast<int>(sizeof(File)) + base->szOsFile;
    shim_->xOpen = &Shim::open;
    shim_->recorder = this;
    shim_->base = base;
    if (sqlite3_vfs_register(shim_.get(), 0) != SQLITE_OK) throw std::runtime_error{"the VFS cannot be registered"};
}

RecordingVfs::~RecordingVfs() { sqlite3_vfs_unregister(shim_.get()); }

void RecordingVfs::note(Event event) {
    std::lock_guard const lock{mutex_};
    events_.push_back(event);
}

std::vector<Event> RecordingVfs::events() const {
    std::lock_guard const lock{mutex_};
    return events_;
}

Verdict judge(std::vector<Event> const& events) {
    Verdict verdict;
    bool is_open = false;   // written since the last answer
    bool is_dirty = false;  // written since the last sync
    for (auto const event : events) {
        switch (event) {
            case Event::written:
                ++verdict.writes;
                is_open = is_dirty = true;
                break;
            case Event::synced:
                ++verdict.syncs;
                is_dirty = false;
                break;
            case Event::answered:
                ++verdict.answers;
                if (!is_open) break;
                ++verdict.commits;
                if (is_dirty) ++verdict.answered_unsynced;
                is_open = false;
                break;
        }
    }
    return verdict;
}

}  // namespace himsog::faults
