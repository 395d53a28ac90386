#include "orders/tracking.hpp"

#include <fmt/core.h>

#include "base/log.hpp"
#include "base/text.hpp"
#include "orders/order_store.hpp"

namespace smg::orders {
namespace {

constexpr int at_once = static_cast<int>(suppliers::max_ids);
constexpr int most_rounds = 25, most_tries = 5;
constexpr std::size_t longest_number = 64;

// `{"order":41}`, `{"provider":3}`
std::int64_t number_in(const jobs::Job& job, std::string_view name)
{
    auto payload = json::parse(job.payload);
    auto found = payload && payload->is_object() ? payload->get_object().if_contains(name) : nullptr;
    return found ? json::as_integer(*found).value_or(0) : 0;
}

// The supplier's answer on one order, or in our words why there is none.
suppliers::Answer answer_for(const Result<suppliers::Answers>& answers, const std::string& number)
{
    if (!answers) return {answers.error().message, {}};
    auto found = answers->find(number);
    if (found == answers->end()) return {"the supplier left this order out of its reply", {}};
    return found->second;
}

void enqueue_for(db::Tx& tx, Time now, std::string_view kind, OrderId order)
{
    jobs::NewJob job;
    job.kind = kind;
    job.payload = fmt::format(R"({{"order":{}}})", order.value);
    job.dedup_key = fmt::format("{}:{}", kind, order.value);
    jobs::enqueue(tx, now, job);
}

void enqueue_poll(db::Tx& tx, Time now, ProviderId provider)
{
    jobs::NewJob job;
    job.kind = poll_job;
    job.payload = fmt::format(R"({{"provider":{}}})", provider.value);
    job.dedup_key = fmt::format("{}:{}", poll_job, provider.value);
    jobs::enqueue(tx, now, job);
}

bool anything_due(db::Tx& tx, Time now, ProviderId provider)
{
    return tx.first<std::int64_t>("SELECT 1 FROM orders WHERE api_provider_id = ? AND poll_at <= ? LIMIT 1", provider,
                                  now) ||
           tx.first<std::int64_t>(
               "SELECT 1 FROM orders WHERE api_provider_id = ? AND refill_status IN ('waiting', 'running') LIMIT 1",
               provider);
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
        return fail(Code::conflict,
                    fmt::format("order {} is {}: nothing runs at the supplier", order.id.value, word(order.phase)));
    enqueue_for(tx, now, cancel_job, order.id);
    return with_event(tx, now, order, who, "cancel_asked", {}, {});
}

Result<Order> ask_refill(db::Tx& tx, Time now, const Order& order, const Actor& who)
{
    bool possible = order.phase == Phase::executing || order.phase == Phase::completed || order.phase == Phase::partial;
    if (!possible || !order.supplier_order_number)
        return fail(Code::conflict,
                    fmt::format("order {} is {}: there is nothing to refill", order.id.value, word(order.phase)));
    enqueue_for(tx, now, refill_job, order.id);
    return with_event(tx, now, order, who, "refill_asked", {}, {});
}

Result<Order> ask_refresh(db::Tx& tx, Time now, const Order& order, const Actor& who)
{
    if (order.phase != Phase::executing || !order.api_provider_id)
        return fail(Code::conflict,
                    fmt::format("order {} is {}: nothing runs at the supplier", order.id.value, word(order.phase)));
    enqueue_poll(tx, now, *order.api_provider_id);
    return with_event(tx, now, order, who, "refresh_asked", {}, {set(tx, "poll_at", now)});
}

Tracking::Tracking(db::Database& db, const Clock& clock, const MasterKey& master, const settings::Settings& settings,
                   net::HttpClient& http, suppliers::Traffic& traffic)
    : db_(db), clock_(clock), master_(master), settings_(settings), http_(http), traffic_(traffic)
{
}

Async<jobs::Outcome> Tracking::enqueue_polls(jobs::Job)
{
    auto now = clock_.now();
    auto find_due = [now](db::Tx& tx) {
        auto providers =
            tx.query<ProviderId>("SELECT id FROM api_providers ORDER BY id");  // also inactive ones: their orders go on
        std::erase_if(providers, [&](ProviderId id) { return !anything_due(tx, now, id); });
        return providers;
    };
    auto due = co_await db_.read(std::move(find_due));
    if (due.empty()) co_return jobs::Done{};
    auto enqueue = [&](db::Tx& tx) -> Result<void> {
        for (auto provider : due) enqueue_poll(tx, now, provider);
        return {};
    };
    co_await db_.write(std::move(enqueue));
    co_return jobs::Done{};
}

// Orders of a supplier whose status is due, the longest waiting first; or those with a refill under way.
Result<Tracking::Visit> Tracking::next_visit(db::Tx& tx, ProviderId id, bool refills, int most) const
{
    auto provider = suppliers::find_provider(tx, id);
    if (!provider) return fail(Code::not_found, "the supplier is gone");
    auto endpoint = suppliers::endpoint_of(tx, master_, settings_, *provider);
    if (!endpoint) return fail(endpoint.error());
    auto now = clock_.now();
    auto orders = refills
                      ? tx.select<Order>(
                            "FROM orders WHERE api_provider_id = ? AND refill_status IN ('waiting', 'running') AND "
                            "refill_number IS NOT NULL ORDER BY answered_at LIMIT ?",
                            id, most)
                      : tx.select<Order>(
                            "FROM orders WHERE api_provider_id = ? AND poll_at <= ? AND phase = ? ORDER BY poll_at LIMIT ?",
                            id, now, Phase::executing, most);
    return Visit{std::move(*provider), std::move(*endpoint), std::move(orders)};
}

// Refills first, since they are few; then statuses as long as enough are due. A supplier with very many orders gives the
// place back now and then, so that others have their turn.
Async<jobs::Outcome> Tracking::poll(jobs::Job job)
{
    ProviderId provider{number_in(job, "provider")};
    co_await visit_refills(provider);
    for (int rounds = 0; rounds < most_rounds; ++rounds) {
        auto most = at_once * static_cast<int>(settings_.integer("statuses.parallel"));
        auto asked = co_await visit_statuses(provider, most);
        if (asked < most) co_return jobs::Done{};
    }
    co_return jobs::Park{"more statuses are due", clock_.now()};
}

Async<void> Tracking::visit_refills(ProviderId provider)
{
    auto find_due = [&](db::Tx& tx) { return next_visit(tx, provider, true, at_once); };
    auto visit = co_await db_.read(std::move(find_due));
    if (visit && !visit->orders.empty()) co_await poll_refills(std::move(*visit));
}

// How many orders were asked about; 0 as well when the supplier did not answer. The timetable asks again soon, and silence
// is told of by the task `errors`.
Async<int> Tracking::visit_statuses(ProviderId provider, int most)
{
    auto find_due = [&](db::Tx& tx) { return next_visit(tx, provider, false, most); };
    auto visit = co_await db_.read(std::move(find_due));
    if (!visit || visit->orders.empty()) co_return 0;
    auto count = static_cast<int>(visit->orders.size());
    bool answered = co_await poll_together(std::move(*visit));
    co_return answered ? count : 0;
}

Async<std::optional<std::string>> Tracking::poll_refills(Visit visit) const
{
    std::vector<std::string> numbers;
    for (const auto& order : visit.orders) numbers.push_back(*order.refill_number);
    suppliers::ApiClient client(http_, visit.endpoint, traffic_);
    auto statuses = co_await client.refill_status(std::move(numbers));
    if (!statuses) co_return statuses.error().message;
    auto apply = [&](db::Tx& tx) -> Result<void> {
        for (const auto& seen : visit.orders) {
            auto order = find_order(tx, seen.id);
            auto found = statuses->find(*seen.refill_number);
            tx.execute("UPDATE orders SET answered_at = ? WHERE id = ?", clock_.now(), seen.id);  // to the end of the line
            if (!order || found == statuses->end() || !found->second.error.empty()) continue;
            auto now_word = std::string(word(found->second.word));
            if (found->second.word == suppliers::RefillWord::unknown_word || order->refill_status == now_word) continue;
            auto changed = with_event(tx, clock_.now(), *order, {Actor::Kind::supplier, "supplier " + visit.provider.name},
                                      "refill_status", found->second.raw_word, {set(tx, "refill_status", now_word)});
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
        if (!order || !order->api_provider_id || !order->supplier_order_number)
            return fail(Code::not_found, "nothing to ask about");
        auto provider = suppliers::find_provider(tx, *order->api_provider_id);
        if (!provider) return fail(Code::not_found, "the supplier is gone");
        auto endpoint = suppliers::endpoint_of(tx, master_, settings_, *provider);
        if (!endpoint) return fail(endpoint.error());
        return Visit{std::move(*provider), std::move(*endpoint), {std::move(*order)}};
    };
    co_return co_await db_.read(std::move(look));
}

// Asked once: a refill whose answer is lost may have begun, so a person sees that and decides.
Async<jobs::Outcome> Tracking::refill(jobs::Job job)
{
    auto visit = co_await visit_for(number_in(job, "order"));
    if (!visit) co_return jobs::Done{};
    const auto& order = visit->orders.front();
    suppliers::ApiClient client(http_, visit->endpoint, traffic_);
    std::vector<std::string> numbers{*order.supplier_order_number};
    auto answers = co_await client.refill(std::move(numbers));
    auto said = answer_for(answers, *order.supplier_order_number);
    bool begun = said.error.empty() && !said.number.empty();
    co_await write_answer(*visit, begun ? "refill_begun" : "refill_refused", begun ? said.number : said.error,
                          [&](db::Tx& tx, const Order&) {
                              if (!begun) return std::vector<Change>{};
                              return std::vector<Change>{set(tx, "refill_number", cut(said.number, longest_number)),
                                                         set(tx, "refill_status", "waiting")};
                          });
    co_return jobs::Done{};
}

Async<jobs::Outcome> Tracking::cancel(jobs::Job job)
{
    auto visit = co_await visit_for(number_in(job, "order"));
    if (!visit || visit->orders.front().phase != Phase::executing) co_return jobs::Done{};
    const auto& order = visit->orders.front();
    suppliers::ApiClient client(http_, visit->endpoint, traffic_);
    std::vector<std::string> numbers{*order.supplier_order_number};
    auto answers = co_await client.cancel(std::move(numbers));
    if (!answers && answers.error().code != Code::failed) co_return jobs::Retry{answers.error().message};
    auto said = answer_for(answers, *order.supplier_order_number);
    // Cancelling is a wish: whether it was fulfilled, the next status says.
    co_await write_answer(*visit, said.error.empty() ? "cancel_taken" : "cancel_refused", said.error,
                          [&](db::Tx& tx, const Order& now_order) {
                              if (now_order.phase != Phase::executing) return std::vector<Change>{};
                              return std::vector<Change>{set(tx, "poll_at", clock_.now())};
                          });
    co_return jobs::Done{};
}

// What the supplier answered, with its event. A conflict with someone's change in the same moment is tried again: the answer
// is not asked for twice.
Async<void> Tracking::write_answer(const Visit& visit, std::string kind, std::string detail, ChangesFor changes) const
{
    auto id = visit.orders.front().id;
    Actor supplier{Actor::Kind::supplier, "supplier " + visit.provider.name};
    auto write = [&](db::Tx& tx) -> Result<void> {
        auto order = find_order(tx, id);
        if (!order) return {};
        auto done = with_event(tx, clock_.now(), *order, supplier, kind, detail, changes(tx, *order));
        if (!done) return fail(done.error());
        return {};
    };
    for (int tries = 0; tries < most_tries; ++tries) {
        auto written = co_await db_.write(write);
        if (written) co_return;
        log::info("order {}: {}", id.value, written.error().message);
    }
}

}  // namespace smg::orders
