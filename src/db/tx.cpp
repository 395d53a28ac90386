#include "db/tx.hpp"

#include <fmt/core.h>

#include <charconv>

#include "db/session.hpp"

namespace smg::db {

void unreadable(const std::string& text, const char* as)
{
    throw DatabaseError(fmt::format("a column holds `{}`, which is not {}", text.substr(0, 60), as));
}

std::int64_t integer_in(const std::string& text)
{
    std::int64_t number = 0;
    auto end = text.data() + text.size();
    auto [stop, error] = std::from_chars(text.data(), end, number);
    if (text.empty() || error != std::errc{} || stop != end) unreadable(text, "an integer");
    return number;
}

Dialect Tx::dialect() const { return session_.dialect(); }

std::string_view Tx::skip_locked() const { return dialect() == Dialect::mariadb ? " FOR UPDATE SKIP LOCKED" : ""; }

void Tx::announce(Announcement what) { session_.announcements().push_back(std::move(what)); }

std::int64_t Tx::run(std::string_view sql, const std::vector<Param>& params) { return session_.run(sql, params); }

std::vector<RawRow> Tx::fetch(std::string_view sql, const std::vector<Param>& params, std::size_t columns)
{
    return session_.fetch(sql, params, columns);
}

std::vector<std::int64_t> Tx::insert_rows(std::string_view table, const std::vector<std::string>& names,
                                          std::vector<std::vector<Param>> rows)
{
    return session_.insert_rows(table, names, std::move(rows));
}

}  // namespace smg::db
