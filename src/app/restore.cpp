#include "app/restore.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <fstream>
#include <numeric>

#include "app/backup.hpp"
#include "app/data_home.hpp"
#include "app/restore_target.hpp"
#include "audit/audit_log.hpp"
#include "backup/load.hpp"
#include "orders/quarantine.hpp"
#include "orders/reconcile_past.hpp"

namespace smg {
namespace {

namespace fs = std::filesystem;

/// The key of the backup's secrets: the one that is here, or the one that came along, in a draft beside its place.
struct KeyFound {
    MasterKey key;
    bool is_draft = false;
};

fs::path draft_of(const fs::path& file) { return file.string() + ".restoring"; }

Result<void> write_key(const fs::path& file, const Secret& text)
{
    std::error_code ignored;
    fs::remove(file, ignored);
    std::ofstream out(file);
    fs::permissions(file, fs::perms::owner_read, ignored);
    out << text.reveal() << '\n';
    out.close();
    if (!out) return fail(Code::failed, fmt::format("cannot write {}", file.string()));
    return {};
}

Result<KeyFound> key_out_of(const backup::Head& head, const fs::path& file, const Secret& passphrase)
{
    auto text = backup::open_under(passphrase, *head.sealed_key, sealed_key_place(head.master_key));
    if (!text) return fail(text.error());
    if (auto written = write_key(draft_of(file), *text); !written) return fail(written.error());
    auto key = MasterKey::load_or_create(draft_of(file));
    if (!key) return fail(key.error());
    if (key->id() == head.master_key) return KeyFound{std::move(*key), true};
    return fail(Code::failed, "the backup carries a master key that is not its own");
}

Result<KeyFound> find_key(const Config& config, const backup::Head& head, const RestoreOrder& order)
{
    auto file = config.master_key_file();
    if (order.passphrase && !head.sealed_key)
        return fail(Code::invalid, "this backup carries no master key, so there is nothing to open with a passphrase");
    if (fs::exists(file)) {
        auto key = MasterKey::load_or_create(file);
        if (!key) return fail(key.error());
        if (key->id() == head.master_key) return KeyFound{std::move(*key)};
        if (!order.passphrase)
            return fail(Code::conflict,
                        fmt::format("the master key {} (id {}) is not the one this backup was made with (id {}): "
                                    "put that one there{}",
                                    file.string(), key->id(), head.master_key,
                                    head.sealed_key ? ", or open the one it carries with --passphrase-stdin" : ""));
    }
    if (order.passphrase) return key_out_of(head, file, *order.passphrase);
    if (head.sealed_key)
        return fail(Code::invalid, "the backup carries its master key under a passphrase: give it with --passphrase-stdin");
    return fail(Code::not_found,
                fmt::format("the master key is missing: copy the master.key with the id {} from where it is "
                            "kept to {}",
                            head.master_key, file.string()));
}

// Before the database: a crash in between leaves a key without its database, never a database without its key.
Result<void> place_key(const Config& config, const KeyFound& found, const std::string& stamp)
{
    if (!found.is_draft) return {};
    auto file = config.master_key_file();
    try {
        if (fs::exists(file)) fs::rename(file, file.string() + ".before-" + stamp);
        fs::rename(draft_of(file), file);
        backup::sync_directory(config.data);
        return {};
    } catch (const fs::filesystem_error& e) {
        return fail(Code::failed, fmt::format("cannot put the master key in its place: {}", e.what()));
    }
}

// No lease and no process of before speaks for this database any more.
void end_the_past(db::Database& db, Time now, const std::string& source)
{
    db.write_now([&](db::Tx& tx) -> Result<void> {
        tx.execute("UPDATE boots SET ended_at = ? WHERE ended_at IS NULL", now);
        audit::note(tx, now, {"command", "command line"}, "restore", source);
        return {};
    });
}

// A new name; and the send journals beside it may know better what was sent, so the next start compares with them and holds
// again what looks unsent then.
std::string begin_incarnation(db::Database& db, const std::string& why)
{
    orders::was_quarantined(db);
    orders::quarantine_at_start(db, why);
    return db
        .read_now([](db::Tx& tx) { return tx.first<std::string>("SELECT value FROM instance WHERE name = 'incarnation'"); })
        .value_or("");
}

struct Restored {
    std::string incarnation;
    std::int64_t held = 0;
};

Result<Restored> fill(db::Database& db, const Clock& clock, const RestoreOrder& order, const backup::Contents& contents,
                      const MasterKey& key)
{
    auto loaded = backup::load(db, order.from, contents, embedded_migrations(db.dialect()));
    if (!loaded) return fail(loaded.error());
    auto made_at = stored(contents.head.created_at).substr(0, 16) + " UTC";
    end_the_past(db, clock.now(), "backup of " + made_at);
    settings::Settings settings(db, key);
    settings.reload();
    auto why = "restored from the backup of " + made_at;
    auto held = orders::quarantine_unsent(db, clock, settings, why);
    if (!held) return fail(held.error());
    return Restored{begin_incarnation(db, why), *held};
}

std::string result_line(const backup::Contents& contents, const Restored& restored, const std::string& kept)
{
    auto rows = contents.rows;
    json::object line{{"backup_of", iso(contents.head.created_at)}};
    line["orders"] = rows["orders"];
    line["rows"] = std::accumulate(rows.begin(), rows.end(), std::int64_t{0},
                                   [](std::int64_t sum, const auto& one) { return sum + one.second; });
    line["held"] = restored.held;
    line["incarnation"] = restored.incarnation;
    if (!kept.empty()) line["kept"] = kept;
    return json::text_of(line);
}

std::string stamp_of(Time now)
{
    std::string stamp;
    for (char c : stored(now))
        if (c >= '0' && c <= '9') stamp += c;
    return stamp;
}

Result<std::string> restore_into(RestoreTarget& target, const Config& config, const Clock& clock, const RestoreOrder& order,
                                 const std::string& stamp)
{
    auto contents = backup::verify(order.from);
    if (!contents) return fail(contents.error());
    if (auto fits = backup::fits(contents->head, embedded_migrations(db::Dialect::sqlite)); !fits) return fail(fits.error());
    if (auto quiet = target.nobody_works_on_it(clock.now()); !quiet) return fail(quiet.error());
    if (target.holds_something() && !order.force)
        return fail(Code::conflict,
                    "the database holds something already: name an empty --data directory or database, or use "
                    "--force to replace it (what is there is kept beside)");
    auto key = find_key(config, contents->head, order);
    if (!key) return fail(key.error());
    auto db = target.begin();
    if (!db) return fail(db.error());
    auto restored = fill(**db, clock, order, *contents, key->key);
    db->reset();
    if (!restored) return fail(restored.error());
    if (auto placed = place_key(config, *key, stamp); !placed) return fail(placed.error());
    if (auto finished = target.finish(); !finished) return fail(finished.error());
    return result_line(*contents, *restored, target.kept_as());
}

}  // namespace

Result<std::string> restore_from(const Config& config, const Clock& clock, const RestoreOrder& order)
{
    auto url = db::Url::parse(config.database_url());
    if (!url) return fail(url.error());
    auto lock = DirectoryLock::try_lock(config.data);
    if (!lock) return fail(lock.error());
    if (!*lock) return fail(Code::conflict, fmt::format("a running smgcrm serves {}: stop it first", config.data.string()));
    auto stamp = stamp_of(clock.now());
    auto target = restore_target(config, *url, clock, stamp);
    try {
        auto done = restore_into(*target, config, clock, order, stamp);
        std::error_code ignored;
        fs::remove(draft_of(config.master_key_file()), ignored);
        return done;
    } catch (const db::DatabaseError& e) {
        return fail(Code::failed, fmt::format("the database {} could not be restored: {}", url->shown(), e.what()));
    }
}

}  // namespace smg
