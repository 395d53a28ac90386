#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "orders/send_journal_line.hpp"

// The files of a send journal, read back.
namespace smg::orders {

struct JournalFile {
    std::filesystem::path path;
    std::string boot_id;
    int segment = 0;
};

std::filesystem::path journal_file(const std::filesystem::path& folder, const std::string& boot_id, int segment);

/// The files of a folder by boot and segment; none when there is no folder.
std::vector<JournalFile> journal_files(const std::filesystem::path& folder);
std::vector<std::vector<JournalFile>> files_by_boot(const std::filesystem::path& folder);

/// Whether some process that lives holds this file: the kernel keeps the lock exactly as long. None when that cannot be
/// told.
std::optional<bool> journal_is_held(const std::filesystem::path& file);

struct JournalDamage {
    std::filesystem::path file;
    int line = 0;  // 0: the file as a whole
    std::string what;

    std::string text() const;
};

/// All that the journal says of one attempt.
struct SendRecord {
    JournalGo go;
    std::optional<JournalReply> reply = {};
    bool not_sent = false;
};

struct JournalSegment {
    JournalFile file;
    std::optional<JournalHead> head;  // none: the process died while it made the file
    std::vector<JournalGo> gos;
    std::vector<JournalReply> replies;
    std::vector<JournalNotSent> not_sent;
    std::string chain;                         // at the end, a `next` left out
    bool goes_on = false;                      // ends with `next`
    bool torn = false;                         // ends within a line, which therefore was never durable
    std::optional<JournalDamage> damage = {};  // what stands before it can be believed, what follows is left out
};

/// Reads and checks one file. A last line without its end is what a crash leaves; anything else that does not fit is damage.
JournalSegment read_journal(const JournalFile& file);

/// The segments of one process that are not settled yet, in order.
struct BootJournal {
    std::string boot_id;
    std::vector<JournalSegment> segments;
    std::map<AttemptId, SendRecord> sends;
    std::optional<JournalDamage> damage;  // the first; then what is missing proves nothing

    AttemptId newest() const { return sends.empty() ? AttemptId{} : sends.rbegin()->first; }
};

/// How far a boot's files are settled: the last one, and the chain at its end.
struct JournalMark {
    int segment = 0;
    std::string chain = {};
};

/// `files` are all of one boot, or all but the last when it lives (`over` is false); those up to `settled` are left out.
BootJournal read_boot(const std::vector<JournalFile>& files, const JournalMark& settled, bool over = true);

}  // namespace smg::orders
