#include "orders/reconcile.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>

#include "base/log.hpp"
#include "notices/notice_store.hpp"
#include "orders/attempt_store.hpp"
#include "orders/lost_sends.hpp"
#include "orders/reconcile_files.hpp"
#include "orders/reconcile_past.hpp"
#include "orders/reconcile_sends.hpp"

namespace smg::orders {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t at_once = 200;  // sends in one transaction

constexpr std::string_view how_to_go_on =
    "no order is sent until a person has decided: put the file back from a copy, or run `smgcrm journal accept-damage`, "
    "which holds everything unsent for review (see `Damaged journal` in the manual)";

// The head of a process's first file is on the disk before the first order goes.
bool lost_its_beginning(const ReconcileDesk& desk, const BootJournal& boot)
{
    if (boot.segments.empty() || boot.segments.front().file.segment != 1 || boot.segments.front().head) return false;
    auto sent = [&](db::Tx& tx) {
        return tx.first<AttemptId>("SELECT id FROM attempts WHERE boot_id = ? AND state IN (?, ?) LIMIT 1", boot.boot_id,
                                   AttemptState::sending, AttemptState::unknown);
    };
    return desk.db.read_now(sent).has_value();
}

// Those of the dead that are not settled yet.
std::vector<BootJournal> unsettled(const ReconcileDesk& desk)
{
    auto marks = desk.db.read_now([&](db::Tx& tx) { return settled_marks(tx, desk.node_id); });
    std::vector<BootJournal> boots;
    for (const auto& files : files_by_boot(desk.folder)) {
        const auto& mark = marks[files.front().boot_id];
        auto is_held = [](const JournalFile& file) { return journal_is_held(file.path).value_or(false); };
        if (files.back().segment <= mark.segment || std::ranges::any_of(files, is_held)) continue;
        boots.push_back(read_boot(files, mark));
        auto& boot = boots.back();
        if (!boot.damage && lost_its_beginning(desk, boot))
            boot.damage =
                JournalDamage{boot.segments.front().file.path, 1, "its beginning is missing, but orders were sent"};
    }
    return boots;
}

void count(Reconciled& sum, Settled settled)
{
    switch (settled) {
        case Settled::known: break;
        case Settled::not_sent: ++sum.not_sent; break;
        case Settled::answered: ++sum.answered; break;
        case Settled::lost: ++sum.lost; break;
        case Settled::restored: ++sum.restored; break;
        case Settled::homeless: ++sum.homeless; break;
        case Settled::disputed: ++sum.disputed; break;
    }
}

// In portions, so that a large file does not hold up whoever else writes.
Result<void> settle_sends(const ReconcileDesk& desk, const BootJournal& boot, Reconciled& sum)
{
    std::vector<const SendRecord*> sends;
    for (const auto& [id, send] : boot.sends) sends.push_back(&send);
    for (std::size_t from = 0; from < sends.size(); from += at_once) {
        auto portion = std::span(sends).subspan(from, std::min(at_once, sends.size() - from));
        auto settled = desk.db.write_now([&](db::Tx& tx) -> Result<Reconciled> {
            Reconciled some;
            const SendRecord* first = nullptr;
            for (auto send : not_known(tx, boot.boot_id, portion)) {
                auto one = settle_send(tx, desk.clock.now(), boot.boot_id, *send, desk.settings);
                if (!one) return fail(one.error());
                count(some, *one);
                if (*one == Settled::homeless && !first) first = send;
            }
            if (first) tell_of_lost(tx, desk.clock.now(), boot.boot_id, *first, some.homeless, desk.settings);
            return some;
        });
        if (!settled) return fail(settled.error());
        sum.not_sent += settled->not_sent, sum.answered += settled->answered, sum.lost += settled->lost;
        sum.restored += settled->restored, sum.homeless += settled->homeless, sum.disputed += settled->disputed;
    }
    return {};
}

Result<void> settle(const ReconcileDesk& desk, const BootJournal& boot, Reconciled& sum)
{
    if (auto settled = settle_sends(desk, boot, sum); !settled) return settled;
    if (boot.damage) return {};  // what is missing proves nothing
    auto unwritten =
        desk.db.write_now([&](db::Tx& tx) { return settle_unwritten(tx, desk.clock.now(), boot, desk.settings); });
    if (!unwritten) return fail(unwritten.error());
    sum.not_sent += *unwritten;
    return {};
}

Result<void> quarantine(const ReconcileDesk& desk, const std::string& why, Reconciled& sum)
{
    log::error("this database is of the past: {}; what looks unsent in it is held for review", why);
    auto held = quarantine_unsent(desk.db, desk.clock, desk.settings, why);
    if (!held) return fail(held.error());
    was_quarantined(desk.db);
    sum.past = why;
    sum.held = *held;
    return {};
}

Result<Reconciled> settle_all(const ReconcileDesk& desk, const std::vector<BootJournal>& boots,
                              const std::optional<std::string>& why)
{
    Reconciled sum;
    std::vector<const JournalSegment*> done;
    for (const auto& boot : boots) {
        if (auto settled = settle(desk, boot, sum); !settled) return fail(settled.error());
        if (boot.damage) continue;
        for (const auto& segment : boot.segments) done.push_back(&segment);
    }
    if (why)
        if (auto held = quarantine(desk, *why, sum); !held) return fail(held.error());
    if (auto remembered = remember_incarnation(desk.db, desk.folder); !remembered) return fail(remembered.error());
    desk.db.write_now([&](db::Tx& tx) -> Result<void> {
        for (auto segment : done) note_settled(tx, desk.clock.now(), desk.node_id, *segment);
        return {};
    });
    sum.files = static_cast<std::int64_t>(done.size());
    return sum;
}

AttemptId newest_of(const std::vector<BootJournal>& boots)
{
    AttemptId newest;
    for (const auto& boot : boots) newest = std::max(newest, boot.newest());
    return newest;
}

void tell_of_damage(const ReconcileDesk& desk, const JournalDamage& damage)
{
    desk.db.write_now([&](db::Tx& tx) -> Result<void> {
        notices::NewNotice notice;
        notice.kind = notices::Kind::decision_needed;
        notice.level = notices::Level::alarm;
        notice.dedup_key = fmt::format("journal:{}:{}", damage.file.filename().string(), damage.line);
        notice.values = {{"subject", damage.text()}, {"reason", std::string(how_to_go_on)}};
        notices::raise(tx, desk.clock.now(), notices::language_of(desk.settings), notice);
        return {};
    });
}

/// One at a time, in this process or another: a start, and a person at the command line.
class FolderLock {
public:
    explicit FolderLock(const fs::path& folder) : fd_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC))
    {
        if (fd_ >= 0) ::flock(fd_, LOCK_EX);
    }
    ~FolderLock()
    {
        if (fd_ >= 0) ::close(fd_);
    }
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

private:
    const int fd_;
};

}  // namespace

std::string Reconciled::text() const
{
    std::string text;
    auto add = [&](std::int64_t number, std::string_view what) {
        if (number > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", number, what);
    };
    add(not_sent, "proven not sent");
    add(answered, "answered by the supplier");
    add(lost, "without an answer");
    add(restored, "that the database had lost");
    add(homeless, "whose orders the database has lost");
    add(disputed, "that the database knows otherwise");
    add(held, "held for review");
    return text;
}

Result<Reconciled> reconcile_journals(const ReconcileDesk& desk)
{
    FolderLock lock(desk.folder);
    auto boots = unsettled(desk);
    for (const auto& boot : boots) {
        if (!boot.damage) continue;
        tell_of_damage(desk, *boot.damage);
        return fail(Code::failed, fmt::format("{}; {}", boot.damage->text(), how_to_go_on));
    }
    return settle_all(desk, boots, why_past(desk.db, desk.folder, newest_of(boots)));
}

JournalStatus journal_status(const ReconcileDesk& desk)
{
    JournalStatus status;
    status.files = static_cast<std::int64_t>(journal_files(desk.folder).size());
    for (const auto& boot : unsettled(desk)) {
        status.open += static_cast<std::int64_t>(boot.segments.size());
        if (boot.damage) status.damage.push_back(boot.damage->text());
    }
    return status;
}

Result<std::string> accept_damage(const ReconcileDesk& desk)
{
    FolderLock lock(desk.folder);
    auto boots = unsettled(desk);
    std::vector<JournalFile> aside;
    std::string what;
    for (const auto& boot : boots) {
        if (!boot.damage) continue;
        what += (what.empty() ? "" : "; ") + boot.damage->text();
        for (const auto& segment : boot.segments) aside.push_back(segment.file);
    }
    if (aside.empty()) return fail(Code::invalid, "no send journal of this data directory is damaged");
    auto done = settle_all(desk, boots, "a person accepted a damaged send journal: " + what);
    if (!done) return fail(done.error());
    auto folder = desk.folder / "damaged";
    std::error_code error;
    fs::create_directories(folder, error);
    for (const auto& file : aside) {
        fs::rename(file.path, folder / file.path.filename(), error);
        if (error) return fail(Code::failed, fmt::format("cannot move {}: {}", file.path.string(), error.message()));
    }
    return fmt::format("{}\n{} files are in {} now; {} orders are held for review", what, aside.size(), folder.string(),
                       done->held);
}

}  // namespace smg::orders
