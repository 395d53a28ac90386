// What a MariaDB server can do at best with the very rows that createOrder writes: multi-row INSERTs, nothing else.
//
//     bench_raw_inserts_mariadb HOST PORT USER PASSWORD SAMPLE TARGET GROUP SECONDS
//
// Reads the orders of the database SAMPLE, which the program has filled (and not sent), and inserts them into TARGET, which
// has the same tables and no orders, GROUP orders in one transaction and 64 rows in one statement, for at most SECONDS.
// Prints one line of JSON.

#include <mysql.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using Now = std::chrono::steady_clock;

struct Table {
    const char* name;
    const char* rows_of_order;  // `%` is a range of orders' ids
};
constexpr Table tables[] = {
    {"orders", "id %"},
    {"order_events", "order_id %"},
    {"idempotency", "order_id %"},
    {"notices", "order_id %"},
    {"jobs", "CAST(SUBSTRING(dedup_key, 12) AS UNSIGNED) %"},
};
constexpr std::size_t rows_per_insert = 64;

class Server {
public:
    Server(const char* host, unsigned port, const char* user, const char* password) : connection_(mysql_init(nullptr))
    {
        if (!mysql_real_connect(connection_, host, user, password, nullptr, port, nullptr, 0)) fail();
        run("SET NAMES utf8mb4");
        run("SET time_zone = '+00:00'");
    }
    ~Server() { mysql_close(connection_); }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    void run(const std::string& sql)
    {
        if (mysql_real_query(connection_, sql.data(), sql.size()) != 0) fail();
        if (auto rows = mysql_store_result(connection_)) mysql_free_result(rows);
    }

    void each(const std::string& sql, const std::function<void(MYSQL_ROW, const unsigned long*, unsigned)>& take)
    {
        if (mysql_real_query(connection_, sql.data(), sql.size()) != 0) fail();
        auto rows = mysql_store_result(connection_);
        if (!rows) fail();
        while (auto row = mysql_fetch_row(rows)) take(row, mysql_fetch_lengths(rows), mysql_num_fields(rows));
        mysql_free_result(rows);
    }

    std::string quoted(const char* text, unsigned long size)
    {
        if (!text) return "NULL";
        std::string out(2 * size + 3, '\'');
        out.resize(1 + mysql_real_escape_string(connection_, out.data() + 1, text, size));
        return out += '\'';
    }

private:
    [[noreturn]] void fail() { throw std::runtime_error(mysql_error(connection_)); }
    MYSQL* connection_;
};

std::string columns_of(Server& server, const std::string& schema, const std::string& table)
{
    std::string list;
    server.each("SELECT column_name FROM information_schema.columns WHERE table_schema = '" + schema +
                    "' AND table_name = '" + table + "' AND is_generated = 'NEVER' ORDER BY ordinal_position",
                [&](MYSQL_ROW row, const unsigned long*, unsigned) {
                    list += list.empty() ? "`" : ", `";
                    list += row[0];
                    list += '`';
                });
    return list;
}

/// The rows of a group of orders as they stand between VALUES and the end: one list for each table.
using Group = std::vector<std::vector<std::string>>;

std::vector<std::string> read_rows(Server& server, const std::string& sample, const Table& table, const std::string& range)
{
    std::string where = table.rows_of_order;
    where.replace(where.find('%'), 1, range);
    std::vector<std::string> rows;
    server.each(
        "SELECT " + columns_of(server, sample, table.name) + " FROM " + sample + "." + table.name + " WHERE " + where,
        [&](MYSQL_ROW row, const unsigned long* sizes, unsigned columns) {
            std::string values = "(";
            for (unsigned i = 0; i < columns; ++i) values += (i ? ", " : "") + server.quoted(row[i], sizes[i]);
            rows.push_back(values + ")");
        });
    return rows;
}

std::vector<Group> read_groups(Server& server, const std::string& sample, std::size_t size)
{
    constexpr std::size_t most = 100'000;
    std::vector<std::string> ids;
    server.each("SELECT id FROM " + sample + ".orders ORDER BY id LIMIT " + std::to_string(most),
                [&](MYSQL_ROW row, const unsigned long*, unsigned) { ids.emplace_back(row[0]); });
    std::vector<Group> groups;
    for (std::size_t from = 0; from + size <= ids.size(); from += size) {
        auto range = "BETWEEN " + ids[from] + " AND " + ids[from + size - 1];
        auto& group = groups.emplace_back();
        for (const auto& table : tables) group.push_back(read_rows(server, sample, table, range));
    }
    return groups;
}

void insert_group(Server& server, const Group& group, const std::vector<std::string>& heads)
{
    server.run("START TRANSACTION");
    for (std::size_t t = 0; t < group.size(); ++t)
        for (std::size_t from = 0; from < group[t].size(); from += rows_per_insert) {
            auto sql = heads[t];
            for (auto i = from; i < std::min(group[t].size(), from + rows_per_insert); ++i)
                sql += (i > from ? ", " : "") + group[t][i];
            server.run(sql + " RETURNING id");
        }
    server.run("COMMIT");
}

}  // namespace

int main(int argc, char** argv)
try {
    if (argc != 9)
        throw std::runtime_error("usage: bench_raw_inserts_mariadb HOST PORT USER PASSWORD SAMPLE TARGET GROUP SECONDS");
    Server server(argv[1], static_cast<unsigned>(std::atoi(argv[2])), argv[3], argv[4]);
    std::string sample = argv[5], target = argv[6];
    auto size = std::strtoul(argv[7], nullptr, 10);
    std::chrono::duration<double> limit(std::atof(argv[8]));
    std::vector<std::string> heads;
    for (const auto& table : tables)
        heads.push_back("INSERT INTO " + target + "." + table.name + " (" + columns_of(server, sample, table.name) +
                        ") VALUES ");
    for (auto table : {"currencies", "sites"})
        server.run("REPLACE INTO " + target + "." + table + " SELECT * FROM " + sample + "." + table);
    auto groups = read_groups(server, sample, size);

    auto begun = Now::now();
    std::size_t done = 0;
    while (done < groups.size() && Now::now() - begun < limit) insert_group(server, groups[done++], heads);
    std::chrono::duration<double> took = Now::now() - begun;
    auto orders = static_cast<double>(done * size);
    std::printf("{\"orders\": %.0f, \"seconds\": %.3f, \"per_second\": %.1f}\n", orders, took.count(),
                orders / took.count());
    return 0;
} catch (const std::exception& e) {
    std::fprintf(stderr, "bench_raw_inserts_mariadb: %s\n", e.what());
    return 1;
}
