#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/tx.hpp"

namespace smg::db {

/// The conditions of a filter that is put together at run time, with their values.
class Where {
public:
    explicit Where(Dialect dialect) : dialect_(dialect) {}

    template <class... T>
    void add(std::string_view condition, const T&... values)
    {
        sql_ += sql_.empty() ? " WHERE " : " AND ";
        sql_ += condition;
        (params_.push_back(to_param(dialect_, values)), ...);
    }

    template <class T>
    void add_if(std::string_view condition, const std::optional<T>& value)
    {
        if (value) add(condition, *value);
    }

    void add_with(std::string_view condition, std::vector<Param> params)
    {
        add(condition);
        std::ranges::move(params, std::back_inserter(params_));
    }

    /// No values at all: no row, never every row.
    template <class T>
    void any_of(std::string_view column, const std::vector<T>& values)
    {
        if (values.empty()) return add("1 = 0");
        if (values.size() == 1) return add(fmt::format("{} = ?", column), values.front());
        std::string marks;
        for (const auto& value : values) {
            marks += marks.empty() ? "?" : ", ?";
            params_.push_back(to_param(dialect_, value));
        }
        add(fmt::format("{} IN ({})", column, marks));
    }

    Dialect dialect() const { return dialect_; }
    const std::string& sql() const { return sql_; }  // with its ` WHERE `, or nothing
    std::vector<Param> params() const { return params_; }

private:
    Dialect dialect_;
    std::string sql_;
    std::vector<Param> params_;
};

/// A pattern for `LIKE … ESCAPE '!'` that finds the text anywhere: what `%` and `_` mean to LIKE they do not mean in it.
inline std::string anywhere(std::string_view text)
{
    std::string out = "%";
    for (char c : text) {
        if (c == '%' || c == '_' || c == '!') out += '!';
        out += c;
    }
    return out + "%";
}

}  // namespace smg::db
