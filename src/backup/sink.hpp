#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace smg::backup {

/// SHA-256 of what comes in pieces.
class Sha256 {
public:
    Sha256();
    Sha256(Sha256&&) noexcept;
    ~Sha256();
    void add(std::string_view data);
    std::string hex() const;  // of all so far

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Where a backup goes: a file that is whole or not there (`F.part`, mode 0600, made durable, then renamed), or standard
/// output. Writes to the disk as it goes, so that no backlog of dirty pages holds up the database's own commits.
class Sink {
public:
    /// Refuses a file that is there already, unless `replace`.
    static Result<Sink> to_file(const std::filesystem::path& file, bool replace);
    static Sink to_descriptor(int fd);
    Sink(Sink&&) noexcept;
    ~Sink();  // of an unfinished file: removes what was written

    /// Adds the line end.
    Result<void> put(std::string_view line);
    Result<void> finish();

    const Sha256& sha256() const { return sha256_; }
    std::uint64_t bytes() const { return bytes_; }

private:
    Sink(int fd, std::filesystem::path file, std::filesystem::path draft, bool replace);
    Result<void> flush();

    int fd_;
    std::filesystem::path file_, draft_;  // empty: a descriptor that somebody else opened
    bool replace_;
    std::string buffer_;
    Sha256 sha256_;
    std::uint64_t bytes_ = 0, unsynced_ = 0;
};

/// Makes the names in this directory durable.
void sync_directory(const std::filesystem::path& directory);

}  // namespace smg::backup
