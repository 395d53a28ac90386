#include "app/app.hpp"
#include "suppliers/balance_jobs.hpp"

namespace smg {

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

    jobs::Kind orders_task{.name = "task.orders", .concurrency = 1};
    orders_task.work = [upkeep](jobs::Job job) { return orders::tend_waiting(upkeep, std::move(job)); };
    jobs::Kind statuses_task{.name = "task.statuses", .concurrency = 1};
    statuses_task.work = [&tracking = w.tracking](jobs::Job job) { return tracking.enqueue_polls(std::move(job)); };
    jobs::Kind errors_task{.name = "task.errors", .concurrency = 1};
    errors_task.work = [upkeep](jobs::Job job) { return orders::tend_errors(upkeep, std::move(job)); };
    jobs::Kind balances_task{.name = "task.balances", .concurrency = 1};
    balances_task.work = [panels](jobs::Job job) { return suppliers::check_balances(panels, std::move(job)); };
    jobs::Kind balance{.name = suppliers::balance_job, .concurrency = suppliers::balances_at_once};
    balance.work = [panels](jobs::Job job) { return suppliers::check_balance(panels, std::move(job)); };
    jobs::Kind cleaning_task{.name = "task.cleaning", .concurrency = 1};
    cleaning_task.work = [upkeep](jobs::Job job) { return orders::clean_up(upkeep, std::move(job)); };

    return {send,        poll,          refill,  cancel,        orders_task,      statuses_task,
            errors_task, balances_task, balance, cleaning_task, w.delivery.kind()};
}

}  // namespace smg
