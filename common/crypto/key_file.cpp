#include "common/crypto/key_file.hpp"

#include "common/crypto/password.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

namespace himsog::crypto {
namespace {

constexpr std::size_t digits = 2 * database_key_size;

class File {
public:
    File(char const* path, int flags, mode_t mode = 0) : descriptor_{::open(path, flags | O_CLOEXEC, mode)} {}
    ~File() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    File(File const&) = delete;
    File& operator=(File const&) = delete;

    explicit operator bool() const { return descriptor_ >= 0; }
    int get() const { return descriptor_; }

private:
    int descriptor_;
};

Problem problem(std::filesystem::path const& path, std::string const& what) {
    return {ProblemKind::internal, "key file " + path.string() + ": " + what};
}

/// Empty, or what the system says.
std::string write_durably(int file, std::string_view text, std::filesystem::path const& folder) {
    auto const wrong = [] { return std::string{std::strerror(errno)}; };
    if (::write(file, text.data(), text.size()) != static_cast<ssize_t>(text.size())) return "cannot be written: " + wrong();
    if (::fsync(file) != 0) return "cannot be made durable: " + wrong();
    File const directory{folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY};
    if (!directory || ::fsync(directory.get()) != 0) return "its folder cannot be made durable: " + wrong();
    return {};
}

/// What is wrong with the file as a file; nothing when it may be read.
std::optional<std::string> refusal(struct stat const& found) {
    if (!S_ISREG(found.st_mode)) return "is not a regular file";
    if (found.st_uid != ::geteuid()) return "belongs to another user";
    if ((found.st_mode & 0077) != 0) return "may be read or changed by others; its mode must be 0600";
    return std::nullopt;
}

}  // namespace

Result<Secret> create_key_file(std::filesystem::path const& path) {
    File const file{path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600};
    if (!file)
        return problem(path,
                       errno == EEXIST ? "exists already and is not overwritten" : std::string{"cannot be made: "} + std::strerror(errno));

    Secret key{random_token()};
    if (auto const wrong = write_durably(file.get(), key.view(), path.parent_path()); !wrong.empty()) {
        ::unlink(path.c_str());
        return problem(path, wrong);
    }
    return key;
}

Result<Secret> load_key_file(std::filesystem::path const& path) {
    File const file{path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK};
    if (!file) return problem(path, errno == ELOOP ? "is a symbolic link" : std::string{"cannot be opened: "} + std::strerror(errno));
    struct stat found {};
    if (::fstat(file.get(), &found) != 0) return problem(path, std::strerror(errno));
    if (auto const wrong = refusal(found)) return problem(path, *wrong);

    Bytes text(digits + 2, '\0');
    auto const count = ::read(file.get(), text.data(), text.size());
    if (count < 0) return problem(path, std::string{"cannot be read: "} + std::strerror(errno));
    text.resize(static_cast<std::size_t>(count));
    if (text.ends_with('\n')) text.pop_back();
    bool const is_key = text.size() == digits && text.find_first_not_of("0123456789abcdefABCDEF") == Bytes::npos;
    Secret key{std::move(text)};
    if (!is_key) return problem(path, "must hold exactly 64 hex digits");
    return key;
}

}  // namespace himsog::crypto
