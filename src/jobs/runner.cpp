#include "jobs/runner.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>

#include <algorithm>

#include "base/log.hpp"
#include "base/random.hpp"
#include "jobs/backoff.hpp"

namespace smg::jobs {
namespace {

namespace asio = boost::asio;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Executor>;

constexpr Duration drain_look = std::chrono::milliseconds(20);

Async<void> sleep_for(asio::io_context& io, Duration time)
{
    Timer timer(io, time);
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(use_async, ignored));
}

/// What is to be written, decided once: a closure may run again and must not roll dice.
struct Ending {
    Outcome outcome;
    Time retry_at;
};

bool write_down(db::Tx& tx, Time now, const Job& job, const Kind& kind, const Ending& ending, const Tell& tell)
{
    if (auto again = std::get_if<Retry>(&ending.outcome))
        return retry(tx, now, job, again->reason, ending.retry_at, kind.max_tries, tell);
    if (auto later = std::get_if<Park>(&ending.outcome)) return park(tx, now, job, later->reason, later->until);
    return finish(tx, now, job);
}

}  // namespace

Runner::Runner(asio::io_context& io, db::Database& db, const Clock& clock, std::vector<Kind> kinds, Boot boot,
               LaneLimit lane_limit, Tell tell, const RunnerOptions& options)
    : io_(io),
      db_(db),
      clock_(clock),
      kinds_(std::move(kinds)),
      boot_(std::move(boot)),
      lane_limit_(std::move(lane_limit)),
      tell_(std::move(tell)),
      options_(options),
      steadiness_(options.steady_after),
      loop_(io, "jobs", options.poll, [this] { return step(); })
{
}

void Runner::start()
{
    steadiness_.went_on(clock_.now());
    loop_.start();
}

Async<void> Runner::stop(Duration patience)
{
    stopping_ = true;
    co_await loop_.stop();
    auto deadline = std::chrono::steady_clock::now() + patience;
    while (!held_.empty() && std::chrono::steady_clock::now() < deadline) {
        co_await sleep_for(io_, drain_look);
        try {
            co_await renew_leases(clock_.now());
        } catch (const db::DatabaseError& e) {
            log::warning("jobs: while stopping: {}", e.what());
        }
    }
    for (const auto& [id, held] : held_)
        log::warning("jobs: {} {} has not ended in time; it comes again", held.job.kind, id.value);
}

Async<void> Runner::step()
{
    auto now = clock_.now();
    steadiness_.went_on(now);
    try {
        co_await renew_leases(now);
        if (!rescued_at_ || now < *rescued_at_ || now - *rescued_at_ >= options_.rescue_every) co_await rescue(now);
        while (!stopping_ && co_await claim_some()) {}
    } catch (...) {
        steadiness_.disturbed(clock_.now());
        throw;
    }
}

Async<void> Runner::rescue(Time now)
{
    std::vector<JobId> held;
    for (const auto& [id, job] : held_) held.push_back(id);
    auto silent_since = steadiness_.silent_since(now);
    auto expired_before = steadiness_.steady(now) ? now : Time{};
    auto work = [this, now, held, silent_since, expired_before](db::Tx& tx) -> Result<int> {
        Lost lost{live_boots(tx, boot_, silent_since), expired_before};
        end_others(tx, now, lost.live);
        release_unheld(tx, boot_.boot_id, held);
        return release_lost(tx, now, lost, tell_);
    };
    auto released = co_await db_.write(std::move(work));
    if (released.value_or(0) > 0) log::warning("jobs: {} were in hand of a process that died; they wait again", *released);
    rescued_at_ = now;
}

Async<void> Runner::renew_leases(Time now)
{
    std::vector<std::pair<Job, Time>> due;
    for (const auto& [id, held] : held_)
        if (now - held.leased_at >= held.kind->lease / 2) due.emplace_back(held.job, now + held.kind->lease);
    if (due.empty()) co_return;
    auto work = [due](db::Tx& tx) -> Result<std::vector<JobId>> {
        std::vector<JobId> lost;
        for (const auto& [job, until] : due)
            if (!renew(tx, job, until)) lost.push_back(job.id);
        return lost;
    };
    auto lost = co_await db_.write(std::move(work));
    for (const auto& [job, until] : due)
        if (auto held = held_.find(job.id); held != held_.end()) held->second.leased_at = now;
    for (auto id : lost.value()) log::warning("jobs: the lease of {} is lost while it runs", id.value);
}

std::vector<FreeSlots> Runner::free_slots() const
{
    std::vector<FreeSlots> slots;
    for (const auto& kind : kinds_) {
        if (options_.may_take && !options_.may_take(kind.name)) continue;
        auto running = std::ranges::count_if(held_, [&](const auto& one) { return one.second.kind == &kind; });
        slots.push_back({std::string(kind.name), kind.concurrency - static_cast<int>(running), kind.lease});
    }
    return slots;
}

/// True when it is worth asking at once again.
Async<bool> Runner::claim_some()
{
    ClaimRequest request{boot_.boot_id, free_slots(), lane_limit_, options_.claim_at_most};
    hungry_ = true;
    if (std::ranges::all_of(request.slots, [](const FreeSlots& slots) { return slots.free <= 0; })) co_return false;
    auto now = clock_.now();
    auto work = [request, now](db::Tx& tx) { return claim(tx, now, request); };
    auto claimed = co_await db_.write(std::move(work));
    hungry_ = claimed.more;
    if (stopping_) {
        co_await give_back(std::move(claimed.jobs));
        co_return false;
    }
    for (const auto& job : claimed.jobs) {
        auto kind = std::ranges::find(kinds_, job.kind, &Kind::name);
        held_[job.id] = {job, &*kind, now};
        asio::co_spawn(io_, run(job, *kind), asio::detached);
    }
    co_return static_cast<int>(claimed.jobs.size()) == options_.claim_at_most;
}

Async<void> Runner::give_back(std::vector<Job> jobs)
{
    auto work = [jobs](db::Tx& tx) -> Result<void> {
        for (const auto& job : jobs) release(tx, job);
        return {};
    };
    co_await db_.write(std::move(work));
}

Async<void> Runner::run(Job job, const Kind& kind)
{
    auto outcome = co_await attempt(job, kind);
    try {
        co_await settle(job, kind, std::move(outcome));
    } catch (const std::exception& e) {
        log::error("jobs: {} {} cannot be written down, its lease will expire: {}", job.kind, job.id.value, e.what());
    } catch (...) {
        log::error("jobs: {} {} cannot be written down, its lease will expire", job.kind, job.id.value);
    }
    if (auto held = held_.find(job.id); held != held_.end() && held->second.job.fence == job.fence) held_.erase(held);
    if (hungry_) wake();
}

Async<Outcome> Runner::attempt(Job job, const Kind& kind)
{
    auto name = kind.name;
    auto id = job.id.value;
    try {
        co_return co_await kind.work(std::move(job));
    } catch (const db::Unavailable& e) {
        log::warning("jobs: {} {}: {}", name, id, e.what());
        co_return Park{"the database was not available", clock_.now() + options_.database_pause};
    } catch (const std::exception& e) {
        log::error("jobs: {} {}: {}", name, id, e.what());
        co_return Retry{e.what()};
    } catch (...) {
        log::error("jobs: {} {}: an unknown exception", name, id);
        co_return Retry{"an unknown exception"};
    }
}

Async<void> Runner::settle(Job job, const Kind& kind, Outcome outcome)
{
    if (std::holds_alternative<Settled>(outcome)) co_return;
    auto random = random_below(UINT32_MAX);
    while (true) {
        auto now = clock_.now();
        Ending ending{outcome, now + backoff(kind.first_delay, kind.last_delay, job.tries, random)};
        if (auto again = std::get_if<Retry>(&outcome); again && again->delay) ending.retry_at = now + *again->delay;
        auto work = [this, now, &job, &kind, ending](db::Tx& tx) -> Result<bool> {
            return write_down(tx, now, job, kind, ending, tell_);
        };
        try {
            auto written = co_await db_.write(std::move(work));
            if (!*written) log::warning("jobs: {} {} ended after its lease was lost", job.kind, job.id.value);
            co_return;
        } catch (const db::Unavailable& e) {
            log::warning("jobs: {} {} waits to be written down: {}", job.kind, job.id.value, e.what());
        }
        co_await sleep_for(io_, options_.poll);
    }
}

}  // namespace smg::jobs
