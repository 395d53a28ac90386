#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "db/migrate.hpp"
#include "db/session.hpp"

// The tables of a database as it is now, in words that both databases share.
namespace smg::backup {

enum class Kind { integer, money, time, text, binary };
BOOST_DESCRIBE_ENUM(Kind, integer, money, time, text, binary)

struct Column {
    std::string name;
    Kind kind = Kind::text;

    friend bool operator==(const Column&, const Column&) = default;
};
BOOST_DESCRIBE_STRUCT(Column, (), (name, kind))

struct Index {
    std::vector<std::string> columns;
    bool unique = false;
    bool partial = false;  // of some rows only; MariaDB has none of these

    friend auto operator<=>(const Index&, const Index&) = default;
};

struct Table {
    std::string name;
    std::vector<Column> columns;          // without those that the database computes
    std::vector<std::string> key;         // the primary key
    std::vector<std::string> parents;     // tables that its foreign keys name
    std::vector<Index> indexes;           // with those that UNIQUE makes
    std::optional<std::int64_t> next_id;  // which AUTO_INCREMENT gives next
};

/// What the migrations say of the tables. SQLite keeps money as whole numbers, so only the MariaDB side of a migration
/// (DECIMAL) tells an amount from a count.
struct Declared {
    std::set<std::string> tables;
    std::set<std::pair<std::string, std::string>> money;  // table, column
};
Declared declared_by(std::span<const db::Migration> mariadb_migrations);

/// The declared tables that are there, those that others refer to first.
std::vector<Table> tables_of(db::Session& session, const Declared& declared);

}  // namespace smg::backup
