#include "app/safety.hpp"

#include <fmt/core.h>

namespace smg {
namespace {

constexpr std::int64_t checked_whole_pages = 4096;  // 16 MiB: some 50 ms
constexpr int come_again_s = 60;

std::vector<std::string> unsafe_sqlite(db::Tx& tx)
{
    constexpr std::int64_t full = 2;
    std::vector<std::string> reasons;
    auto synchronous = tx.first<std::int64_t>("PRAGMA synchronous").value_or(0);
    if (synchronous < full) reasons.push_back(fmt::format("SQLite runs with synchronous={}, it must be FULL", synchronous));
    return reasons;
}

std::vector<std::string> unsafe_mariadb(db::Tx& tx)
{
    using Row = std::tuple<std::int64_t, std::int64_t, std::int64_t>;
    std::vector<std::string> reasons;
    auto row = tx.first<Row>("SELECT @@GLOBAL.innodb_flush_log_at_trx_commit, @@GLOBAL.log_bin, @@GLOBAL.sync_binlog");
    if (!row) return {"MariaDB does not tell its settings"};
    auto [flush, log_bin, sync_binlog] = *row;
    if (flush != 1)
        reasons.push_back(fmt::format("MariaDB runs with innodb_flush_log_at_trx_commit={}, it must be 1", flush));
    if (log_bin != 0 && sync_binlog != 1)
        reasons.push_back(fmt::format("MariaDB keeps a binary log with sync_binlog={}, it must be 1", sync_binlog));
    return reasons;
}

// Every page, or the first and the last row of every table.
std::optional<std::string> look(db::Tx& tx)
{
    if (tx.first<std::int64_t>("PRAGMA page_count").value_or(0) <= checked_whole_pages) {
        auto said = tx.first<std::string>("PRAGMA quick_check(1)").value_or("nothing");
        return said == "ok" ? std::nullopt : std::optional(said);
    }
    for (const auto& table : tx.query<std::string>("SELECT name FROM sqlite_master WHERE type = 'table'"))
        tx.query<std::int64_t>(
            fmt::format("SELECT COUNT(*) FROM (SELECT * FROM `{0}` WHERE rowid IN ((SELECT MIN(rowid) FROM "
                        "`{0}`), (SELECT MAX(rowid) FROM `{0}`)))",
                        table));
    return std::nullopt;
}

Async<Result<http::Caller>> refuse()
{
    Error error{Code::unavailable, "The database is damaged and waits to be restored."};
    error.retry_after_s = come_again_s;
    co_return fail(std::move(error));
}

}  // namespace

std::vector<std::string> unsafe_settings(db::Tx& tx)
{
    return tx.dialect() == db::Dialect::sqlite ? unsafe_sqlite(tx) : unsafe_mariadb(tx);
}

std::optional<std::string> damage_at_start(db::Tx& tx)
{
    if (tx.dialect() != db::Dialect::sqlite) return std::nullopt;
    try {
        return look(tx);
    } catch (const db::Damaged& e) {
        return e.what();
    }
}

http::Authenticate unless_damaged(const Safety& safety, http::Authenticate next)
{
    return [&safety, next = std::move(next)](const http::Request& request) {
        bool reads = request.method == http::Method::GET || request.method == http::Method::HEAD;
        return safety.damaged && !reads ? refuse() : next(request);
    };
}

}  // namespace smg
