#include "db/session.hpp"

// SOCI includes sqlite3.h inside a namespace of its own, so nothing else here may include it first.
#include <soci/mysql/soci-mysql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <deque>

namespace smg::db {
namespace {

constexpr std::size_t max_prepared = 512;    // statements kept per connection
constexpr std::size_t rows_per_insert = 64;  // of one multi-row INSERT
constexpr int busy_timeout_ms = 5000;

[[noreturn]] void raise_sqlite(int code, const std::string& message)
{
    constexpr int busy = 5, locked = 6, read_only = 8, io_error = 10, corrupt = 11, full = 13, cannot_open = 14,
                  constraint = 19;
    switch (code) {
        case constraint:
            if (message.find("UNIQUE constraint") != std::string::npos) throw DuplicateKey(message);
            throw DatabaseError(message);
        case busy:
        case locked:
        case read_only:
        case io_error:
        case corrupt:
        case full:
        case cannot_open: throw Unavailable(message);
        default: throw DatabaseError(message);
    }
}

[[noreturn]] void raise_mariadb(unsigned code, const std::string& message)
{
    // MariaDB error numbers: https://mariadb.com/kb/en/mariadb-error-code-reference/
    constexpr std::array conflicts{1213u, 1205u, 1020u, 1047u};
    constexpr std::array lost{2002u, 2003u, 2006u, 2013u, 2055u, 1053u, 1927u,
                              1158u, 1159u, 1160u, 1161u, 1040u, 1045u, 1049u};
    constexpr std::array full{1021u, 1114u, 1290u, 1836u, 3u, 28u};
    if (code == 1062) throw DuplicateKey(message);
    if (std::ranges::find(conflicts, code) != conflicts.end()) throw Conflict(message);
    if (std::ranges::find(lost, code) != lost.end()) throw ConnectionLost(message);
    if (std::ranges::find(full, code) != full.end()) throw Unavailable(message);
    throw DatabaseError(message);
}

// SOCI's what() repeats the statement with its parameters; those may be secrets, so only the database's own words are kept.
template <class F>
auto guarded(F&& work)
{
    try {
        return work();
    } catch (const soci::sqlite3_soci_error& e) {
        raise_sqlite(e.result(), e.get_error_message());
    } catch (const soci::mysql_soci_error& e) {
        raise_mariadb(e.err_num_, e.get_error_message());
    } catch (const soci::soci_error& e) {
        throw DatabaseError(e.get_error_message());
    }
}

// SOCI's MySQL backend knows only named parameters, SQLite binds equal names once: every `?` gets a name of its own.
std::string with_names(std::string_view sql)
{
    std::string out;
    int number = 0;
    for (char c : sql) {
        if (c == '?') out += fmt::format(":p{}", ++number);
        else out += c;
    }
    return out;
}

}  // namespace

struct Session::Prepared {
    explicit Prepared(soci::session& session) : statement(session) {}
    soci::statement statement;
    std::vector<Param> in;
    std::deque<long long> integers;  // the addresses must stay
    std::deque<std::string> texts;
    std::deque<soci::indicator> in_indicators;
    std::deque<std::string> out;
    std::deque<soci::indicator> out_indicators;
};

struct Session::Connection {
    soci::session session;
    Statements prepared;
};

Session::Session(Dialect dialect, std::unique_ptr<Connection> connection)
    : dialect_(dialect), connection_(std::move(connection))
{
}

Session::~Session() { connection_->prepared.clear(); }

std::unique_ptr<Session> Session::sqlite_writer(const std::string& path, std::int64_t max_pages)
{
    return guarded([&] {
        auto connection = std::make_unique<Connection>();
        connection->session.open(*soci::factory_sqlite3(), "db=\"" + path + "\"");
        std::unique_ptr<Session> session(new Session(Dialect::sqlite, std::move(connection)));
        for (auto pragma : {"journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "mmap_size=0", "secure_delete=OFF",
                            "wal_autocheckpoint=4000", "journal_size_limit=67108864", "cache_size=-16384"})
            session->control(fmt::format("PRAGMA {}", pragma));
        session->control(fmt::format("PRAGMA busy_timeout={}", busy_timeout_ms));
        if (max_pages > 0) session->control(fmt::format("PRAGMA max_page_count={}", max_pages));
        return session;
    });
}

std::unique_ptr<Session> Session::sqlite_reader(const std::string& path)
{
    return guarded([&] {
        auto connection = std::make_unique<Connection>();
        connection->session.open(*soci::factory_sqlite3(), "db=\"" + path + "\"");
        std::unique_ptr<Session> session(new Session(Dialect::sqlite, std::move(connection)));
        session->control(fmt::format("PRAGMA busy_timeout={}", busy_timeout_ms));
        // The writer is the only checkpointer (SQLite before 3.51.3 can corrupt a WAL that two connections reset).
        for (auto pragma : {"query_only=ON", "wal_autocheckpoint=0", "mmap_size=0", "cache_size=-4096"})
            session->control(fmt::format("PRAGMA {}", pragma));
        return session;
    });
}

std::unique_ptr<Session> Session::mariadb(const Url& url, bool writer)
{
    return guarded([&] {
        auto connection = std::make_unique<Connection>();
        // SOCI reads `key=value` pairs; quotes protect a password with spaces, backslashes protect its quotes.
        std::string password;
        for (char c : url.password.reveal()) {
            if (c == '\'' || c == '\\') password += '\\';
            password += c;
        }
        connection->session.open(
            *soci::factory_mysql(),
            fmt::format("host='{}' port={} db='{}' user='{}' password='{}' charset=utf8mb4 connect_timeout=5 "
                        "read_timeout=60 write_timeout=60",
                        url.host, url.port, url.name, url.user, password));
        std::unique_ptr<Session> session(new Session(Dialect::mariadb, std::move(connection)));
        session->control("SET time_zone = '+00:00'");
        session->control("SET sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO'");
        session->control("SET innodb_lock_wait_timeout = 5");
        // Writers compare and set, so they want the newest row and few gap locks; readers want one view of everything.
        session->control(
            fmt::format("SET SESSION TRANSACTION ISOLATION LEVEL {}", writer ? "READ COMMITTED" : "REPEATABLE READ"));
        return session;
    });
}

void Session::control(const std::string& sql)
{
    guarded([&] { connection_->session << sql; });
}

Session::Statements::iterator Session::prepare(std::string_view sql, const std::vector<Param>& params, std::size_t columns)
{
    std::string key(sql);
    key += '\0';
    for (const auto& param : params) key += param.kind == Param::Kind::integer ? 'i' : 't';
    key += std::to_string(columns);
    auto& cache = connection_->prepared;
    if (auto found = cache.find(key); found != cache.end()) return found;
    if (cache.size() >= max_prepared) cache.clear();

    auto made = std::make_unique<Prepared>(connection_->session);
    auto& statement = made->statement;
    statement.alloc();
    statement.prepare(with_names(sql));
    for (std::size_t i = 0; i < columns; ++i)
        statement.exchange(soci::into(made->out.emplace_back(), made->out_indicators.emplace_back()));
    for (const auto& param : params) {
        auto& integer = made->integers.emplace_back(0);
        auto& text = made->texts.emplace_back();
        auto& indicator = made->in_indicators.emplace_back(soci::i_ok);
        if (param.kind == Param::Kind::integer) statement.exchange(soci::use(integer, indicator));
        else statement.exchange(soci::use(text, indicator));
    }
    statement.define_and_bind();
    return cache.emplace(std::move(key), std::move(made)).first;
}

// Runs a prepared statement. One that failed is thrown away: SOCI's MySQL backend loses its buffers when it runs again.
template <class F>
auto Session::with_prepared(std::string_view sql, std::vector<Param> params, std::size_t columns, F&& work)
{
    return guarded([&] {
        auto found = prepare(sql, params, columns);
        auto& prepared = *found->second;
        for (std::size_t i = 0; i < params.size(); ++i) {
            prepared.integers[i] = params[i].integer;
            prepared.texts[i] = std::move(params[i].text);
            prepared.in_indicators[i] = params[i].kind == Param::Kind::null ? soci::i_null : soci::i_ok;
        }
        try {
            return work(prepared);
        } catch (...) {
            connection_->prepared.erase(found);
            throw;
        }
    });
}

std::int64_t Session::run(std::string_view sql, std::vector<Param> params)
{
    return with_prepared(sql, std::move(params), 0, [](Prepared& prepared) -> std::int64_t {
        prepared.statement.execute(true);
        return prepared.statement.get_affected_rows();
    });
}

std::vector<RawRow> Session::fetch(std::string_view sql, std::vector<Param> params, std::size_t columns)
{
    return with_prepared(sql, std::move(params), columns, [columns](Prepared& prepared) {
        std::vector<RawRow> rows;
        prepared.statement.execute(false);
        // To the last row always: a SELECT left half read would keep its read transaction open.
        while (prepared.statement.fetch()) {
            auto& row = rows.emplace_back(columns);
            for (std::size_t i = 0; i < columns; ++i)
                if (prepared.out_indicators[i] != soci::i_null) row[i] = prepared.out[i];
        }
        return rows;
    });
}

std::vector<std::int64_t> Session::insert_rows(std::string_view table, const std::vector<std::string>& names,
                                               std::vector<std::vector<Param>> rows)
{
    std::vector<std::int64_t> ids;
    // In-process SQLite gains nothing by long statements; over a network the round trips are what costs.
    std::size_t together = dialect_ == Dialect::sqlite ? 1 : rows_per_insert;
    for (std::size_t from = 0; from < rows.size(); from += together) {
        auto to = std::min(rows.size(), from + together);
        std::vector<std::vector<Param>> part(std::make_move_iterator(rows.begin() + static_cast<std::ptrdiff_t>(from)),
                                             std::make_move_iterator(rows.begin() + static_cast<std::ptrdiff_t>(to)));
        auto made = insert_together(table, names, std::move(part));
        ids.insert(ids.end(), made.begin(), made.end());
    }
    return ids;
}

std::vector<std::int64_t> Session::insert_together(std::string_view table, const std::vector<std::string>& names,
                                                   std::vector<std::vector<Param>> rows)
{
    std::string sql = fmt::format("INSERT INTO `{}` (", table), marks = "(";
    for (const auto& name : names) {
        sql += fmt::format("{}`{}`", &name == &names.front() ? "" : ", ", name);
        marks += &name == &names.front() ? "?" : ", ?";
    }
    sql += ") VALUES ";
    std::vector<Param> params;
    for (auto& row : rows) {
        sql += &row == &rows.front() ? "" : ", ";
        sql += marks + ")";
        std::ranges::move(row, std::back_inserter(params));
    }
    sql += " RETURNING id";
    std::vector<std::int64_t> ids;
    for (const auto& row : fetch(sql, std::move(params), 1)) ids.push_back(from_column<std::int64_t>(dialect_, row[0]));
    return ids;
}

}  // namespace smg::db
