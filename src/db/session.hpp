#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "db/database.hpp"

namespace smg::db {

/// Two transactions collided and this one gave way: run the closure again.
struct Conflict : DatabaseError {
    using DatabaseError::DatabaseError;
};
/// The connection is gone: what was not committed is rolled back by the server.
struct ConnectionLost : Unavailable {
    using Unavailable::Unavailable;
};

/// One connection with its prepared statements; belongs to one thread. The only place that knows SOCI.
class Session {
public:
    static std::unique_ptr<Session> sqlite_writer(const std::string& path, std::int64_t max_pages);
    static std::unique_ptr<Session> sqlite_reader(const std::string& path);
    static std::unique_ptr<Session> mariadb(const Url& url, bool writer);
    ~Session();

    Dialect dialect() const { return dialect_; }
    std::int64_t run(std::string_view sql, std::vector<Param> params);
    std::vector<RawRow> fetch(std::string_view sql, std::vector<Param> params, std::size_t columns);
    std::vector<std::int64_t> insert_rows(std::string_view table, const std::vector<std::string>& names,
                                          std::vector<std::vector<Param>> rows);

    /// A statement without parameters or rows: BEGIN, COMMIT, PRAGMA, SET.
    void control(const std::string& sql);

    std::vector<Announcement>& announcements() { return announcements_; }

private:
    struct Connection;
    struct Prepared;
    Session(Dialect dialect, std::unique_ptr<Connection> connection);
    using Statements = std::unordered_map<std::string, std::unique_ptr<Prepared>>;
    Statements::iterator prepare(std::string_view sql, const std::vector<Param>& params, std::size_t columns);
    template <class F>
    auto with_prepared(std::string_view sql, std::vector<Param> params, std::size_t columns, F&& work);
    std::vector<std::int64_t> insert_together(std::string_view table, const std::vector<std::string>& names,
                                              std::vector<std::vector<Param>> rows);

    Dialect dialect_;
    std::unique_ptr<Connection> connection_;
    std::vector<Announcement> announcements_;
};

}  // namespace smg::db
