#include "db/sqlite_session.hpp"

#include <fmt/core.h>
#include <sqlite3.h>

namespace smg::db {
namespace {

constexpr std::size_t max_prepared = 512;  // statements kept per connection
constexpr int busy_timeout_ms = 5000;

[[noreturn]] void raise(int code, const std::string& message)
{
    constexpr int primary = 0xFF;  // what is above tells details
    switch (code & primary) {
        case SQLITE_CONSTRAINT:
            if (message.find("UNIQUE constraint") != std::string::npos) throw DuplicateKey(message);
            throw DatabaseError(message);
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_READONLY:
        case SQLITE_IOERR:
        case SQLITE_FULL:
        case SQLITE_CANTOPEN: throw Unavailable(message);
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB: throw Damaged(message);
        default: throw DatabaseError(message);
    }
}

std::string insert_sql(std::string_view table, const std::vector<std::string>& names)
{
    std::string columns, marks;
    for (const auto& name : names) {
        columns += fmt::format("{}`{}`", columns.empty() ? "" : ", ", name);
        marks += marks.empty() ? "?" : ", ?";
    }
    return fmt::format("INSERT INTO `{}` ({}) VALUES ({})", table, columns, marks);
}

// A statement that has run holds locks and parameters until it is reset.
struct Reset {
    explicit Reset(sqlite3_stmt* one) : statement(one) {}
    ~Reset() { sqlite3_reset(statement); }
    Reset(const Reset&) = delete;
    Reset& operator=(const Reset&) = delete;
    sqlite3_stmt* statement;
};

}  // namespace

void SqliteSession::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

SqliteSession::SqliteSession(const std::string& path)
{
    auto code =
        sqlite3_open_v2(path.c_str(), &file_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    if (code != SQLITE_OK) {
        std::string message = file_ ? sqlite3_errmsg(file_) : "out of memory";
        sqlite3_close_v2(file_);
        raise(code, message);
    }
    sqlite3_busy_timeout(file_, busy_timeout_ms);
}

SqliteSession::~SqliteSession()
{
    prepared_.clear();
    sqlite3_close_v2(file_);
}

std::unique_ptr<SqliteSession> SqliteSession::writer(const std::string& path, std::int64_t max_pages)
{
    std::unique_ptr<SqliteSession> session(new SqliteSession(path));
    // Savepoints and statements that are undone keep their pages in memory, not in a file.
    for (auto setting : {"journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "mmap_size=0", "secure_delete=OFF",
                         "temp_store=MEMORY", "journal_size_limit=67108864", "cache_size=-16384"})
        session->pragma(setting);
    if (max_pages > 0) session->pragma(fmt::format("max_page_count={}", max_pages));
    // In place of the checkpoint that SQLite makes within a COMMIT: the engine chooses the moment.
    sqlite3_wal_hook(session->file_, note_log, session.get());
    return session;
}

std::unique_ptr<SqliteSession> SqliteSession::reader(const std::string& path)
{
    std::unique_ptr<SqliteSession> session(new SqliteSession(path));
    // The writer is the only checkpointer (SQLite before 3.51.3 can corrupt a WAL that two connections reset).
    for (auto setting : {"query_only=ON", "wal_autocheckpoint=0", "mmap_size=0", "temp_store=MEMORY", "cache_size=-4096"})
        session->pragma(setting);
    return session;
}

std::unique_ptr<Session> Session::sqlite_reader(const std::string& path) { return SqliteSession::reader(path); }

int SqliteSession::note_log(void* session, sqlite3*, const char*, int pages)
{
    static_cast<SqliteSession*>(session)->log_pages_ = pages;
    static_cast<SqliteSession*>(session)->log_is_copied_ = false;
    return SQLITE_OK;
}

void SqliteSession::pragma(std::string_view setting)
{
    auto sql = fmt::format("PRAGMA {}", setting);
    if (auto code = sqlite3_exec(file_, sql.c_str(), nullptr, nullptr, nullptr); code != SQLITE_OK)
        raise(code, sqlite3_errmsg(file_));
}

sqlite3_stmt* SqliteSession::prepared(std::string_view sql, const std::vector<Param>& params)
{
    auto known = prepared_.find(sql);
    if (known == prepared_.end()) {
        if (prepared_.size() >= max_prepared) prepared_.clear();
        sqlite3_stmt* made = nullptr;
        auto code =
            sqlite3_prepare_v3(file_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &made, nullptr);
        if (code != SQLITE_OK) raise(code, sqlite3_errmsg(file_));
        known = prepared_.emplace(sql, Statement(made)).first;
    }
    auto statement = known->second.get();
    auto wanted = sqlite3_bind_parameter_count(statement);
    if (wanted != static_cast<int>(params.size()))
        throw DatabaseError(fmt::format("a statement has {} parameters and got {}", wanted, params.size()));
    return statement;
}

// The texts are not copied: they live until the statement is reset.
void SqliteSession::bind(sqlite3_stmt* statement, const std::vector<Param>& params)
{
    int at = 0;
    for (const auto& param : params) {
        ++at;
        int code = SQLITE_OK;
        switch (param.kind) {
            case Param::Kind::null: code = sqlite3_bind_null(statement, at); break;
            case Param::Kind::integer: code = sqlite3_bind_int64(statement, at, param.integer); break;
            case Param::Kind::text:
                code = sqlite3_bind_text64(statement, at, param.text.data(), param.text.size(), SQLITE_STATIC, SQLITE_UTF8);
                break;
        }
        if (code != SQLITE_OK) raise(code, sqlite3_errmsg(file_));
    }
}

bool SqliteSession::step(sqlite3_stmt* statement)
{
    auto code = sqlite3_step(statement);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    raise(code, sqlite3_errmsg(file_));
}

std::int64_t SqliteSession::run(std::string_view sql, const std::vector<Param>& params)
{
    wrote_ = true;
    auto statement = prepared(sql, params);
    Reset after(statement);
    bind(statement, params);
    while (step(statement)) {}
    return sqlite3_changes64(file_);
}

std::vector<RawRow> SqliteSession::fetch(std::string_view sql, const std::vector<Param>& params, std::size_t columns)
{
    auto statement = prepared(sql, params);
    if (!sqlite3_stmt_readonly(statement)) wrote_ = true;
    if (sqlite3_column_count(statement) != static_cast<int>(columns))
        throw DatabaseError(
            fmt::format("a statement gives {} columns where {} are read", sqlite3_column_count(statement), columns));
    Reset after(statement);
    bind(statement, params);
    std::vector<RawRow> rows;
    while (step(statement)) {
        auto& row = rows.emplace_back(columns);
        for (std::size_t i = 0; i < columns; ++i) {
            auto at = static_cast<int>(i);
            if (sqlite3_column_type(statement, at) == SQLITE_NULL) continue;
            auto text = reinterpret_cast<const char*>(sqlite3_column_text(statement, at));
            row[i].emplace(text ? text : "", static_cast<std::size_t>(sqlite3_column_bytes(statement, at)));
        }
    }
    return rows;
}

// Row by row: in the same process long statements gain nothing.
std::vector<std::int64_t> SqliteSession::insert_rows(std::string_view table, const std::vector<std::string>& names,
                                                     std::vector<std::vector<Param>> rows)
{
    std::vector<std::int64_t> ids;
    if (rows.empty()) return ids;
    wrote_ = true;
    auto statement = prepared(insert_sql(table, names), rows.front());
    for (const auto& row : rows) {
        Reset after(statement);
        bind(statement, row);
        step(statement);
        ids.push_back(sqlite3_last_insert_rowid(file_));
    }
    return ids;
}

void SqliteSession::control(std::string_view sql)
{
    auto statement = prepared(sql, {});
    Reset after(statement);
    while (step(statement)) {}
}

void SqliteSession::checkpoint()
{
    int in_log = 0, copied = 0;
    auto code = sqlite3_wal_checkpoint_v2(file_, nullptr, SQLITE_CHECKPOINT_PASSIVE, &in_log, &copied);
    if (code == SQLITE_BUSY) return;
    if (code != SQLITE_OK) raise(code, sqlite3_errmsg(file_));
    log_pages_ = in_log;
    log_is_copied_ = copied == in_log;
}

}  // namespace smg::db
