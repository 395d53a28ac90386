#include <fmt/core.h>

#include <map>

#include "app/doctor.hpp"
#include "app/safety.hpp"

namespace smg {
namespace {

constexpr auto clock_tolerance = std::chrono::seconds(2);
constexpr std::int64_t smallest_packet = 16 * 1024 * 1024;

using Variables = std::map<std::string, std::string>;

Variables variables(db::Tx& tx, std::string_view table)
{
    Variables all;
    for (auto& [name, value] : tx.query<std::tuple<std::string, std::string>>(
             fmt::format("SELECT LOWER(variable_name), COALESCE(variable_value, '') FROM information_schema.{}", table)))
        all[name] = value;
    return all;
}

std::string value_of(const Variables& all, const std::string& name)
{
    auto found = all.find(name);
    return found == all.end() ? "" : found->second;
}

std::int64_t number_of(const Variables& all, const std::string& name)
{
    return json::as_integer(json::value(value_of(all, name))).value_or(0);
}

void examine_durability(const std::vector<std::string>& unsafe, const std::string& safe, Diagnoses& out)
{
    for (const auto& reason : unsafe) out.push_back({Verdict::bad, reason, "until then no order is sent to a supplier"});
    if (unsafe.empty()) out.push_back({Verdict::ok, safe});
}

void examine_capacity(const Config& config, const Variables& server, const Variables& status, Diagnoses& out)
{
    auto most = number_of(server, "max_connections"), own = std::int64_t{config.database_pool} + config.database_readers;
    auto others = number_of(status, "threads_connected");
    auto what = fmt::format("max_connections is {}, this node takes up to {}, {} are open now", most, own, others);
    if (own + others > most) out.push_back({Verdict::bad, what, "raise max_connections, or lower database_pool"});
    else if (2 * own > most) out.push_back({Verdict::warn, what, "raise max_connections before a second node starts"});
    else out.push_back({Verdict::ok, what});
    if (number_of(server, "max_allowed_packet") < smallest_packet)
        out.push_back(
            {Verdict::warn, "max_allowed_packet is " + value_of(server, "max_allowed_packet"), "set it to 16M or more"});
}

void examine_cluster(const Variables& server, const Variables& status, Diagnoses& out)
{
    if (value_of(server, "wsrep_on") != "ON") return;
    auto state = value_of(status, "wsrep_cluster_status"), size = value_of(status, "wsrep_cluster_size");
    auto what = fmt::format("Galera: {}, {} nodes, {}", state, size, value_of(status, "wsrep_local_state_comment"));
    if (state != "Primary" || value_of(status, "wsrep_ready") != "ON")
        out.push_back({Verdict::bad, what, "bring the node back into the primary component"});
    else if (size == "1" || size == "2") out.push_back({Verdict::warn, what, "three nodes survive the loss of one"});
    else out.push_back({Verdict::ok, what});
}

void examine_clocks(const Clock& clock, const std::string& database_now, Diagnoses& out)
{
    auto there = from_stored(database_now);
    if (!there) return;
    auto apart = std::chrono::abs(clock.now() - *there);
    auto what = fmt::format("the clocks of this machine and of the database are {} ms apart", apart.count());
    if (apart > clock_tolerance) out.push_back({Verdict::warn, what, "let both follow a time server (chrony)"});
    else out.push_back({Verdict::ok, what});
}

void examine_modes(const Variables& server, Diagnoses& out)
{
    auto mode = value_of(server, "sql_mode");
    if (mode.find("STRICT") == std::string::npos)
        out.push_back({Verdict::warn, "the server's sql_mode is not strict",
                       "this program sets its own, other tools on the same "
                       "tables do not: set STRICT_ALL_TABLES"});
    if (server.contains("innodb_snapshot_isolation") && value_of(server, "innodb_snapshot_isolation") != "ON")
        out.push_back({Verdict::warn, "innodb_snapshot_isolation is OFF",
                       "set it ON: a lost update is then an error and is repeated"});
    if (number_of(server, "innodb_force_recovery") > 0)
        out.push_back(
            {Verdict::bad, "innodb_force_recovery is on", "the server runs to rescue data: restore into a sound one"});
}

}  // namespace

void examine_sqlite(db::Database& db, Diagnoses& out)
{
    // A writer's closure: the settings of the connection that commits.
    auto seen =
        db.write_now([](db::Tx& tx) -> Result<std::tuple<std::string, std::string, std::string, std::vector<std::string>>> {
            return std::tuple(tx.first<std::string>("SELECT sqlite_version()").value_or(""),
                              tx.first<std::string>("PRAGMA journal_mode").value_or(""),
                              tx.first<std::string>("PRAGMA synchronous").value_or(""), unsafe_settings(tx));
        });
    const auto& [number, journal, synchronous, unsafe] = *seen;
    examine_durability(unsafe,
                       fmt::format("SQLite {}, journal_mode {}, synchronous {}, one writer and one checkpointer", number,
                                   journal, synchronous),
                       out);
}

void examine_mariadb(const Config& config, const Clock& clock, db::Database& db, Diagnoses& out)
{
    struct Seen {
        Variables server, status;
        std::string now;
        std::vector<std::string> unsafe;
    };
    auto seen = db.read_now([](db::Tx& tx) {
        return Seen{variables(tx, "global_variables"), variables(tx, "global_status"),
                    tx.first<std::string>("SELECT UTC_TIMESTAMP(3)").value_or(""), unsafe_settings(tx)};
    });
    examine_durability(seen.unsafe,
                       fmt::format("MariaDB {}, innodb_flush_log_at_trx_commit 1, log_bin {}, sync_binlog {}",
                                   value_of(seen.server, "version"), value_of(seen.server, "log_bin"),
                                   value_of(seen.server, "sync_binlog")),
                       out);
    examine_modes(seen.server, out);
    examine_capacity(config, seen.server, seen.status, out);
    examine_cluster(seen.server, seen.status, out);
    examine_clocks(clock, seen.now, out);
}

}  // namespace smg
