#pragma once

#include <filesystem>
#include <vector>

#include "base/result.hpp"
#include "sandbox/panel.hpp"

namespace smg::sandbox {

/// The ledger on disk, one JSON object per line, each synced before the client can learn of its order: the ground truth of
/// crash tests must not itself be lost in a crash.
class LedgerFile {
public:
    /// Makes the file when it is not there. Fails in words a person can act on.
    static Result<LedgerFile> open(const std::filesystem::path& file);

    LedgerFile(LedgerFile&& other) noexcept;
    LedgerFile(const LedgerFile&) = delete;
    ~LedgerFile();

    /// What former runs have written. A torn last line was never answered for, and is left out.
    std::vector<LedgerEntry> take_entries() { return std::move(entries_); }

    /// Throws std::system_error when the entry is not surely on disk.
    void append(const LedgerEntry& entry);

private:
    explicit LedgerFile(int fd) : fd_(fd) {}
    int fd_;
    std::vector<LedgerEntry> entries_;
};

}  // namespace smg::sandbox
