#include "app/watch.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/log.hpp"
#include "jobs/job_store.hpp"
#include "notices/notice_store.hpp"
#include "orders/order.hpp"
#include "orders/upkeep.hpp"
#include "schedule/slot_store.hpp"
#include "suppliers/provider_store.hpp"

namespace smg {
namespace {

constexpr int most_counted = 10'000;  // beyond that the exact number says nothing more

struct Waiting {
    std::int64_t count = 0;
    std::optional<Time> oldest;
};
BOOST_DESCRIBE_STRUCT(Waiting, (), (count, oldest))

struct Seen {
    Waiting uncertain, launching, review, notices;
    std::int64_t paused_lanes = 0;
    std::vector<jobs::KindCount> jobs;
};

Waiting waiting_in(db::Tx& tx, orders::Phase phase)
{
    return *tx.first<Waiting>(
        "SELECT COUNT(*), MIN(updated_at) FROM (SELECT updated_at FROM orders WHERE phase = ? ORDER BY updated_at LIMIT ?) "
        "AS bounded",
        phase, most_counted);
}

Seen look(db::Tx& tx, Time now)
{
    Seen seen;
    seen.uncertain = waiting_in(tx, orders::Phase::uncertain);
    seen.launching = waiting_in(tx, orders::Phase::launching);
    seen.review = waiting_in(tx, orders::Phase::review);
    seen.notices = *tx.first<Waiting>("SELECT COUNT(*), MIN(created_at) FROM notices WHERE state IN ('queued', 'sending')");
    seen.paused_lanes =
        *tx.first<std::int64_t>("SELECT COUNT(*) FROM api_providers WHERE paused_at IS NOT NULL AND is_active = 1");
    seen.jobs = jobs::counts(tx, now);
    return seen;
}

double age_s(const std::optional<Time>& since, Time now)
{
    if (!since) return 0;
    return static_cast<double>(std::max<std::int64_t>(0, (now - *since).count())) / 1000;
}

void show(http::Metrics& metrics, const std::string& what, const Waiting& waiting, Time now)
{
    metrics.gauge("smgcrm_waiting", "Rows that wait, counted to 10,000", {{"what", what}})
        .set(static_cast<double>(waiting.count));
    metrics.gauge("smgcrm_waiting_oldest_seconds", "Age of the one that has waited longest", {{"what", what}})
        .set(age_s(waiting.oldest, now));
}

}  // namespace

Async<void> measure(db::Database& db, const Clock& clock, http::Metrics& metrics)
{
    auto now = clock.now();
    auto read = [now](db::Tx& tx) { return look(tx, now); };
    auto seen = co_await db.read(std::move(read));
    show(metrics, "uncertain", seen.uncertain, now);
    show(metrics, "launching", seen.launching, now);
    show(metrics, "review", seen.review, now);
    show(metrics, "notices", seen.notices, now);
    metrics.gauge("smgcrm_lanes_paused", "Suppliers to which nothing is sent until a person releases them")
        .set(static_cast<double>(seen.paused_lanes));
    for (const auto& kind : seen.jobs) {
        auto gauge = [&](const char* state, std::int64_t count) {
            metrics.gauge("smgcrm_jobs", "Background jobs", {{"kind", kind.kind}, {"state", state}})
                .set(static_cast<double>(count));
        };
        gauge("waiting", kind.waiting);
        gauge("due", kind.due);
        gauge("running", kind.running);
        gauge("dead", kind.dead);
    }
}

Async<void> ClockWatch::look(db::Database& db, const Clock& clock)
{
    constexpr auto unnoticed = std::chrono::minutes(1);  // what clocks are corrected by all the time, and nodes differ by
    auto last_life = [](db::Tx& tx) { return tx.first<std::optional<Time>>("SELECT MAX(renewed_at) FROM boots").value(); };
    if (!newest_) newest_ = co_await db.read(std::move(last_life));
    auto now = clock.now();
    auto back = newest_.value_or(now) - now;
    if (back < unnoticed) {
        newest_ = now;
        co_return;
    }
    log::warning("the clock was set back by {} s: what waits goes on now",
                 std::chrono::duration_cast<std::chrono::seconds>(back).count());
    auto go_on = [now](db::Tx& tx) -> Result<void> {
        orders::clock_was_set_back(tx, now);
        suppliers::clock_was_set_back(tx, now);
        notices::clock_was_set_back(tx, now);
        jobs::clock_was_set_back(tx, now);
        schedule::clock_was_set_back(tx, now);
        return {};
    };
    co_await db.write(std::move(go_on));
    newest_ = now;  // not before: what the database did not take is tried again
}

void tell_of_dead_job(db::Tx& tx, const Clock& clock, const settings::Settings& settings, const jobs::DeadJob& job)
{
    notices::NewNotice notice;
    notice.kind = notices::Kind::dead_job;
    notice.level = notices::Level::alarm;
    notice.dedup_key = fmt::format("dead_job:{}:{}", job.id.value, stored(job.dead_at));
    notice.values = {{"job", job.kind},
                     {"id", std::to_string(job.id.value)},
                     {"tries", std::to_string(job.tries)},
                     {"reason", job.last_error.value_or("")}};
    notices::raise(tx, clock.now(), notices::language_of(settings), notice);
}

void tell_of_webhook(db::Tx& tx, const Clock& clock, const settings::Settings& settings, const webhooks::Trouble& trouble)
{
    auto now = clock.now();
    auto id = trouble.webhook.id.value;
    bool gone = trouble.kind == webhooks::Trouble::Kind::gone;
    // Once a day is enough of what is given up, and keeps a webhook that follows notices from telling of itself for ever.
    auto day = std::chrono::time_point_cast<Duration>(std::chrono::floor<std::chrono::days>(now));
    notices::NewNotice notice;
    notice.dedup_key =
        gone ? fmt::format("webhook_gone:{}:{}", id, stored(now)) : fmt::format("webhook:{}:{}", id, stored(day));
    auto language = notices::language_of(settings);
    bool english = language == notices::Language::en;
    auto what = english ? (gone ? "its receiver is gone, it is paused" : "not delivered for days")
                        : (gone ? "отримувача вже немає, вебхук призупинено" : "не доставлено кілька діб");
    notice.values = {{"subject", (english ? "webhook " : "вебхук ") + trouble.webhook.name},
                     {"reason", fmt::format("{}: {}, {}", what, trouble.event, trouble.error)}};
    notices::raise(tx, now, language, notice);
}

void tell_of_hook(db::Tx& tx, const Clock& clock, const settings::Settings& settings, const std::string& app,
                  const std::string& why)
{
    auto now = clock.now();
    auto language = notices::language_of(settings);
    bool english = language == notices::Language::en;
    auto day = std::chrono::time_point_cast<Duration>(std::chrono::floor<std::chrono::days>(now));
    notices::NewNotice notice;
    notice.dedup_key = fmt::format("realtime_hook:{}:{}", app, stored(day));
    notice.values = {{"subject", (english ? "webhook of the realtime app " : "вебхук застосунку реального часу ") + app},
                     {"reason", (english ? "not delivered for hours: " : "не доставлено кілька годин: ") + why}};
    notices::raise(tx, now, language, notice);
}

void tell_of_outside(db::Tx& tx, const Clock& clock, const settings::Settings& settings, const std::string& node,
                     const std::string& server, const std::optional<realtime::Trouble>& trouble, bool over)
{
    auto now = clock.now();
    notices::NewNotice notice;
    notice.kind = notices::Kind::realtime_silent;
    notice.dedup_key = fmt::format("realtime_silent:{}:", node);
    if (trouble)
        notice.values = {{"server", server},
                         {"since", iso(trouble->since)},
                         {"reason", trouble->reason},
                         {"lost", std::to_string(trouble->lost)}};
    if (over) return notices::settle(tx, now, notices::language_of(settings), notice, "SMG CRM");
    if (trouble) notice.dedup_key += stored(trouble->since);
    notices::raise(tx, now, notices::language_of(settings), notice);
}

}  // namespace smg
