#pragma once

#include <boost/describe/class.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "backup/key_box.hpp"
#include "backup/schema.hpp"
#include "base/clock.hpp"
#include "base/json.hpp"

// A backup is one text file of lines, the same for both databases:
//
//     {"smgcrm_backup":1,"version":…,"tables":[{"name":"orders","columns":[{"name":"id","kind":"integer"},…]},…]}
//     {"table":"currencies"}
//     [1,"Гривня",…]                  one row: null, a whole number, or text; an amount is text with eight decimals
//     …
//     {"end":true,"rows":{"currencies":5,…},"sha256":"…"}       over every byte above this line
namespace smg::backup {

constexpr std::int64_t format_number = 1;
constexpr std::size_t longest_line = 64 * 1024 * 1024;
constexpr std::string_view end_begins = R"({"end":)", table_begins = R"({"table":)";

struct HeadTable {
    std::string name;
    std::vector<Column> columns;
    std::optional<std::int64_t> next_id;
};
BOOST_DESCRIBE_STRUCT(HeadTable, (), (name, columns, next_id))

/// The first line.
struct Head {
    std::int64_t smgcrm_backup = format_number;
    std::string version;  // of the program that wrote it
    std::string dialect;  // of the database it came from
    Time created_at;
    std::string incarnation;              // of that database
    std::string master_key;               // its id
    std::optional<SealedKey> sealed_key;  // the key itself, under a passphrase
    std::vector<std::string> migrations;
    std::vector<HeadTable> tables;  // those that others refer to first
};
BOOST_DESCRIBE_STRUCT(Head, (),
                      (smgcrm_backup, version, dialect, created_at, incarnation, master_key, sealed_key, migrations, tables))

using Counts = std::map<std::string, std::int64_t>;  // rows by table

std::string table_line(const std::string& table);
std::string end_line(const Counts& rows, const std::string& sha256);

/// A column's value as it stands in a row's line. What does not fit its kind is kept as text, what is no UTF-8 as
/// {"base64":"…"}.
void append_value(std::string& line, db::Dialect from, Kind kind, const std::optional<std::string>& raw);

/// The other way: a row's line as parameters for `into`, one per column.
Result<std::vector<db::Param>> row_of(std::string_view line, db::Dialect into, const std::vector<Column>& columns);

}  // namespace smg::backup
