#include "orders/send_journal.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/log.hpp"
#include "orders/send_journal_files.hpp"
#include "orders/send_journal_line.hpp"

namespace smg::orders {
namespace {

namespace fs = std::filesystem;

JournalOptions completed(JournalOptions options)
{
    if (!options.write) options.write = [](int fd, const char* data, std::size_t size) { return ::write(fd, data, size); };
    if (!options.sync) options.sync = [](int fd) { return ::fdatasync(fd); };
    return options;
}

// A full disk, a quota, a size limit: nothing is broken.
bool is_lack_of_room(int error) { return error == ENOSPC || error == EDQUOT || error == EFBIG; }

std::unexpected<Error> no_room(int error)
{
    return fail(Code::unavailable, fmt::format("the send journal cannot be written: {}", std::strerror(error)));
}

// A file's name is durable only with its folder.
bool sync_folder(const fs::path& folder)
{
    int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return false;
    bool done = ::fsync(fd) == 0;
    ::close(fd);
    return done;
}

}  // namespace

SendJournal::SendJournal(fs::path folder, JournalOwner owner, const Clock& clock, JournalOptions options,
                         std::function<void(const std::string&)> on_broken)
    : folder_(std::move(folder)),
      owner_(std::move(owner)),
      clock_(clock),
      options_(completed(std::move(options))),
      on_broken_(std::move(on_broken))
{
}

SendJournal::~SendJournal()
{
    if (fd_ >= 0 && fd_ != first_fd_) ::close(fd_);
    if (first_fd_ >= 0) ::close(first_fd_);
}

Result<void> SendJournal::open()
{
    std::error_code error;
    fs::create_directories(folder_, error);
    if (error) return fail(Code::failed, fmt::format("cannot make {}: {}", folder_.string(), error.message()));
    fs::permissions(folder_, fs::perms::owner_all, error);
    sync_folder(folder_.parent_path());
    std::lock_guard lock(mutex_);
    if (fd_ >= 0) return {};
    return start_segment();
}

Result<void> SendJournal::append(const JournalGo& go) { return append_line(line_of(go)); }
Result<void> SendJournal::append(const JournalReply& reply) { return append_line(line_of(reply)); }
Result<void> SendJournal::append(const JournalNotSent& not_sent) { return append_line(line_of(not_sent)); }

// Whoever finds nobody writing writes for all that wait by then; its own line is among them.
Result<void> SendJournal::append_line(std::string line)
{
    Waiting mine{std::move(line)};
    std::unique_lock lock(mutex_);
    waiting_.push_back(&mine);
    while (!mine.done) {
        if (writing_) {
            changed_.wait(lock);
            continue;
        }
        writing_ = true;
        auto group = std::exchange(waiting_, {});
        lock.unlock();
        auto result = write_together(group);
        lock.lock();
        for (auto one : group) one->done = true, one->result = result;
        writing_ = false;
        changed_.notify_all();
    }
    return mine.result;
}

Result<void> SendJournal::write_together(const std::vector<Waiting*>& group)
{
    if (!broken_.empty()) return fail(Code::failed, broken_);
    if (fd_ < 0) return fail(Code::unavailable, "the send journal is not open");
    if (size_ > options_.segment_bytes)
        if (auto started = start_segment(); !started) {
            if (!broken_.empty()) return started;
            log::warning("{}: it goes on in the same file", started.error().message);
        }
    std::vector<std::string> lines;
    for (auto one : group) lines.push_back(std::move(one->line));
    return write_lines(fd_, lines, chain_, size_);
}

Result<void> SendJournal::write_lines(int fd, const std::vector<std::string>& lines, std::string& chain, std::size_t& size)
{
    auto next = chain;
    std::string text;
    for (const auto& line : lines) text += seal_line(line, next);
    if (auto written = write_all(fd, text, size); !written) return written;
    ++syncs_;
    if (options_.sync(fd) != 0) return broken("cannot be brought to the disk", errno);
    chain = next;
    size += text.size();
    return {};
}

// All of it, or nothing: half a line is taken away again.
Result<void> SendJournal::write_all(int fd, std::string_view text, std::size_t whole_until)
{
    for (auto rest = text; !rest.empty();) {
        auto written = options_.write(fd, rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written >= 0) {
            rest.remove_prefix(static_cast<std::size_t>(written));
            continue;
        }
        auto error = errno;
        if (::ftruncate(fd, static_cast<off_t>(whole_until)) != 0) return broken("cannot be cut", errno);
        if (!is_lack_of_room(error)) return broken("cannot be written", error);
        return no_room(error);
    }
    return {};
}

// The new file is there before the old one says `next`: a `next` without a file is damage.
Result<void> SendJournal::start_segment()
{
    auto file = file_of(segment_ + 1);
    auto fd = make_file(file);
    if (!fd) return fail(fd.error());
    JournalHead head{journal_format, owner_.boot_id, owner_.node_id, owner_.host, segment_ + 1, chain_, clock_.now()};
    std::string chain = chain_, old_chain = chain_;
    std::size_t size = 0;
    auto started = write_lines(*fd, {line_of(head)}, chain, size);
    if (started && !sync_folder(folder_)) started = broken("cannot bring its folder to the disk", errno);
    if (started && segment_ > 0) started = write_lines(fd_, {line_of(JournalNext{segment_ + 1})}, old_chain, size_);
    if (!started) {
        if (broken_.empty() && ::unlink(file.c_str()) == 0) sync_folder(folder_);
        ::close(*fd);
        return started;
    }
    if (first_fd_ < 0) first_fd_ = *fd;
    else if (fd_ != first_fd_) ::close(fd_);
    fd_ = *fd;
    ++segment_;
    size_ = size;
    chain_ = chain;
    return {};
}

Result<int> SendJournal::make_file(const fs::path& file)
{
    int fd = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return fail(Code::unavailable, fmt::format("cannot make {}: {}", file.string(), std::strerror(errno)));
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
    auto error = errno;
    ::close(fd);
    return fail(Code::unavailable, fmt::format("cannot lock {}: {}", file.string(), std::strerror(error)));
}

// After a failed fsync the kernel may say that all is well although it is not: only a new start knows what is on disk.
Result<void> SendJournal::broken(const std::string& what, int error)
{
    broken_ = fmt::format("the send journal {} {}: {}", file_of(segment_).string(), what, std::strerror(error));
    log::error("{}; nothing is sent any more", broken_);
    if (on_broken_) on_broken_(broken_);
    return fail(Code::failed, broken_);
}

fs::path SendJournal::file_of(int segment) const { return journal_file(folder_, owner_.boot_id, segment); }

}  // namespace smg::orders
