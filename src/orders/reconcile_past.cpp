#include "orders/reconcile_past.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <fstream>

#include "base/random.hpp"

namespace smg::orders {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view incarnation = "incarnation";  // the database's name
constexpr std::string_view quarantined = "quarantined";  // the name under which what looked unsent was held
constexpr std::string_view due = "quarantine_due";       // why that is still to be done

constexpr std::string_view unconfirmed = "new";  // the file's second word until the database has the name as well

struct SideFile {
    std::string name;
    bool confirmed = false;
};

fs::path side_file(const fs::path& folder) { return folder / "incarnation"; }

std::optional<SideFile> read_side(const fs::path& folder)
{
    std::ifstream in(side_file(folder));
    SideFile side;
    std::string word;
    if (!(in >> side.name)) return std::nullopt;
    side.confirmed = !(in >> word) || word != unconfirmed;
    return side;
}

// Whole or not at all, and on the disk.
Result<void> write_side(const fs::path& folder, const std::string& text)
{
    std::error_code ignored;
    fs::create_directories(folder, ignored);
    auto file = side_file(folder), draft = folder / "incarnation.new";
    int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool done = fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
    if (fd >= 0) ::close(fd);
    done = done && ::rename(draft.c_str(), file.c_str()) == 0;
    int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    done = done && directory >= 0 && ::fsync(directory) == 0;
    if (directory >= 0) ::close(directory);
    if (done) return {};
    return fail(Code::failed, fmt::format("cannot write {}", file.string()));
}

std::optional<std::string> value_of(db::Tx& tx, std::string_view name)
{
    return tx.first<std::string>("SELECT value FROM instance WHERE name = ?", name);
}

void set_value(db::Tx& tx, std::string_view name, const std::string& value)
{
    tx.execute("DELETE FROM instance WHERE name = ?", name);
    tx.execute("INSERT INTO instance (name, value) VALUES (?, ?)", name, value);
}

std::optional<std::string> compared(db::Tx& tx, const std::optional<SideFile>& side, AttemptId newest)
{
    auto name = value_of(tx, incarnation);
    auto last = AttemptId{*tx.first<std::int64_t>("SELECT COALESCE(MAX(id), 0) FROM attempts")};
    if (newest > last)
        return fmt::format("its last attempt to send is number {}, the send journal has number {}", last.value,
                           newest.value);
    if (!name && side && side->confirmed) return "it is older than its send journal";
    if (name && side && *name != side->name && value_of(tx, quarantined) != name)
        return "it is not the database that the send journal was written for";
    // On MariaDB that is a new node. A directory has its journal from the first start on which any order could be sent.
    bool anything = last || tx.first<std::int64_t>("SELECT id FROM orders LIMIT 1");
    if (name && !side && tx.dialect() == db::Dialect::sqlite && anything && value_of(tx, quarantined) != name)
        return "its send journal is missing: it was moved here without it";
    return std::nullopt;
}

}  // namespace

std::optional<std::string> why_past(db::Database& db, const fs::path& folder, AttemptId newest)
{
    auto side = read_side(folder);
    auto why = db.read_now([&](db::Tx& tx) {
        auto before = value_of(tx, due);  // a start that did not get to its end
        return before ? before : compared(tx, side, newest);
    });
    if (why) quarantine_at_start(db, *why);
    return why;
}

void quarantine_at_start(db::Database& db, const std::string& why)
{
    db.write_now([&](db::Tx& tx) -> Result<void> {
        set_value(tx, due, why);
        return {};
    });
}

void was_quarantined(db::Database& db)
{
    auto fresh = random_uuid();
    db.write_now([&](db::Tx& tx) -> Result<void> {
        set_value(tx, incarnation, fresh);
        set_value(tx, quarantined, fresh);
        tx.execute("DELETE FROM instance WHERE name = ?", due);
        return {};
    });
}

// A first start names the database: the file first, so that a crash in between is no reason for alarm.
Result<void> remember_incarnation(db::Database& db, const fs::path& folder)
{
    auto side = read_side(folder);
    auto name = db.read_now([](db::Tx& tx) { return value_of(tx, incarnation); });
    if (!name) {
        auto fresh = side && !side->confirmed ? side->name : random_uuid();
        if (auto written = write_side(folder, fmt::format("{} {}\n", fresh, unconfirmed)); !written) return written;
        db.write_now([&](db::Tx& tx) -> Result<void> {
            tx.insert_new("INSERT INTO instance (name, value) VALUES (?, ?)", incarnation, fresh);
            return {};
        });
        name = db.read_now([](db::Tx& tx) { return value_of(tx, incarnation); });
    }
    if (side && side->confirmed && side->name == *name) return {};
    return write_side(folder, *name + "\n");
}

}  // namespace smg::orders
