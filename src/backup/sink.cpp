#include "backup/sink.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sodium.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/crypto.hpp"

namespace smg::backup {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t buffer_bytes = 1024 * 1024;
constexpr std::uint64_t sync_every_bytes = 8 * 1024 * 1024;

std::unexpected<Error> cannot(const char* what, const fs::path& file)
{
    return fail(Code::failed, fmt::format("cannot {} {}: {}", what, file.string(), std::strerror(errno)));
}

fs::path folder_of(const fs::path& file) { return file.has_parent_path() ? file.parent_path() : fs::path("."); }

}  // namespace

struct Sha256::State {
    crypto_hash_sha256_state hash;
};

Sha256::Sha256() : state_(std::make_unique<State>()) { crypto_hash_sha256_init(&state_->hash); }
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

void Sha256::add(std::string_view data)
{
    crypto_hash_sha256_update(&state_->hash, reinterpret_cast<const unsigned char*>(data.data()), data.size());
}

std::string Sha256::hex() const
{
    auto copy = state_->hash;
    std::string digest(crypto_hash_sha256_BYTES, '\0');
    crypto_hash_sha256_final(&copy, reinterpret_cast<unsigned char*>(digest.data()));
    return smg::hex(digest);
}

Sink::Sink(int fd, fs::path file, fs::path draft, bool replace)
    : fd_(fd), file_(std::move(file)), draft_(std::move(draft)), replace_(replace)
{
    buffer_.reserve(buffer_bytes);
}

Sink::Sink(Sink&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      file_(std::move(other.file_)),
      draft_(std::exchange(other.draft_, {})),
      replace_(other.replace_),
      buffer_(std::move(other.buffer_)),
      sha256_(std::move(other.sha256_)),
      bytes_(other.bytes_),
      unsynced_(other.unsynced_)
{
}

Sink::~Sink()
{
    if (draft_.empty() || fd_ < 0) return;
    ::unlink(draft_.c_str());
    ::close(fd_);
}

Result<Sink> Sink::to_file(const fs::path& file, bool replace)
{
    std::error_code ignored;
    if (fs::exists(file, ignored) && !fs::is_regular_file(file, ignored))
        return fail(Code::invalid, fmt::format("{} is no file; - is standard output", file.string()));
    if (!replace && fs::exists(file, ignored))
        return fail(Code::conflict, fmt::format("{} is there already: give another name, or --force", file.string()));
    auto draft = file;
    draft += ".part";
    int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return cannot("write", draft);
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        ::close(fd);
        return fail(Code::conflict, fmt::format("another backup is writing {}", draft.string()));
    }
    Sink sink(fd, file, draft, replace);
    if (::fchmod(fd, 0600) != 0 || ::ftruncate(fd, 0) != 0) return cannot("write", draft);
    return sink;
}

Sink Sink::to_descriptor(int fd) { return {fd, {}, {}, false}; }

Result<void> Sink::put(std::string_view line)
{
    sha256_.add(line);
    sha256_.add("\n");
    buffer_ += line;
    buffer_ += '\n';
    if (buffer_.size() < buffer_bytes) return {};
    return flush();
}

Result<void> Sink::flush()
{
    auto name = draft_.empty() ? fs::path("standard output") : draft_;
    for (std::string_view rest = buffer_; !rest.empty();) {
        auto written = ::write(fd_, rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return cannot("write", name);
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    bytes_ += buffer_.size();
    unsynced_ += buffer_.size();
    buffer_.clear();
    if (draft_.empty() || unsynced_ < sync_every_bytes) return {};
    unsynced_ = 0;
    if (::fdatasync(fd_) != 0) return cannot("write", name);
    return {};
}

Result<void> Sink::finish()
{
    if (auto flushed = flush(); !flushed) return flushed;
    if (draft_.empty()) return {};
    if (::fsync(fd_) != 0) return cannot("write", draft_);
    std::error_code ignored;
    if (!replace_ && fs::exists(file_, ignored))
        return fail(Code::conflict, fmt::format("{} has appeared meanwhile: give another name, or --force", file_.string()));
    if (::rename(draft_.c_str(), file_.c_str()) != 0) return cannot("rename to", file_);
    sync_directory(folder_of(file_));
    ::close(std::exchange(fd_, -1));
    return {};
}

void sync_directory(const fs::path& directory)
{
    int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return;
    ::fsync(fd);
    ::close(fd);
}

}  // namespace smg::backup
