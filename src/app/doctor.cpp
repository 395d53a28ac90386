#include "app/doctor.hpp"

#include <curl/curl.h>
#include <fmt/core.h>

#include "app/backup.hpp"
#include "app/safety.hpp"
#include "app/version.hpp"
#include "base/text.hpp"

namespace smg {
namespace {

constexpr auto backup_too_old = std::chrono::hours(48);

void examine_versions(Diagnoses& out)
{
    auto curl = curl_version_info(CURLVERSION_NOW);
    out.push_back({Verdict::ok, fmt::format("smgcrm {}, libcurl {}, {}", version, curl->version,
                                            curl->ssl_version ? curl->ssl_version : "no TLS")});
    if (!curl->ssl_version) out.push_back({Verdict::bad, "libcurl has no TLS", "install libcurl4 of Debian"});
}

void examine_backups(const Config& config, const Clock& clock, Diagnoses& out)
{
    auto last = last_backup_at(config);
    if (!last)
        out.push_back({Verdict::warn, "no backup was made from this directory",
                       "run `smgcrm backup --to FILE` every night, or "
                       "make sure that another tool does its work"});
    else if (clock.now() - *last > backup_too_old)
        out.push_back(
            {Verdict::warn, "the last backup is of " + stored(*last) + " UTC", "run `smgcrm backup --to FILE` every night"});
    else out.push_back({Verdict::ok, "the last backup is of " + stored(*last) + " UTC"});
}

void examine_web(const Config& config, Diagnoses& out)
{
    if (config.base_url.empty())
        out.push_back(
            {Verdict::warn, "base_url is not set", "name the address by which people and shops reach the program"});
    else if (!config.base_url.starts_with("https://"))
        out.push_back({Verdict::warn, "base_url is " + config.base_url,
                       "put a proxy with TLS before the program: tokens travel readably"});
    else out.push_back({Verdict::ok, "base_url is " + config.base_url});
    if (!config.listen.starts_with("127.") && !config.listen.starts_with("[::1]") && !config.listen.starts_with("localhost"))
        out.push_back({Verdict::warn, "it listens on " + config.listen, "listen on loopback, behind a proxy with TLS"});
}

void examine_suppliers(db::Tx& tx, Diagnoses& out)
{
    using Row = std::tuple<std::string, std::string, bool>;
    for (const auto& [name, url, has_key] : tx.query<Row>(
             "SELECT name, api_url, COALESCE(api_key, '') <> '' FROM api_providers WHERE is_active = 1 ORDER BY id")) {
        if (!url.starts_with("https://"))
            out.push_back({Verdict::warn, fmt::format("the supplier {} is called over plain http", name),
                           "use its https address: its key travels readably"});
        if (!has_key) out.push_back({Verdict::warn, fmt::format("the supplier {} has no API key", name), "enter it"});
    }
}

void examine_telegram(db::Tx& tx, Diagnoses& out)
{
    auto set = *tx.first<std::int64_t>(
        "SELECT COUNT(*) FROM settings WHERE `key` IN ('telegram.token', 'telegram.chat_id') AND COALESCE(value, '') <> ''");
    if (set == 2) out.push_back({Verdict::ok, "notices go to Telegram"});
    else out.push_back({Verdict::warn, "notices reach nobody's Telegram", "set telegram.token and telegram.chat_id"});
}

}  // namespace

void examine_setup(const Config& config, const Clock& clock, db::Database* db, Diagnoses& out)
{
    examine_web(config, out);
    examine_backups(config, clock, out);
    if (!db) return;
    db->read_now([&](db::Tx& tx) {
        examine_telegram(tx, out);
        examine_suppliers(tx, out);
        return true;
    });
}

Diagnoses examine(const Config& config, const Clock& clock, db::Database& db)
{
    Diagnoses out;
    examine_versions(out);
    try {
        if (db.dialect() == db::Dialect::sqlite) examine_sqlite(db, out);
        else examine_mariadb(config, clock, db, out);
    } catch (const db::DatabaseError& e) {
        out.push_back(
            {Verdict::bad, fmt::format("the database does not answer: {}", e.what()), "`smgcrm check` may say more"});
    }
    examine_machine(config, clock, out);
    examine_files(config, out);
    try {
        examine_setup(config, clock, &db, out);
    } catch (const db::DatabaseError&) {
        // said above
    }
    return out;
}

Diagnoses examine_without_database(const Config& config, const Clock& clock, const std::string& problem)
{
    Diagnoses out;
    examine_versions(out);
    out.push_back({Verdict::bad, problem, "nothing works until this is mended"});
    examine_machine(config, clock, out);
    examine_files(config, out);
    examine_setup(config, clock, nullptr, out);
    return out;
}

std::string report_of(const Diagnoses& diagnoses)
{
    std::string report;
    for (const auto& one : diagnoses)
        report += fmt::format("{}{:<4}  {}{}{}", report.empty() ? "" : "\n", word(one.verdict), one.what,
                              one.to_do.empty() ? "" : ": ", one.to_do);
    return report;
}

bool is_bad(std::string_view report)
{
    for (const auto& line : lines_of(report))
        if (line.starts_with("bad ")) return true;
    return false;
}

}  // namespace smg
