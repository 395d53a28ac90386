#include "orders/tracking.hpp"

#include <fmt/core.h>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "base/log.hpp"
#include "base/text.hpp"
#include "orders/order_store.hpp"

namespace smg::orders {
namespace {

namespace asio = boost::asio;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Executor>;

constexpr int at_once = static_cast<int>(suppliers::max_ids);

// `{"order":41}`, `{"provider":3}`
std::int64_t number_in(const jobs::Job& job, std::string_view name)
{
    auto payload = json::parse(job.payload);
    auto found = payload && payload->is_object() ? payload->get_object().if_contains(name) : nullptr;
    return found ? json::as_integer(*found).value_or(0) : 0;
}

void enqueue_for(db::Tx& tx, Time now, std::string_view kind, OrderId order)
{
    jobs::NewJob job;
    job.kind = kind;
    job.payload = fmt::format(R"({{"order":{}}})", order.value);
    job.dedup_key = fmt::format("{}:{}", kind, order.value);
    jobs::enqueue(tx, now, job);
}

Result<Order> with_event(db::Tx& tx, Time now, const Order& order, const Actor& who, std::string kind, std::string detail,
                         std::vector<Change> changes)
{
    auto updated = update_order(tx, now, order, std::move(changes));
    if (!updated) return updated;
    auto event = make_event(order.id, now, who, std::move(kind));
    if (!detail.empty()) event.detail = std::move(detail);
    add_event(tx, std::move(event));
    return updated;
}

}  // namespace

Result<Order> ask_cancel(db::Tx& tx, Time now, const Order& order, const Actor& who)
{
    if (order.phase != Phase::executing)
        return fail(Code::conflict, fmt::format("order {} is {}: nothing runs at the supplier", order.id.value, word(order.phase)));
    enqueue_for(tx, now, cancel_job, order.id);
    return with_event(tx, now, order, who, "cancel_asked", {}, {});
}

Result<Order> ask_refill(db::Tx& tx, Time now, const Order& order, const Actor& who)
{
    bool possible = order.phase == Phase::executing || order.phase == Phase::completed || order.phase == Phase::partial;
    if (!possible || !order.supplier_order_number)
        return fail(Code::conflict, fmt::format("order {} is {}: there is nothing to refill", order.id.value, word(order.phase)));
    enqueue_for(tx, now, refill_job, order.id);
    return with_event(tx, now, order, who, "refill_asked", {}, {});
}

Tracking::Tracking(db::Database& db, const Clock& clock, const MasterKey& master, const settings::Settings& settings, net::HttpClient& http)
    : db_(db), clock_(clock), master_(master), settings_(settings), http_(http)
{
}

Async<jobs::Outcome> Tracking::enqueue_polls(jobs::Job)
{
    auto enqueue = [this](db::Tx& tx) -> Result<void> {
        auto now = clock_.now();
        auto due = tx.query<ProviderId>("SELECT DISTINCT api_provider_id FROM orders WHERE api_provider_id IS NOT NULL AND "
                                        "(poll_at <= ? OR refill_status IN ('waiting', 'running'))",
                                        now);
        for (auto provider : due) {
            jobs::NewJob job;
            job.kind = poll_job;
            job.payload = fmt::format(R"({{"provider":{}}})", provider.value);
            job.dedup_key = fmt::format("{}:{}", poll_job, provider.value);
            jobs::enqueue(tx, now, job);
        }
        return {};
    };
    co_await db_.write(std::move(enqueue));
    co_return jobs::Done{};
}

// Up to 100 orders of a supplier whose status is due, the longest waiting first; or those with a refill under way.
Result<Tracking::Visit> Tracking::next_visit(db::Tx& tx, ProviderId id, bool refills) const
{
    auto provider = suppliers::find_provider(tx, id);
    if (!provider) return fail(Code::not_found, "the supplier is gone");
    auto endpoint = suppliers::endpoint_of(tx, master_, settings_, *provider);
    if (!endpoint) return fail(endpoint.error());
    auto now = clock_.now();
    auto orders = refills ? tx.select<Order>("FROM orders WHERE refill_status IN ('waiting', 'running') AND api_provider_id = ? AND "
                                             "refill_number IS NOT NULL ORDER BY id LIMIT ?",
                                             id, at_once)
                          : tx.select<Order>("FROM orders WHERE api_provider_id = ? AND poll_at <= ? AND phase = ? ORDER BY poll_at LIMIT ?",
                                             id, now, Phase::executing, at_once);
    return Visit{std::move(*provider), std::move(*endpoint), std::move(orders)};
}

Async<jobs::Outcome> Tracking::poll(jobs::Job job)
{
    ProviderId provider{number_in(job, "provider")};
    for (bool refills : {false, true}) {
        while (true) {
            auto find_due = [&](db::Tx& tx) { return next_visit(tx, provider, refills); };
            auto visit = co_await db_.read(std::move(find_due));
            if (!visit) co_return jobs::Done{};
            auto count = visit->orders.size();
            if (count == 0) break;
            auto supplier = visit->provider;
            auto asked = refills ? poll_refills(std::move(*visit)) : poll_statuses(std::move(*visit));
            auto problem = co_await std::move(asked);
            // The timetable asks again soon; a supplier that stays silent is told of by the task `errors`.
            if (problem) co_return jobs::Done{};
            if (refills || count < suppliers::max_ids) break;
            co_await pause_for_rate(supplier);
        }
    }
    co_return jobs::Done{};
}

Async<std::optional<std::string>> Tracking::poll_statuses(Visit visit) const
{
    std::vector<std::string> numbers;
    for (const auto& order : visit.orders) numbers.push_back(*order.supplier_order_number);
    suppliers::ApiClient client(http_, visit.endpoint);
    auto statuses = co_await client.status(std::move(numbers));
    if (!statuses) {
        log::warning("supplier {}: no statuses: {}", visit.provider.name, statuses.error().message);
        co_return statuses.error().message;
    }
    auto apply = [&](db::Tx& tx) -> Result<void> {
        auto now = clock_.now();
        suppliers::note_answer(tx, now, visit.provider.id);
        for (const auto& seen : visit.orders) {
            auto order = find_order(tx, seen.id);
            if (!order || order->phase != Phase::executing || order->supplier_order_number != seen.supplier_order_number) continue;
            auto found = statuses->find(*seen.supplier_order_number);
            suppliers::OrderStatus missing;
            missing.error = "the supplier left this order out of its reply";
            auto applied = apply_status(tx, now, *order, found == statuses->end() ? missing : found->second, settings_);
            if (!applied) return fail(applied.error());
        }
        return {};
    };
    auto applied = co_await db_.write(std::move(apply));
    if (!applied) co_return applied.error().message;
    co_return std::nullopt;
}

Async<std::optional<std::string>> Tracking::poll_refills(Visit visit) const
{
    std::vector<std::string> numbers;
    for (const auto& order : visit.orders) numbers.push_back(*order.refill_number);
    suppliers::ApiClient client(http_, visit.endpoint);
    auto statuses = co_await client.refill_status(std::move(numbers));
    if (!statuses) co_return statuses.error().message;
    auto apply = [&](db::Tx& tx) -> Result<void> {
        for (const auto& seen : visit.orders) {
            auto order = find_order(tx, seen.id);
            auto found = statuses->find(*seen.refill_number);
            if (!order || found == statuses->end() || !found->second.error.empty()) continue;
            auto now_word = std::string(word(found->second.word));
            if (found->second.word == suppliers::RefillWord::unknown_word || order->refill_status == now_word) continue;
            auto changed = with_event(tx, clock_.now(), *order, {Actor::Kind::supplier, "supplier " + visit.provider.name}, "refill_status",
                                      found->second.raw_word, {set(tx, "refill_status", now_word)});
            if (!changed) return fail(changed.error());
        }
        return {};
    };
    auto applied = co_await db_.write(std::move(apply));
    if (!applied) co_return applied.error().message;
    co_return std::nullopt;
}

Async<Result<Tracking::Visit>> Tracking::visit_for(std::int64_t id) const
{
    auto look = [this, id](db::Tx& tx) -> Result<Visit> {
        auto order = find_order(tx, OrderId{id});
        if (!order || !order->api_provider_id || !order->supplier_order_number) return fail(Code::not_found, "nothing to ask about");
        auto provider = suppliers::find_provider(tx, *order->api_provider_id);
        if (!provider) return fail(Code::not_found, "the supplier is gone");
        auto endpoint = suppliers::endpoint_of(tx, master_, settings_, *provider);
        if (!endpoint) return fail(endpoint.error());
        return Visit{std::move(*provider), std::move(*endpoint), {std::move(*order)}};
    };
    co_return co_await db_.read(std::move(look));
}

Async<jobs::Outcome> Tracking::refill(jobs::Job job)
{
    auto visit = co_await visit_for(number_in(job, "order"));
    if (!visit) co_return jobs::Done{};
    const auto& order = visit->orders.front();
    suppliers::ApiClient client(http_, visit->endpoint);
    std::vector<std::string> numbers{*order.supplier_order_number};
    auto answers = co_await client.refill(std::move(numbers));
    if (!answers) co_return jobs::Retry{answers.error().message};
    auto answer = answers->find(*order.supplier_order_number);
    bool begun = answer != answers->end() && answer->second.error.empty() && !answer->second.number.empty();
    auto write = [&](db::Tx& tx) -> Result<void> {
        auto now_order = find_order(tx, order.id);
        std::vector<Change> changes;
        if (begun) changes = {set(tx, "refill_number", answer->second.number), set(tx, "refill_status", "waiting")};
        auto why = begun ? answer->second.number : answer == answers->end() ? std::string("no answer for this order") : answer->second.error;
        auto done = with_event(tx, clock_.now(), *now_order, {Actor::Kind::supplier, "supplier " + visit->provider.name},
                               begun ? "refill_begun" : "refill_refused", why, std::move(changes));
        if (!done) return fail(done.error());
        return {};
    };
    auto written = co_await db_.write(std::move(write));
    if (!written) co_return jobs::Retry{written.error().message};
    co_return jobs::Done{};
}

Async<jobs::Outcome> Tracking::cancel(jobs::Job job)
{
    auto visit = co_await visit_for(number_in(job, "order"));
    if (!visit || visit->orders.front().phase != Phase::executing) co_return jobs::Done{};
    const auto& order = visit->orders.front();
    suppliers::ApiClient client(http_, visit->endpoint);
    std::vector<std::string> numbers{*order.supplier_order_number};
    auto answers = co_await client.cancel(std::move(numbers));
    if (!answers) co_return jobs::Retry{answers.error().message};
    auto answer = answers->find(*order.supplier_order_number);
    bool taken = answer != answers->end() && answer->second.error.empty();
    auto write = [&](db::Tx& tx) -> Result<void> {
        auto now_order = find_order(tx, order.id);
        auto why = taken ? std::string() : answer == answers->end() ? std::string("no answer for this order") : answer->second.error;
        // Cancelling is a wish: whether it was fulfilled, the next status says.
        auto done = with_event(tx, clock_.now(), *now_order, {Actor::Kind::supplier, "supplier " + visit->provider.name},
                               taken ? "cancel_taken" : "cancel_refused", why, {set(tx, "poll_at", clock_.now())});
        if (!done) return fail(done.error());
        return {};
    };
    auto written = co_await db_.write(std::move(write));
    if (!written) co_return jobs::Retry{written.error().message};
    co_return jobs::Done{};
}

Async<void> Tracking::pause_for_rate(const suppliers::Provider& provider) const
{
    constexpr int second_ms = 1000;
    auto executor = co_await asio::this_coro::executor;
    Timer timer(executor);
    timer.expires_after(std::chrono::milliseconds(second_ms / std::max(1, provider.calls_per_second)));
    co_await timer.async_wait(use_async);
}

}  // namespace smg::orders
