#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "db/session.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace smg::db {

/// A connection to a SQLite file, by SQLite's own interface: with group commit the rows themselves are what costs
/// (docs/decisions/0003-database-two-dialects.md).
class SqliteSession final : public Session {
public:
    /// The one connection that writes and checkpoints. Throws Unavailable or DatabaseError.
    static std::unique_ptr<SqliteSession> writer(const std::string& path, std::int64_t max_pages);
    static std::unique_ptr<SqliteSession> reader(const std::string& path);
    ~SqliteSession() override;

    Dialect dialect() const override { return Dialect::sqlite; }
    std::int64_t run(std::string_view sql, const std::vector<Param>& params) override;
    std::vector<RawRow> fetch(std::string_view sql, const std::vector<Param>& params, std::size_t columns) override;
    std::vector<std::int64_t> insert_rows(std::string_view table, const std::vector<std::string>& names,
                                          std::vector<std::vector<Param>> rows) override;
    void control(std::string_view sql) override;

    /// Whether anything but a SELECT was run since forget_writes(), with success or not.
    bool wrote() const { return wrote_; }
    void forget_writes() { wrote_ = false; }

    /// How long the write-ahead log is, in pages. It starts anew with the first commit after all of it was copied into the
    /// file and no reader looks at it any more.
    int log_pages() const { return log_pages_; }
    bool log_is_copied() const { return log_is_copied_; }

    /// Copies the log into the file as far as readers allow, and never waits for them.
    void checkpoint();

private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };

    explicit SqliteSession(const std::string& path);
    static int note_log(void* session, sqlite3*, const char*, int pages);
    void pragma(std::string_view setting);
    sqlite3_stmt* prepared(std::string_view sql, const std::vector<Param>& params);
    void bind(sqlite3_stmt* statement, const std::vector<Param>& params);
    bool step(sqlite3_stmt* statement);

    sqlite3* file_ = nullptr;
    std::unordered_map<std::string, Statement, Hash, std::equal_to<>> prepared_;
    bool wrote_ = false;
    int log_pages_ = 0;
    bool log_is_copied_ = true;
};

}  // namespace smg::db
