#include "common/crypto/key_file.hpp"

#include "common/crypto/library.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

namespace himsog::crypto {
namespace {

Problem trouble(std::filesystem::path const& path, std::string const& what) { return {ProblemKind::internal, "the key file " + path.string() + ' ' + what}; }

/// A descriptor that closes itself.
class File {
public:
    explicit File(int handle) : handle_{handle} {}
    ~File() {
        if (handle_ >= 0) close(handle_);
    }
    File(File const&) = delete;
    File& operator=(File const&) = delete;
    int handle() const { return handle_; }

private:
    int handle_;
};

bool sync_folder(std::filesystem::path const& folder) {
    File const file{open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    return file.handle() >= 0 && fsync(file.handle()) == 0;
}

bool is_hex(std::string_view text) {
    for (char const c : text)
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))) return false;
    return true;
}

}  // namespace

Result<Secret> create_key_file(std::filesystem::path const& path) {
    start_libsodium();
    Bytes raw(database_key_size, '\0');
    randombytes_buf(raw.data(), raw.size());
    Secret key{to_hex(raw)};
    wipe(raw);
    File const file{open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (file.handle() < 0) return trouble(path, "cannot be made; is there one already?");
    bool const whole = write(file.handle(), key.view().data(), key.view().size()) == static_cast<ssize_t>(key.view().size()) && fsync(file.handle()) == 0;
    if (!whole || !sync_folder(path.parent_path())) {
        unlink(path.c_str());
        return trouble(path, "cannot be written to the disk");
    }
    return key;
}

Result<Secret> load_key_file(std::filesystem::path const& path) {
    File const file{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
    if (file.handle() < 0) return trouble(path, "cannot be opened");
    struct stat facts{};
    if (fstat(file.handle(), &facts) != 0 || !S_ISREG(facts.st_mode)) return trouble(path, "is not a regular file");
    if (facts.st_uid != geteuid()) return trouble(path, "belongs to another user");
    if ((facts.st_mode & 077) != 0) return trouble(path, "may be read or written by others; chmod 600 it");
    std::array<char, 2 * database_key_size + 2> buffer{};
    auto const count = read(file.handle(), buffer.data(), buffer.size());
    std::string_view text{buffer.data(), count < 0 ? 0 : static_cast<std::size_t>(count)};
    if (!text.empty() && text.back() == '\n') text.remove_suffix(1);
    bool const fits = text.size() == 2 * database_key_size && is_hex(text);
    auto key = fits ? Result<Secret>{Secret{Bytes{text}}} : Result<Secret>{trouble(path, "does not hold 64 hex digits")};
    sodium_memzero(buffer.data(), buffer.size());
    return key;
}

}  // namespace himsog::crypto
