#include "app/data_home.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "app/check.hpp"
#include "app/restore_target.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "embedded/migrations.hpp"

namespace smg {
namespace {

namespace fs = std::filesystem;

db::Options options_of(const Config& config)
{
    db::Options options;
    options.readers = config.database_readers;
    options.pool = config.database_pool;
    options.queue = static_cast<std::size_t>(config.database_queue);
    options.max_pages = config.test_max_pages;
    return options;
}

Result<std::string> read_or_make_node_id(const fs::path& file)
{
    if (std::ifstream in(file); in) {
        std::string id;
        in >> id;
        if (!id.empty()) return id;
    }
    auto id = random_uuid();
    std::ofstream out(file);
    out << id << '\n';
    out.close();
    if (!out) return fail(Code::failed, fmt::format("cannot write {}", file.string()));
    return id;
}

// Every node of one database must hold the same key, or each would read only its own secrets.
Result<void> check_master_key(db::Database& db, const MasterKey& master, const Config& config)
{
    return db.write_now([&](db::Tx& tx) -> Result<void> {
        tx.insert_new("INSERT INTO instance (name, value) VALUES ('master_key', ?)", master.id());
        auto made_with = *tx.first<std::string>("SELECT value FROM instance WHERE name = 'master_key'");
        if (made_with == master.id()) return {};
        return fail(Code::failed,
                    fmt::format("the master key {} (id {}) is not the one this database was made with (id {}): copy that "
                                "master.key here from the node that has it, or from where it is kept",
                                config.master_key_file().string(), master.id(), made_with));
    });
}

// A connection that runs closures twice (a test option) cannot run DDL on MariaDB, which commits by itself.
Result<std::unique_ptr<db::Database>> open_migrated(const db::Url& url, const Config& config)
{
    auto options = options_of(config);
    auto db = db::Database::open(url, options);
    if (!db) return db;
    if (auto whole = no_restore_unfinished(**db); !whole) return fail(whole.error());
    if (auto done = db::migrate(**db, embedded_migrations(url.dialect)); !done) return fail(done.error());
    if (config.test_rerun_one_in == 0) return db;
    options.rerun_one_in = config.test_rerun_one_in;
    db->reset();
    return db::Database::open(url, options);
}

// SQLite's words for SQLITE_CORRUPT and SQLITE_NOTADB.
bool tells_damage(std::string_view message)
{
    return message.find("malformed") != std::string_view::npos || message.find("not a database") != std::string_view::npos;
}

}  // namespace

DirectoryLock::~DirectoryLock()
{
    if (fd_ >= 0) ::close(fd_);
}

Result<std::optional<DirectoryLock>> DirectoryLock::try_lock(const fs::path& directory)
{
    std::error_code error;
    // Made by us it is ours alone; one that was there keeps the mode that a person gave it.
    if (fs::create_directories(directory, error)) fs::permissions(directory, fs::perms::owner_all, error);
    auto file = directory / "lock";
    int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail(Code::failed, fmt::format("cannot write to the data directory {}: {}; give a writable one with --data",
                                              directory.string(), std::strerror(errno)));
    DirectoryLock lock(fd);
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return std::optional(std::move(lock));
    if (errno == EWOULDBLOCK) return std::optional<DirectoryLock>();
    return fail(Code::failed, fmt::format("cannot lock {}: {}", file.string(), std::strerror(errno)));
}

Result<DataHome> DataHome::open(const Config& config, const Clock&, DirectoryLock lock)
{
    auto url = db::Url::parse(config.database_url());
    if (!url) return fail(url.error());
    if (auto whole = no_restore_unfinished(config); !whole) return fail(whole.error());
    auto node_id = read_or_make_node_id(config.data / "node_id");
    if (!node_id) return fail(node_id.error());
    auto master = MasterKey::load_or_create(config.master_key_file());
    if (!master) return fail(master.error());
    try {
        auto db = open_migrated(*url, config);
        if (!db && tells_damage(db.error().message)) db.error().message += "; " + how_to_restore(config);
        if (!db) return fail(db.error());
        if (auto same = check_master_key(**db, *master, config); !same) return fail(same.error());
        return DataHome{std::move(lock), std::move(*master), std::move(*db), std::move(*node_id)};
    } catch (const db::DatabaseError& e) {
        return fail(Code::unavailable, fmt::format("the database {} cannot be used: {}{}", url->shown(), e.what(),
                                                   tells_damage(e.what()) ? "; " + how_to_restore(config) : ""));
    }
}

std::vector<db::Migration> embedded_migrations(db::Dialect dialect)
{
    std::string_view ending = dialect == db::Dialect::sqlite ? ".sqlite.sql" : ".mariadb.sql";
    std::vector<db::Migration> migrations;
    for (const auto& file : embedded::migrations())
        if (file.path.ends_with(ending))
            migrations.push_back(
                {std::string(file.path.substr(0, file.path.size() - ending.size())), std::string(file.bytes)});
    return migrations;
}

}  // namespace smg
