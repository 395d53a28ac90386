#include <fmt/core.h>
#include <fmt/ranges.h>
#include <soci/mysql/soci-mysql.h>
#include <soci/soci.h>

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <span>
#include <unordered_map>

#include "db/session.hpp"

namespace smg::db {
namespace {

constexpr std::size_t max_prepared = 512;     // statements kept per connection
constexpr std::size_t rows_per_insert = 256;  // of one multi-row INSERT

[[noreturn]] void raise_mariadb(unsigned code, const std::string& message)
{
    // MariaDB error numbers: https://mariadb.com/kb/en/mariadb-error-code-reference/
    constexpr std::array conflicts{1213u, 1205u, 1020u, 1047u};
    constexpr std::array lost{2002u, 2003u, 2006u, 2013u, 2055u, 1053u, 1927u,
                              1158u, 1159u, 1160u, 1161u, 1040u, 1045u, 1049u};
    constexpr std::array full{1021u, 1114u, 1290u, 1836u, 3u, 28u};
    // "Incorrect key file", "is marked as crashed", "is corrupted", "Index … is corrupted", "Tablespace … is corrupted".
    constexpr std::array damaged{1034u, 126u, 127u, 145u, 1194u, 1195u, 1712u, 1877u, 1932u};
    if (std::ranges::find(damaged, code) != damaged.end()) throw Damaged(message);
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
    } catch (const soci::mysql_soci_error& e) {
        raise_mariadb(e.err_num_, e.get_error_message());
    } catch (const soci::soci_error& e) {
        throw DatabaseError(e.get_error_message());
    }
}

// SOCI's MySQL backend knows only named parameters.
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

// A value as it stands in a statement's text.
void add_literal(std::string& sql, MYSQL* connection, const Param& param)
{
    if (param.kind == Param::Kind::null) {
        sql += "NULL";
    } else if (param.kind == Param::Kind::integer) {
        sql += std::to_string(param.integer);
    } else {
        sql += '\'';
        auto begin = sql.size();
        sql.resize(begin + 2 * param.text.size() + 1);  // the longest that escaping may make it
        sql.resize(begin + mysql_real_escape_string(connection, &sql[begin], param.text.data(), param.text.size()));
        sql += '\'';
    }
}

struct Prepared {
    explicit Prepared(soci::session& session) : statement(session) {}
    soci::statement statement;
    std::deque<long long> integers;  // the addresses must stay
    std::deque<std::string> texts;
    std::deque<soci::indicator> in_indicators;
    std::deque<std::string> out;
    std::deque<soci::indicator> out_indicators;
};

/// A connection to a MariaDB server. The only place that knows SOCI.
class MariaDbSession final : public Session {
public:
    MariaDbSession(const Url& url, bool writer);
    ~MariaDbSession() override { prepared_.clear(); }

    Dialect dialect() const override { return Dialect::mariadb; }
    std::int64_t run(std::string_view sql, const std::vector<Param>& params) override;
    std::vector<RawRow> fetch(std::string_view sql, const std::vector<Param>& params, std::size_t columns) override;
    std::vector<std::int64_t> insert_rows(std::string_view table, const std::vector<std::string>& names,
                                          std::vector<std::vector<Param>> rows) override;
    void control(std::string_view sql) override;

private:
    using Statements = std::unordered_map<std::string, std::unique_ptr<Prepared>>;
    Statements::iterator prepare(std::string_view sql, const std::vector<Param>& params, std::size_t columns);
    template <class F>
    auto with_prepared(std::string_view sql, const std::vector<Param>& params, std::size_t columns, F&& work);
    std::vector<std::int64_t> insert_together(std::string_view table, const std::vector<std::string>& names,
                                              std::span<const std::vector<Param>> rows);
    std::vector<std::int64_t> ids_of(const std::string& sql);
    MYSQL* connection() { return static_cast<soci::mysql_session_backend*>(session_.get_backend())->conn_; }

    soci::session session_;
    Statements prepared_;
};

MariaDbSession::MariaDbSession(const Url& url, bool writer)
{
    // SOCI reads `key=value` pairs; quotes protect a password with spaces, backslashes protect its quotes.
    std::string password;
    for (char c : url.password.reveal()) {
        if (c == '\'' || c == '\\') password += '\\';
        password += c;
    }
    guarded([&] {
        session_.open(*soci::factory_mysql(),
                      fmt::format("host='{}' port={} db='{}' user='{}' password='{}' charset=utf8mb4 connect_timeout=5 "
                                  "read_timeout=60 write_timeout=60",
                                  url.host, url.port, url.name, url.user, password));
    });
    control("SET time_zone = '+00:00'");
    control("SET sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO'");
    control("SET innodb_lock_wait_timeout = 5");
    // Writers compare and set, so they want the newest row and few gap locks; readers want one view of everything.
    control(fmt::format("SET SESSION TRANSACTION ISOLATION LEVEL {}", writer ? "READ COMMITTED" : "REPEATABLE READ"));
}

void MariaDbSession::control(std::string_view sql)
{
    guarded([&] { session_ << std::string(sql); });
}

MariaDbSession::Statements::iterator MariaDbSession::prepare(std::string_view sql, const std::vector<Param>& params,
                                                             std::size_t columns)
{
    std::string key(sql);
    key += '\0';
    for (const auto& param : params) key += param.kind == Param::Kind::integer ? 'i' : 't';
    key += std::to_string(columns);
    auto& cache = prepared_;
    if (auto found = cache.find(key); found != cache.end()) return found;
    if (cache.size() >= max_prepared) cache.clear();

    auto made = std::make_unique<Prepared>(session_);
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
auto MariaDbSession::with_prepared(std::string_view sql, const std::vector<Param>& params, std::size_t columns, F&& work)
{
    return guarded([&] {
        auto found = prepare(sql, params, columns);
        auto& prepared = *found->second;
        for (std::size_t i = 0; i < params.size(); ++i) {
            prepared.integers[i] = params[i].integer;
            prepared.texts[i] = params[i].text;
            prepared.in_indicators[i] = params[i].kind == Param::Kind::null ? soci::i_null : soci::i_ok;
        }
        try {
            return work(prepared);
        } catch (...) {
            prepared_.erase(found);
            throw;
        }
    });
}

std::int64_t MariaDbSession::run(std::string_view sql, const std::vector<Param>& params)
{
    return with_prepared(sql, params, 0, [](Prepared& prepared) -> std::int64_t {
        prepared.statement.execute(true);
        return prepared.statement.get_affected_rows();
    });
}

std::vector<RawRow> MariaDbSession::fetch(std::string_view sql, const std::vector<Param>& params, std::size_t columns)
{
    return with_prepared(sql, params, columns, [columns](Prepared& prepared) {
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

std::vector<std::int64_t> MariaDbSession::insert_rows(std::string_view table, const std::vector<std::string>& names,
                                                      std::vector<std::vector<Param>> rows)
{
    std::vector<std::int64_t> ids;
    // Over a network the round trips are what costs.
    std::span<const std::vector<Param>> rest(rows);
    while (!rest.empty()) {
        auto part = rest.first(std::min(rest.size(), rows_per_insert));
        auto made = insert_together(table, names, part);
        ids.insert(ids.end(), made.begin(), made.end());
        rest = rest.subspan(part.size());
    }
    return ids;
}

// As text and past SOCI: it binds each of some thousand values by name and puts them into the text again, which took a third
// of createOrder's time.
std::vector<std::int64_t> MariaDbSession::insert_together(std::string_view table, const std::vector<std::string>& names,
                                                          std::span<const std::vector<Param>> rows)
{
    std::string sql = fmt::format("INSERT INTO `{}` (`{}`) VALUES ", table, fmt::join(names, "`, `"));
    for (const auto& row : rows) {
        sql += &row == &rows.front() ? "(" : ", (";
        for (const auto& param : row) {
            if (&param != &row.front()) sql += ", ";
            add_literal(sql, connection(), param);
        }
        sql += ')';
    }
    sql += " RETURNING id";
    return ids_of(sql);
}

std::vector<std::int64_t> MariaDbSession::ids_of(const std::string& sql)
{
    return guarded([&] {
        auto check = [&](bool done) {
            if (!done) throw soci::mysql_soci_error(mysql_error(connection()), static_cast<int>(mysql_errno(connection())));
        };
        check(mysql_real_query(connection(), sql.data(), sql.size()) == 0);
        std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> result(mysql_store_result(connection()), mysql_free_result);
        check(result != nullptr);
        std::vector<std::int64_t> ids;
        while (auto row = mysql_fetch_row(result.get())) ids.push_back(integer_in(row[0]));
        return ids;
    });
}

}  // namespace

std::unique_ptr<Session> open_mariadb_session(const Url& url, bool writer)
{
    return std::make_unique<MariaDbSession>(url, writer);
}

std::unique_ptr<Session> Session::mariadb(const Url& url, bool writer) { return open_mariadb_session(url, writer); }

}  // namespace smg::db
