#pragma once

#include <memory>
#include <string>
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

/// One connection with its prepared statements; belongs to one thread.
class Session {
public:
    /// Throw Unavailable or DatabaseError when there is no connection.
    static std::unique_ptr<Session> sqlite_reader(const std::string& path);
    static std::unique_ptr<Session> mariadb(const Url& url, bool writer);

    Session() = default;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    virtual ~Session() = default;

    virtual Dialect dialect() const = 0;

    /// What Tx offers, which see.
    virtual std::int64_t run(std::string_view sql, const std::vector<Param>& params) = 0;
    virtual std::vector<RawRow> fetch(std::string_view sql, const std::vector<Param>& params, std::size_t columns) = 0;
    virtual std::vector<std::int64_t> insert_rows(std::string_view table, const std::vector<std::string>& names,
                                                  std::vector<std::vector<Param>> rows) = 0;

    /// A statement without parameters or rows: BEGIN, COMMIT, PRAGMA, SET.
    virtual void control(std::string_view sql) = 0;

    std::vector<Announcement>& announcements() { return announcements_; }

private:
    std::vector<Announcement> announcements_;
};

std::unique_ptr<Session> open_mariadb_session(const Url& url, bool writer);

}  // namespace smg::db
