// What the disk and SQLite can do at best with the very rows that createOrder writes: a loop of prepared INSERTs, nothing
// else. `./dev bench` compares the program with it.
//
//     bench_raw_inserts SAMPLE TARGET GROUP SECONDS
//
// Reads the orders of SAMPLE, a database the program has filled (and not sent), and inserts them into TARGET, a new file
// with the same tables and indexes, GROUP orders in one transaction, for at most SECONDS. Prints one line of JSON.

#include <sqlite3.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using Statement = std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)>;
using Value = std::unique_ptr<sqlite3_value, decltype(&sqlite3_value_free)>;
using Row = std::vector<Value>;
using Now = std::chrono::steady_clock;

/// The tables that one createOrder writes to, and how a row of each names its order.
struct Table {
    const char* name;
    const char* rows_of_order;  // WHERE, `?` is the order's id
    const char* order_column;   // takes the new order's id; nothing when the id stands in no column of its own
};
constexpr Table tables[] = {
    {"orders", "id = ?1", nullptr},
    {"order_events", "order_id = ?1", "order_id"},
    {"idempotency", "order_id = ?1", "order_id"},
    {"notices", "order_id = ?1", "order_id"},
    {"jobs", "dedup_key = 'order.send:' || ?1", nullptr},
};

class File {
public:
    explicit File(const std::string& path)
    {
        if (sqlite3_open(path.c_str(), &db_) != SQLITE_OK) fail();
    }
    ~File() { sqlite3_close_v2(db_); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    void run(const std::string& sql)
    {
        if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail();
    }

    Statement prepare(const std::string& sql)
    {
        sqlite3_stmt* made = nullptr;
        if (sqlite3_prepare_v3(db_, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr) != SQLITE_OK) fail();
        return {made, sqlite3_finalize};
    }

    bool step(Statement& statement)
    {
        auto code = sqlite3_step(statement.get());
        if (code != SQLITE_ROW && code != SQLITE_DONE) fail();
        return code == SQLITE_ROW;
    }

    sqlite3_int64 last_id() { return sqlite3_last_insert_rowid(db_); }

private:
    [[noreturn]] void fail() { throw std::runtime_error(sqlite3_errmsg(db_)); }
    sqlite3* db_ = nullptr;
};

std::vector<std::string> texts(File& file, const std::string& sql)
{
    std::vector<std::string> out;
    auto statement = file.prepare(sql);
    while (file.step(statement)) out.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), 0)));
    return out;
}

std::vector<std::string> columns_of(File& file, const std::string& table)
{
    return texts(file, "SELECT name FROM pragma_table_xinfo('" + table + "') WHERE hidden = 0 AND name <> 'id'");
}

std::string joined(const std::vector<std::string>& words)
{
    std::string out;
    for (const auto& word : words) out += (out.empty() ? "`" : ", `") + word + "`";
    return out;
}

/// The rows of one order, table by table.
using Order = std::vector<std::vector<Row>>;

std::vector<Order> read_orders(File& sample)
{
    constexpr std::size_t most = 200'000;
    std::vector<Statement> selects;
    for (const auto& table : tables)
        selects.push_back(sample.prepare("SELECT " + joined(columns_of(sample, table.name)) + " FROM " + table.name +
                                         " WHERE " + table.rows_of_order + " ORDER BY id"));
    std::vector<Order> orders;
    for (const auto& id : texts(sample, "SELECT id FROM orders ORDER BY id LIMIT " + std::to_string(most))) {
        auto& order = orders.emplace_back();
        for (auto& select : selects) {
            auto& rows = order.emplace_back();
            sqlite3_reset(select.get());
            sqlite3_bind_int64(select.get(), 1, std::stoll(id));
            while (sample.step(select)) {
                auto& row = rows.emplace_back();
                for (int i = 0; i < sqlite3_column_count(select.get()); ++i)
                    row.emplace_back(sqlite3_value_dup(sqlite3_column_value(select.get(), i)), sqlite3_value_free);
            }
        }
    }
    return orders;
}

/// The program's own pragmas (src/db/session.cpp), its tables and indexes, and the rows that orders refer to.
void make_target(File& target, const std::string& sample)
{
    for (auto pragma : {"journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "mmap_size=0", "secure_delete=OFF",
                        "temp_store=MEMORY", "wal_autocheckpoint=12000", "journal_size_limit=67108864", "cache_size=-16384"})
        target.run(std::string("PRAGMA ") + pragma);
    target.run("ATTACH '" + sample + "' AS sample");
    for (const auto& sql : texts(target,
                                 "SELECT sql FROM sample.sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' "
                                 "ORDER BY type = 'index'"))
        target.run(sql);
    for (auto table : {"currencies", "site_groups", "sites"})
        target.run(std::string("INSERT INTO ") + table + " SELECT * FROM sample." + table);
    target.run("DETACH sample");
}

/// One prepared INSERT for each table.
struct Insert {
    Statement statement;
    int order_column = 0;  // which parameter is the order's id; 0: none
};

std::vector<Insert> prepare_inserts(File& target)
{
    std::vector<Insert> inserts;
    for (const auto& table : tables) {
        auto columns = columns_of(target, table.name);
        std::string marks;
        Insert insert{{nullptr, sqlite3_finalize}};
        for (std::size_t i = 0; i < columns.size(); ++i) {
            marks += i == 0 ? "?" : ", ?";
            if (table.order_column && columns[i] == table.order_column) insert.order_column = static_cast<int>(i) + 1;
        }
        insert.statement =
            target.prepare(std::string("INSERT INTO ") + table.name + " (" + joined(columns) + ") VALUES (" + marks + ")");
        inserts.push_back(std::move(insert));
    }
    return inserts;
}

void insert_order(File& target, std::vector<Insert>& inserts, const Order& order)
{
    sqlite3_int64 id = 0;
    for (std::size_t t = 0; t < order.size(); ++t) {
        auto statement = inserts[t].statement.get();
        for (const auto& row : order[t]) {
            for (std::size_t i = 0; i < row.size(); ++i)
                sqlite3_bind_value(statement, static_cast<int>(i) + 1, row[i].get());
            if (inserts[t].order_column > 0) sqlite3_bind_int64(statement, inserts[t].order_column, id);
            target.step(inserts[t].statement);
            sqlite3_reset(statement);
            if (t == 0) id = target.last_id();
        }
    }
}

}  // namespace

int main(int argc, char** argv)
try {
    if (argc != 5) throw std::runtime_error("usage: bench_raw_inserts SAMPLE TARGET GROUP SECONDS");
    auto group = std::strtoul(argv[3], nullptr, 10);
    std::chrono::duration<double> limit(std::atof(argv[4]));
    File sample(argv[1]), target(argv[2]);
    auto orders = read_orders(sample);
    make_target(target, argv[1]);
    auto inserts = prepare_inserts(target);

    auto begun = Now::now();
    std::size_t done = 0;
    while (done < orders.size() && Now::now() - begun < limit) {
        target.run("BEGIN IMMEDIATE");
        for (std::size_t i = 0; i < group && done < orders.size(); ++i) insert_order(target, inserts, orders[done++]);
        target.run("COMMIT");
    }
    std::chrono::duration<double> took = Now::now() - begun;
    std::printf("{\"orders\": %zu, \"seconds\": %.3f, \"per_second\": %.1f}\n", done, took.count(),
                static_cast<double>(done) / took.count());
    return 0;
} catch (const std::exception& e) {
    std::fprintf(stderr, "bench_raw_inserts: %s\n", e.what());
    return 1;
}
