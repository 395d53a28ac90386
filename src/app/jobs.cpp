#include <algorithm>
#include <iterator>

#include "app/app.hpp"
#include "app/shops.hpp"
#include "orders/failover.hpp"
#include "orders/funds.hpp"
#include "products/refresh_store.hpp"
#include "schedule/slot_store.hpp"
#include "sites/shop_check.hpp"
#include "suppliers/balance_jobs.hpp"
#include "suppliers/funds.hpp"
#include "users/session_store.hpp"

namespace smg {
namespace {

using Work = std::function<Async<jobs::Outcome>(jobs::Job)>;

schedule::RunEnd end_of(const jobs::Outcome& outcome)
{
    using schedule::RunResult;
    if (auto again = std::get_if<jobs::Retry>(&outcome)) return {.result = RunResult::failed, .error = again->reason};
    if (auto later = std::get_if<jobs::Park>(&outcome)) return {.result = RunResult::waits, .error = later->reason};
    return {};
}

schedule::RunEnd end_of(const std::exception_ptr& thrown)
{
    try {
        std::rethrow_exception(thrown);
    } catch (const std::exception& e) {
        return {.result = schedule::RunResult::failed, .error = e.what()};
    } catch (...) {
        return {.result = schedule::RunResult::failed, .error = "an unknown exception"};
    }
}

// What became of each run is written down: a task that only begins, or begins and fails, is noticed.
Async<jobs::Outcome> run_task(orders::UpkeepDesk desk, std::string task, Work work, jobs::Job job)
{
    auto begin = [&](db::Tx& tx) { return schedule::begin_run(tx, task, desk.clock.now()); };
    auto slot = co_await desk.db.write(std::move(begin));
    auto begun = since_boot();
    jobs::Outcome outcome;
    std::exception_ptr thrown;
    try {
        outcome = co_await work(std::move(job));
    } catch (...) {
        thrown = std::current_exception();
    }
    auto end = thrown ? end_of(thrown) : end_of(outcome);
    end.took = since_boot() - begun;
    auto note = [&](db::Tx& tx) -> Result<void> {
        schedule::end_run(tx, task, slot, desk.clock.now(), end);
        return {};
    };
    co_await desk.db.write(std::move(note));
    if (thrown) std::rethrow_exception(thrown);
    co_return outcome;
}

Async<void> forget_deliveries(orders::UpkeepDesk desk)
{
    constexpr int at_once = 2000, most_rounds = 50;
    for (int round = 0; round < most_rounds; ++round) {
        auto forget = [&](db::Tx& tx) -> Result<std::int64_t> {
            auto now = desk.clock.now();
            return webhooks::prune_deliveries(tx, now - std::chrono::days(desk.settings.integer("retention.webhooks_days")),
                                              now - std::chrono::hours(desk.settings.integer("webhooks.give_up_hours")),
                                              at_once);
        };
        auto forgotten = co_await desk.db.write(std::move(forget));
        if (!forgotten || *forgotten < at_once) co_return;
    }
}

// What retention lets go, of orders, of people and of files.
Async<jobs::Outcome> clean_up_all(orders::UpkeepDesk desk, jobs::Job job)
{
    auto forget = [&](db::Tx& tx) -> Result<std::int64_t> { return users::clean_sessions(tx, desk.clock.now()); };
    co_await desk.db.write(std::move(forget));
    auto expired = [&](db::Tx& tx) -> Result<std::int64_t> {
        constexpr int at_once = 100;
        return exports::remove_expired(tx, desk.clock.now(), at_once);
    };
    co_await desk.db.write(std::move(expired));
    co_await forget_deliveries(desk);
    co_return co_await orders::clean_up(desk, std::move(job));
}

// A task of app/timetable.cpp: one run at a time.
jobs::Kind task(std::string_view kind, std::string name, orders::UpkeepDesk desk, Work work)
{
    jobs::Kind row{.name = kind, .concurrency = 1};
    row.work = [desk, name = std::move(name), work = std::move(work)](jobs::Job job) {
        return run_task(desk, name, work, std::move(job));
    };
    return row;
}

}  // namespace

// All kinds of background work there are. What is sent to a supplier is retried until it is sent or refused: only the proof
// that nothing was written leads back into the queue, so its tries do not count against the order.
std::vector<jobs::Kind> job_kinds(Workers w)
{
    using namespace std::chrono_literals;
    constexpr int without_end = 1'000'000;
    auto upkeep = w.upkeep;
    auto panels = w.suppliers;

    jobs::Kind send{
        .name = orders::send_job, .concurrency = 64, .max_tries = without_end, .first_delay = 2s, .last_delay = 2min};
    send.work = [&dispatch = w.dispatch](jobs::Job job) { return dispatch.send(std::move(job)); };
    jobs::Kind poll{.name = orders::poll_job, .concurrency = 16};
    poll.work = [&tracking = w.tracking](jobs::Job job) { return tracking.poll(std::move(job)); };
    jobs::Kind refill{.name = orders::refill_job, .concurrency = 4};
    refill.work = [&tracking = w.tracking](jobs::Job job) { return tracking.refill(std::move(job)); };
    jobs::Kind cancel{.name = orders::cancel_job, .concurrency = 4};
    cancel.work = [&tracking = w.tracking](jobs::Job job) { return tracking.cancel(std::move(job)); };

    auto orders_task = task("task.orders", "orders", upkeep,
                            [upkeep](jobs::Job job) { return orders::tend_waiting(upkeep, std::move(job)); });
    auto statuses_task = task("task.statuses", "statuses", upkeep,
                              [&tracking = w.tracking](jobs::Job job) { return tracking.enqueue_polls(std::move(job)); });
    auto errors_task = task("task.errors", "errors", upkeep,
                            [upkeep](jobs::Job job) { return orders::tend_errors(upkeep, std::move(job)); });
    auto balances_task = task("task.balances", "balances", upkeep,
                              [panels](jobs::Job job) { return suppliers::check_balances(panels, std::move(job)); });
    auto cleaning_task =
        task("task.cleaning", "cleaning", upkeep, [upkeep](jobs::Job job) { return clean_up_all(upkeep, std::move(job)); });
    jobs::Kind balance{.name = suppliers::balance_job, .concurrency = suppliers::balances_at_once};
    balance.work = [panels](jobs::Job job) { return suppliers::check_balance(panels, std::move(job)); };
    jobs::Kind evidence{.name = orders::evidence_job, .concurrency = 4, .max_tries = without_end};
    evidence.work = [&found = w.evidence](jobs::Job job) { return found.gather(std::move(job)); };
    jobs::Kind divert{.name = orders::divert_job, .concurrency = 2};
    divert.work = [upkeep](jobs::Job job) { return orders::divert_waiting(upkeep, std::move(job)); };
    jobs::Kind funds_back{.name = suppliers::funds_back_job, .concurrency = 2};
    funds_back.work = [upkeep](jobs::Job job) { return orders::after_funds(upkeep, std::move(job)); };
    jobs::Kind routes{.name = suppliers::routes_job, .concurrency = 1};
    routes.work = [upkeep](jobs::Job job) { return orders::follow_routes(upkeep, std::move(job)); };
    jobs::Kind batch{.name = orders::batch_job, .concurrency = 2};
    batch.work = [work = w.batches](jobs::Job job) { return orders::run_batch(work, std::move(job)); };
    jobs::Kind file{.name = exports::export_job, .concurrency = 1};
    file.work = [work = w.exports](jobs::Job job) { return exports::make_export(work, std::move(job)); };
    jobs::Kind products{
        .name = products::refresh_job, .concurrency = 2, .max_tries = without_end, .first_delay = 2s, .last_delay = 30s};
    products.work = [work = w.products](jobs::Job job) { return products::run_refresh(work, std::move(job)); };
    auto shops_task = task("task.shops", "shops", upkeep, [&desk = w.sites](jobs::Job) { return tend_shops(desk); });
    jobs::Kind check{.name = sites::check_job, .concurrency = 8};
    check.work = [&desk = w.sites](jobs::Job job) { return sites::check_shop(desk, std::move(job)); };
    jobs::Kind pull{.name = orders::pull_job, .concurrency = 4};
    pull.work = [work = w.pulls](jobs::Job job) { return orders::pull_paid(work, std::move(job)); };
    jobs::Kind settle{.name = wallets::settle_job, .concurrency = 4, .max_tries = wallets::most_settlings};
    settle.work = [&desk = w.wallets](jobs::Job job) { return wallets::settle_later(desk, std::move(job)); };
    std::vector<jobs::Kind> all = {products,      settle,
                                   shops_task,    check,
                                   pull,          batch,
                                   file,          send,
                                   poll,          refill,
                                   cancel,        orders_task,
                                   statuses_task, errors_task,
                                   balances_task, balance,
                                   cleaning_task, evidence,
                                   divert,        funds_back,
                                   routes,        w.delivery.kind()};
    all.push_back(w.live.hook_job());
    std::ranges::move(w.webhooks.kinds(), std::back_inserter(all));
    return all;
}

}  // namespace smg
