#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/config.hpp"
#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/result.hpp"
#include "db/database.hpp"
#include "db/migrate.hpp"

namespace smg {

/// The lock of a data directory, held by one process at a time; the kernel frees it when that process dies.
class DirectoryLock {
public:
    DirectoryLock(DirectoryLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    DirectoryLock& operator=(DirectoryLock&&) = delete;
    ~DirectoryLock();

    /// Makes the directory when it is missing. Nothing when another process holds the lock.
    static Result<std::optional<DirectoryLock>> try_lock(const std::filesystem::path& directory);

private:
    explicit DirectoryLock(int fd) : fd_(fd) {}
    int fd_;
};

/// A data directory that this process owns, with its database open and migrated.
struct DataHome {
    DirectoryLock lock;
    MasterKey master;
    std::unique_ptr<db::Database> db;
    std::string node_id;  // of this directory, the same at every start

    static Result<DataHome> open(const Config& config, const Clock& clock, DirectoryLock lock);
};

std::vector<db::Migration> embedded_migrations(db::Dialect dialect);

}  // namespace smg
