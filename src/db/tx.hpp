#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/json.hpp"

namespace smg::db {

enum class Dialect { sqlite, mariadb };

/// What the caller cannot mend by other words: thrown, and caught where requests, jobs and sockets begin.
struct DatabaseError : std::runtime_error {
    using runtime_error::runtime_error;
};
/// Away, full, or locked for too long: the same call may go through later. Nothing was written.
struct Unavailable : DatabaseError {
    using DatabaseError::DatabaseError;
};
/// The database's own file or table is broken; announced as `damage_topic` too, since no one call can mend it.
struct Damaged : Unavailable {
    using Unavailable::Unavailable;
};
inline constexpr auto damage_topic = "damage";
/// The connection was lost during COMMIT: it may or may not have been written.
struct CommitUnknown : Unavailable {
    using Unavailable::Unavailable;
};
/// A UNIQUE or PRIMARY KEY says that the row is there already. The transaction goes on.
struct DuplicateKey : DatabaseError {
    using DatabaseError::DatabaseError;
};

/// Something happened that others in this process want to know once it is committed: `orders`, `jobs`, `notices`,
/// `settings`.
struct Announcement {
    std::string topic;
    std::int64_t id = 0;
    std::int64_t site_id = 0;
    std::int64_t version = 0;  // of an order
    std::string by = {};       // the person who did it
};

/// A value on its way into a statement.
struct Param {
    enum class Kind { null, integer, text } kind = Kind::null;
    std::int64_t integer = 0;
    std::string text = {};
};

/// One row as both databases can give it: text or null.
using RawRow = std::vector<std::optional<std::string>>;

template <class T>
Param to_param(Dialect dialect, const T& in)
{
    if constexpr (json::is_optional<T>::value) return in ? to_param(dialect, *in) : Param{};
    else if constexpr (std::is_same_v<T, std::nullptr_t>) return Param{};
    else if constexpr (std::is_integral_v<T>) return Param{Param::Kind::integer, static_cast<std::int64_t>(in)};
    else if constexpr (json::is_id<T>::value) return Param{Param::Kind::integer, in.value};
    else if constexpr (std::is_same_v<T, Money>)
        return dialect == Dialect::sqlite ? Param{Param::Kind::integer, in.units} : Param{Param::Kind::text, 0, in.exact()};
    else if constexpr (std::is_same_v<T, Time>) return Param{Param::Kind::text, 0, stored(in)};
    else if constexpr (Worded<T>) return Param{Param::Kind::text, 0, std::string(word(in))};
    else if constexpr (std::is_same_v<T, json::object> || std::is_same_v<T, json::array> || std::is_same_v<T, json::value>)
        return Param{Param::Kind::text, 0, json::text_of(in)};
    else return Param{Param::Kind::text, 0, std::string(std::string_view(in))};
}

[[noreturn]] void unreadable(const std::string& text, const char* as);
std::int64_t integer_in(const std::string& text);

template <class T>
T from_column(Dialect dialect, const std::optional<std::string>& in)
{
    if constexpr (json::is_optional<T>::value) {
        if (!in) return std::nullopt;
        return from_column<typename T::value_type>(dialect, in);
    } else {
        if (!in) unreadable("NULL", "a value");
        if constexpr (std::is_same_v<T, std::string>) return *in;
        else if constexpr (std::is_same_v<T, bool>) return *in != "0";
        else if constexpr (std::is_integral_v<T>) {
            return static_cast<T>(integer_in(*in));
        } else if constexpr (json::is_id<T>::value) return T{from_column<std::int64_t>(dialect, in)};
        else if constexpr (std::is_same_v<T, Money>) {
            if (dialect == Dialect::sqlite) return Money{from_column<std::int64_t>(dialect, in)};
            auto money = Money::parse(*in);
            if (!money) unreadable(*in, "an amount");
            return *money;
        } else if constexpr (std::is_same_v<T, Time>) {
            auto time = from_stored(*in);
            if (!time) unreadable(*in, "a time");
            return *time;
        } else if constexpr (Worded<T>) {
            auto found = from_word<T>(*in);
            if (!found) unreadable(*in, "a known word");
            return *found;
        } else {
            static_assert(std::is_same_v<T, json::value>, "no column holds this type");
            auto parsed = json::parse(*in);
            if (!parsed) unreadable(*in, "JSON");
            return *parsed;
        }
    }
}

template <class T>
struct is_tuple : std::false_type {};
template <class... T>
struct is_tuple<std::tuple<T...>> : std::true_type {};

template <class T>
constexpr std::size_t column_count()
{
    if constexpr (is_tuple<T>::value) return std::tuple_size_v<T>;
    else if constexpr (json::Described<T> && !json::is_id<T>::value) return boost::mp11::mp_size<json::members_of<T>>::value;
    else return 1;
}

template <class T>
T from_row(Dialect dialect, const RawRow& row)
{
    if constexpr (is_tuple<T>::value) {
        return [&]<std::size_t... I>(std::index_sequence<I...>) {
            return T{from_column<std::tuple_element_t<I, T>>(dialect, row[I])...};
        }(std::make_index_sequence<std::tuple_size_v<T>>{});
    } else if constexpr (json::Described<T>) {
        T out{};
        std::size_t at = 0;
        json::each_member<T>([&](std::string_view, auto pointer) {
            using Member = std::remove_cvref_t<decltype(out.*pointer)>;
            out.*pointer = from_column<Member>(dialect, row[at++]);
        });
        return out;
    } else {
        return from_column<T>(dialect, row[0]);
    }
}

/// The described members of T as a list of columns; quoted, since some of the seed's names are reserved words.
template <json::Described T>
std::string columns()
{
    std::string list;
    json::each_member<T>([&](std::string_view name, auto) {
        list += list.empty() ? "`" : ", `";
        list += name;
        list += '`';
    });
    return list;
}

class Session;

/// One transaction, lent to a closure. SQL is written once for both databases: `?` for a parameter (never inside a literal),
/// backquoted names, `INSERT … RETURNING`; UPDATE has no RETURNING on MariaDB. MariaDB counts a row that an UPDATE leaves as
/// it was as unchanged, so a compare-and-set must change something, usually `version = version + 1`.
class Tx {
public:
    explicit Tx(Session& session) : session_(session) {}
    Tx(const Tx&) = delete;
    Tx& operator=(const Tx&) = delete;

    Dialect dialect() const;

    /// Rows changed. Throws DuplicateKey, Unavailable or DatabaseError.
    template <class... P>
    std::int64_t execute(std::string_view sql, const P&... params)
    {
        return run(sql, collected(params...));
    }

    /// The same with parameters collected at run time.
    std::int64_t execute_with(std::string_view sql, const std::vector<Param>& params) { return run(sql, params); }

    /// All rows of a full SELECT (or INSERT … RETURNING), columns by position: a scalar, a std::tuple, or a described
    /// struct.
    template <class T, class... P>
    std::vector<T> query(std::string_view sql, const P&... params)
    {
        return query_with<T>(sql, collected(params...));
    }

    /// The same with parameters collected at run time, for filters.
    template <class T>
    std::vector<T> query_with(std::string_view sql, const std::vector<Param>& params)
    {
        std::vector<T> out;
        for (const auto& row : fetch(sql, params, column_count<T>())) out.push_back(from_row<T>(dialect(), row));
        return out;
    }

    /// The first row, when there is one.
    template <class T, class... P>
    std::optional<T> first(std::string_view sql, const P&... params)
    {
        auto rows = query<T>(sql, params...);
        if (rows.empty()) return std::nullopt;
        return std::move(rows.front());
    }

    /// `select<Site>("FROM sites WHERE id = ?", id)`: the columns are the struct's members.
    template <json::Described T, class... P>
    std::vector<T> select(std::string_view rest, const P&... params)
    {
        return query<T>("SELECT " + columns<T>() + " " + std::string(rest), params...);
    }

    template <json::Described T, class... P>
    std::optional<T> find(std::string_view rest, const P&... params)
    {
        return first<T>("SELECT " + columns<T>() + " " + std::string(rest), params...);
    }

    /// Inserts all described members except `id`; gives the new id.
    template <json::Described T>
    std::int64_t insert(std::string_view table, const T& row)
    {
        return insert_all<T>(table, std::span(&row, 1)).front();
    }

    /// Many rows in one statement where the database gains by it; ids in the order of the rows.
    template <json::Described T>
    std::vector<std::int64_t> insert_all(std::string_view table, std::span<const T> rows)
    {
        std::vector<std::string> names;
        json::each_member<T>([&](std::string_view name, auto) {
            if (name != "id") names.emplace_back(name);
        });
        std::vector<std::vector<Param>> values;
        values.reserve(rows.size());
        for (const auto& row : rows) {
            auto& one = values.emplace_back();
            one.reserve(names.size());
            json::each_member<T>([&](std::string_view name, auto pointer) {
                if (name != "id") one.push_back(to_param(dialect(), row.*pointer));
            });
        }
        return insert_rows(table, names, std::move(values));
    }

    /// execute(), or false when the row is there already.
    template <class... P>
    bool insert_new(std::string_view sql, const P&... params)
    {
        try {
            execute(sql, params...);
            return true;
        } catch (const DuplicateKey&) {
            return false;
        }
    }

    /// ` FOR UPDATE SKIP LOCKED` where rows are locked one by one; nothing on SQLite, whose one writer needs none.
    std::string_view skip_locked() const;

    /// Told to the database's listener after COMMIT, and never when the transaction is rolled back.
    void announce(Announcement what);

private:
    // An initializer list would copy every text.
    template <class... P>
    std::vector<Param> collected(const P&... params) const
    {
        std::vector<Param> all;
        all.reserve(sizeof...(P));
        (all.push_back(to_param(dialect(), params)), ...);
        return all;
    }

    std::int64_t run(std::string_view sql, const std::vector<Param>& params);
    std::vector<RawRow> fetch(std::string_view sql, const std::vector<Param>& params, std::size_t columns);
    std::vector<std::int64_t> insert_rows(std::string_view table, const std::vector<std::string>& names,
                                          std::vector<std::vector<Param>> rows);

    Session& session_;
};

}  // namespace smg::db
