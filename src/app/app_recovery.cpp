#include "app/app.hpp"
#include "base/log.hpp"
#include "orders/recovery.hpp"

// What earlier processes have left behind.
namespace smg {

orders::ReconcileDesk App::reconcile_desk()
{
    return {*home_.db, clock_, settings_, config_.journal_folder(), home_.node_id};
}

// A frozen process may go on: its lock on its journal tells, where it is on this machine, its silence elsewhere.
bool App::sender_is_gone(db::Tx& tx, const std::string& boot_id) const
{
    auto live = jobs::live_boots(tx, boot_, runner_.steadiness().silent_since(clock_.now()));
    return std::ranges::find(live, boot_id) == live.end() && !orders::journal_says_alive(tx, boot_id, boot_.host);
}

// What earlier processes of this directory have sent, and then a journal of our own. As long as one is damaged nothing is
// sent, and the rest of the program goes on.
Async<Result<void>> App::settle_journals()
{
    auto settle = [this] { return orders::reconcile_journals(reconcile_desk()); };
    auto settled = co_await senders_.run(std::move(settle));
    if (!settled) co_return fail(settled.error());
    if (auto news = settled->text(); !news.empty()) log::warning("send journal: {}", news);
    if (auto opened = journal_.open(); !opened) co_return fail(opened.error());
    auto enter = [this](db::Tx& tx) -> Result<void> {
        orders::register_journal(tx, config_.journal_folder(), {boot_.boot_id, boot_.node_id, boot_.host});
        return {};
    };
    co_await home_.db->write(std::move(enter));
    settled_ = true;
    co_return Result<void>{};
}

Async<void> App::recover()
{
    if (!settled_)
        if (auto settled = co_await settle_journals(); !settled) throw std::runtime_error(settled.error().message);
    auto now = clock_.now();
    auto close_left_open = [this, now](db::Tx& tx) -> Result<orders::Recovered> {
        return orders::recover_attempts(tx, now, jobs::live_boots(tx, boot_, runner_.steadiness().silent_since(now)),
                                        settings_);
    };
    auto recovered = co_await home_.db->write(std::move(close_left_open));
    if (!recovered) throw std::runtime_error(recovered.error().message);
    if (recovered->lost > 0) log::warning("recovery: {} orders became uncertain, their answers are lost", recovered->lost);
    if (recovered->not_sent > 0) log::info("recovery: {} orders were not sent yet and go on", recovered->not_sent);
    if (safety_.damaged) co_return;
    if (!working_) {
        working_ = true;
        runner_.wake();
    } else {
        auto tend = [this] {
            orders::tend_journals(reconcile_desk(), boot_.boot_id);
            return true;
        };
        co_await senders_.run(std::move(tend));
    }
}

// Beside the recovery and not in it: what keeps this node from its work must not keep it from telling so.
Async<void> App::watch_work()
{
    if (!safety_.damaged) co_await alarms_.look();
}

}  // namespace smg
