#pragma once

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace smg::orders {

struct JournalGo;
struct JournalReply;
struct JournalNotSent;

struct JournalOptions {
    std::size_t segment_bytes = 4 * 1024 * 1024;  // a file that is larger is followed by another
    // What reaches the disk, for tests that let it fail: as write(2), fdatasync(2).
    std::function<long(int, const char*, std::size_t)> write = {};
    std::function<int(int)> sync = {};
};

/// Whose journal it is.
struct JournalOwner {
    std::string boot_id, node_id, host;
};

/// What this process writes to suppliers, on disk before the first byte: FOLDER/<boot_id>.<segment>.log, 0600. A line is
/// durable when append() returns; callers that wait at the same time share one fdatasync. The kernel's lock on the first
/// file is held as long as the process lives, and not a moment longer: it tells a dead sender from a frozen one.
class SendJournal {
public:
    /// `on_broken` is called once, from any thread, when the disk cannot be trusted any more.
    SendJournal(std::filesystem::path folder, JournalOwner owner, const Clock& clock, JournalOptions options,
                std::function<void(const std::string&)> on_broken);
    ~SendJournal();
    SendJournal(const SendJournal&) = delete;
    SendJournal& operator=(const SendJournal&) = delete;

    /// Makes the folder and the first file. Before it append() refuses everything.
    Result<void> open();

    /// From any thread; blocks until the line is on disk. Code::unavailable: there is no room, and the line is not in the
    /// file; a later one may get through. Code::failed: the journal is broken for good, and nobody knows what is on disk.
    Result<void> append(const JournalGo& go);
    Result<void> append(const JournalReply& reply);
    Result<void> append(const JournalNotSent& not_sent);

    /// How often the disk was waited for.
    std::int64_t syncs() const { return syncs_; }

private:
    struct Waiting {
        std::string line;
        bool done = false;
        Result<void> result = {};
    };

    Result<void> append_line(std::string line);
    Result<void> write_together(const std::vector<Waiting*>& group);
    Result<void> write_lines(int fd, const std::vector<std::string>& lines, std::string& chain, std::size_t& size);
    Result<void> write_all(int fd, std::string_view text, std::size_t whole_until);
    Result<void> start_segment();
    Result<int> make_file(const std::filesystem::path& file);
    Result<void> broken(const std::string& what, int error);
    std::filesystem::path file_of(int segment) const;

    const std::filesystem::path folder_;
    const JournalOwner owner_;
    const Clock& clock_;
    const JournalOptions options_;
    const std::function<void(const std::string&)> on_broken_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Waiting*> waiting_;
    bool writing_ = false;  // one of those who wait writes for all; the members below are its own
    std::string broken_;    // why, once it is

    int first_fd_ = -1, fd_ = -1;
    int segment_ = 0;
    std::size_t size_ = 0;
    std::string chain_;
    std::atomic<std::int64_t> syncs_ = 0;
};

}  // namespace smg::orders
