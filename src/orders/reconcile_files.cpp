#include "orders/reconcile_files.hpp"

#include <algorithm>
#include <tuple>

#include "base/log.hpp"
#include "orders/reconcile.hpp"

namespace smg::orders {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t at_once = 200;

// Whether each attempt of a file is closed in the database: then it can tell nothing that is not known.
bool is_settled(db::Tx& tx, const JournalSegment& segment)
{
    for (std::size_t from = 0; from < segment.gos.size(); from += at_once) {
        auto portion = std::span(segment.gos).subspan(from, std::min(at_once, segment.gos.size() - from));
        std::vector<db::Param> params{db::to_param(tx.dialect(), segment.file.boot_id)};
        std::string marks;
        for (const auto& go : portion) {
            marks += marks.empty() ? "?" : ", ?";
            params.push_back(db::to_param(tx.dialect(), go.attempt_id));
        }
        auto closed = tx.query_with<std::int64_t>("SELECT COUNT(*) FROM attempts WHERE boot_id = ? AND id IN (" + marks +
                                                      ") AND state NOT IN ('prepared', 'sending')",
                                                  std::move(params));
        if (closed.front() != static_cast<std::int64_t>(portion.size())) return false;
    }
    return true;
}

// From the oldest on, until one has an attempt under way.
void settle_own(const ReconcileDesk& desk, const std::vector<JournalFile>& files, const JournalMark& mark)
{
    auto boot = read_boot(files, mark, false);
    if (boot.damage) {
        log::error("{}", boot.damage->text());
        return;
    }
    for (const auto& segment : boot.segments) {
        auto noted = desk.db.write_now([&](db::Tx& tx) -> Result<bool> {
            if (!is_settled(tx, segment)) return false;
            note_settled(tx, desk.clock.now(), desk.node_id, segment);
            return true;
        });
        if (!noted || !*noted) return;
    }
}

// Of a boot that has files left the last row stays: the next file is known by it.
void remove_old(const ReconcileDesk& desk, const std::string& own_boot_id, const std::map<std::string, JournalMark>& marks)
{
    Time before = desk.clock.now() - std::chrono::days(desk.settings.integer("retention.journal_days"));
    auto old = desk.db.read_now([&](db::Tx& tx) { return settled_before(tx, desk.node_id, before); });
    // The lock on our own first file says that we live.
    std::erase_if(old, [&](const JournalFile& file) { return file.boot_id == own_boot_id && file.segment == 1; });
    if (old.empty()) return;
    for (const auto& file : old) {
        std::error_code ignored;
        fs::remove(journal_file(desk.folder, file.boot_id, file.segment), ignored);
    }
    auto left = files_by_boot(desk.folder);
    desk.db.write_now([&](db::Tx& tx) -> Result<void> {
        for (const auto& file : old) {
            bool has_files =
                std::ranges::any_of(left, [&](const auto& boot) { return boot.front().boot_id == file.boot_id; });
            if (!has_files || file.segment < marks.at(file.boot_id).segment) forget_file(tx, file);
        }
        return {};
    });
}

}  // namespace

std::map<std::string, JournalMark> settled_marks(db::Tx& tx, const std::string& node_id)
{
    using Row = std::tuple<std::string, int, std::string>;
    std::map<std::string, JournalMark> marks;
    for (auto& [boot, segment, chain] :
         tx.query<Row>("SELECT boot_id, segment, last_chain FROM journals WHERE node_id = ? AND reconciled_at IS NOT NULL "
                       "ORDER BY boot_id, segment",
                       node_id))
        marks[boot] = {segment, chain};
    return marks;
}

void note_settled(db::Tx& tx, Time now, const std::string& node_id, const JournalSegment& segment)
{
    const auto& file = segment.file;
    auto host = segment.head ? segment.head->host : "";
    if (!tx.insert_new(
            "INSERT INTO journals (boot_id, segment, node_id, host, path, last_chain, reconciled_at) VALUES (?, ?, "
            "?, ?, ?, ?, ?)",
            file.boot_id, file.segment, node_id, host, fs::absolute(file.path).string(), segment.chain, now))
        tx.execute("UPDATE journals SET last_chain = ?, reconciled_at = ? WHERE boot_id = ? AND segment = ?", segment.chain,
                   now, file.boot_id, file.segment);
}

std::vector<JournalFile> settled_before(db::Tx& tx, const std::string& node_id, Time before)
{
    using Row = std::tuple<std::string, int>;
    std::vector<JournalFile> files;
    for (auto& [boot, segment] : tx.query<Row>(
             "SELECT boot_id, segment FROM journals WHERE node_id = ? AND reconciled_at < ? ORDER BY reconciled_at LIMIT ?",
             node_id, before, at_once))
        files.push_back({{}, boot, segment});
    return files;
}

void forget_file(db::Tx& tx, const JournalFile& file)
{
    tx.execute("DELETE FROM journals WHERE boot_id = ? AND segment = ?", file.boot_id, file.segment);
}

void register_journal(db::Tx& tx, const fs::path& folder, const JournalOwner& owner)
{
    tx.insert_new("INSERT INTO journals (boot_id, segment, node_id, host, path, last_chain) VALUES (?, 1, ?, ?, ?, '')",
                  owner.boot_id, owner.node_id, owner.host, fs::absolute(journal_file(folder, owner.boot_id, 1)).string());
}

bool journal_says_alive(db::Tx& tx, const std::string& boot_id, const std::string& host)
{
    using Row = std::tuple<std::string, std::string>;
    auto first = tx.first<Row>("SELECT host, path FROM journals WHERE boot_id = ? AND segment = 1", boot_id);
    return first && std::get<0>(*first) == host && journal_is_held(std::get<1>(*first)).value_or(true);
}

void tend_journals(const ReconcileDesk& desk, const std::string& own_boot_id)
{
    auto marks = desk.db.read_now([&](db::Tx& tx) { return settled_marks(tx, desk.node_id); });
    for (auto& files : files_by_boot(desk.folder)) {
        if (files.front().boot_id != own_boot_id) continue;
        files.pop_back();  // the one that is written to
        const auto& mark = marks[own_boot_id];
        if (!files.empty() && files.back().segment > mark.segment) settle_own(desk, files, mark);
    }
    remove_old(desk, own_boot_id, desk.db.read_now([&](db::Tx& tx) { return settled_marks(tx, desk.node_id); }));
}

}  // namespace smg::orders
