#include "app/backup.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <fstream>
#include <numeric>

#include "app/data_home.hpp"
#include "app/version.hpp"
#include "backup/dump.hpp"
#include "base/log.hpp"

namespace smg {
namespace {

namespace fs = std::filesystem;

std::string instance_value(db::Tx& tx, std::string_view name)
{
    return tx.first<std::string>("SELECT value FROM instance WHERE name = ?", name).value_or("");
}

Result<std::vector<std::string>> finished_migrations(db::Tx& tx)
{
    std::vector<std::string> names;
    auto known = embedded_migrations(tx.dialect());
    for (const auto& [name, finished] :
         tx.query<std::tuple<std::string, bool>>("SELECT name, finished FROM schema_migrations ORDER BY name")) {
        if (std::ranges::find(known, name, &db::Migration::name) == known.end())
            return fail(Code::failed, fmt::format("the database was made by a newer version of this program (it has the "
                                                  "migration {}): back it up with that version",
                                                  name));
        if (!finished)
            return fail(Code::failed, fmt::format("the migration {} was interrupted: run `smgcrm migrate` first", name));
        names.push_back(name);
    }
    return names;
}

Result<backup::SealedKey> sealed_key(const Config& config, const Secret& passphrase, const std::string& key_id)
{
    auto file = config.master_key_file();
    if (!fs::exists(file)) return fail(Code::not_found, fmt::format("there is no master key at {}", file.string()));
    auto key = MasterKey::load_or_create(file);
    if (!key) return fail(key.error());
    if (key->id() != key_id)
        return fail(Code::conflict, fmt::format("the master key {} (id {}) is not this database's (id {})", file.string(),
                                                key->id(), key_id));
    std::ifstream in(file);
    std::string text;
    in >> text;
    return backup::seal_under(passphrase, Secret(text), sealed_key_place(key_id));
}

Result<backup::Head> head_of(db::Session& snapshot, const Config& config, const Clock& clock, const BackupOrder& order)
{
    db::Tx tx(snapshot);
    auto migrations = finished_migrations(tx);
    if (!migrations) return fail(migrations.error());
    backup::Head head;
    head.version = version;
    head.created_at = clock.now();
    head.incarnation = instance_value(tx, "incarnation");
    head.master_key = instance_value(tx, "master_key");
    head.migrations = std::move(*migrations);
    if (!order.passphrase) return head;
    auto sealed = sealed_key(config, *order.passphrase, head.master_key);
    if (!sealed) return fail(sealed.error());
    head.sealed_key = std::move(*sealed);
    return head;
}

fs::path note_of(const Config& config) { return config.data / "last_backup"; }

void note_backup(const Config& config, Time now)
{
    std::ofstream out(note_of(config));
    out << stored(now) << '\n';
    if (!out) log::warning("cannot write {}: `smgcrm doctor` will not know of this backup", note_of(config).string());
}

Result<std::string> written(const Config& config, const Clock& clock, const BackupOrder& order, db::Session& snapshot)
{
    auto head = head_of(snapshot, config, clock, order);
    if (!head) return fail(head.error());
    auto made_at = head->created_at;
    auto sink = order.to == "-" ? Result<backup::Sink>(backup::Sink::to_descriptor(STDOUT_FILENO))
                                : backup::Sink::to_file(order.to, order.replace);
    if (!sink) return fail(sink.error());
    auto declared = backup::declared_by(embedded_migrations(db::Dialect::mariadb));
    auto counts = backup::write_backup(snapshot, declared, std::move(*head), *sink);
    if (!counts) return fail(counts.error());
    if (auto whole = sink->finish(); !whole) return fail(whole.error());
    note_backup(config, made_at);
    json::object line{{"file", order.to}, {"created_at", iso(made_at)}};
    line["master_key"] = order.passphrase ? "carried" : "left out";
    line["orders"] = (*counts)["orders"];
    line["rows"] = std::accumulate(counts->begin(), counts->end(), std::int64_t{0},
                                   [](std::int64_t sum, const auto& one) { return sum + one.second; });
    line["bytes"] = sink->bytes();
    return json::text_of(line);
}

}  // namespace

Result<std::string> backup_to(const Config& config, const Clock& clock, const BackupOrder& order)
{
    auto url = db::Url::parse(config.database_url());
    if (!url) return fail(url.error());
    auto snapshot = backup::open_snapshot(*url);
    if (!snapshot) return fail(snapshot.error());
    try {
        return written(config, clock, order, **snapshot);
    } catch (const db::DatabaseError& e) {
        return fail(Code::failed, fmt::format("the database {} could not be read to its end: {}; `smgcrm check` says more",
                                              url->shown(), e.what()));
    }
}

std::optional<Time> last_backup_at(const Config& config)
{
    std::ifstream in(note_of(config));
    std::string line;
    std::getline(in, line);
    return from_stored(line);
}

std::string sealed_key_place(const std::string& key_id) { return "smgcrm backup, master key " + key_id; }

}  // namespace smg
