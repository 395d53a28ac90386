#include "orders/batch_jobs.hpp"

#include "orders/batch_store.hpp"
#include "orders/order_store.hpp"
#include "sites/token_store.hpp"

namespace smg::orders {
namespace {

constexpr int at_once = 50;      // lines read together
constexpr int most_slices = 20;  // then others have their turn

/// A batch with what is next, and who does it.
struct Slice {
    Batch batch;
    std::optional<http::Caller> caller;
    std::vector<BatchLine> lines;
};

std::int64_t batch_in(const jobs::Job& job)
{
    auto payload = json::parse(job.payload);
    auto found = payload && payload->is_object() ? payload->get_object().if_contains("batch") : nullptr;
    return found ? json::as_integer(*found).value_or(0) : 0;
}

std::optional<http::Caller> who_does(db::Tx& tx, const BatchWork& work, const Batch& batch)
{
    if (!batch.user_id)
        return sites::is_live(tx, work.clock.now(), batch.token_id) ? std::optional(caller_of(batch)) : std::nullopt;
    return work.person(tx, *batch.user_id);
}

Result<void> decide_line(db::Tx& tx, const BatchWork& work, const Slice& slice, const BatchLine& line)
{
    auto decision = json::to<Decision>(slice.batch.params);
    if (!decision) return fail(decision.error());
    auto order = find_order(tx, line.order_id.value_or(OrderId{}));
    if (!order) return fail(Code::not_found, "There is no such order.");
    decision->id = order->id;
    decision->version = order->version;
    auto kinds = decisions_on(*order);
    if (std::ranges::find(kinds, decision->kind) == kinds.end())
        return fail(Code::conflict, "The order is " + order->status + " now.");
    auto decided = decide(tx, work.clock.now(), *slice.caller, *decision, work.settings, work.sender_is_gone, std::nullopt);
    if (!decided) return fail(decided.error());
    line_done(tx, line);
    return {};
}

Async<Result<void>> take_line(const BatchWork& work, const Slice& slice, const BatchLine& line)
{
    SiteId id{json::as_integer(slice.batch.params.as_object().at("site_id")).value_or(0)};
    auto site = co_await work.callers.site(id);
    if (!site || !slice.caller->may_see(id)) co_return fail(Code::not_found, "There is no such site.");
    auto draft = read_draft(line.draft.value_or(json::object()).as_object(), "", *site, work.clock.now());
    if (!draft) co_return fail(draft.error());
    auto taken = co_await work.intake.take(std::move(*draft));
    if (!taken) co_return fail(taken.error());
    auto write = [&](db::Tx& tx) -> Result<void> { return line_done(tx, line), Result<void>{}; };
    co_return co_await work.db.write(std::move(write));
}

Async<void> do_line(const BatchWork& work, const Slice& slice, const BatchLine& line)
{
    Result<void> done;
    if (line.order_id) {
        auto write = [&](db::Tx& tx) { return decide_line(tx, work, slice, line); };
        done = co_await work.db.write(std::move(write));
    } else {
        done = co_await take_line(work, slice, line);
    }
    if (done) co_return;
    auto note = [&](db::Tx& tx) -> Result<void> { return line_failed(tx, line, done.error().message), Result<void>{}; };
    co_await work.db.write(std::move(note));
}

}  // namespace

Async<jobs::Outcome> run_batch(BatchWork work, jobs::Job job)
{
    auto id = batch_in(job);
    for (int slices = 0; slices < most_slices; ++slices) {
        auto look = [&](db::Tx& tx) -> std::optional<Slice> {
            auto batch = find_batch(tx, id);
            if (!batch || batch->state != BatchState::running) return std::nullopt;
            auto caller = who_does(tx, work, *batch);
            auto lines = next_lines(tx, id, at_once);
            return Slice{std::move(*batch), std::move(caller), std::move(lines)};
        };
        auto slice = co_await work.db.read(std::move(look));
        if (!slice) co_return jobs::Done{};
        if (!slice->caller || slice->lines.empty()) {
            auto state = slice->lines.empty() ? BatchState::done : BatchState::canceled;
            auto finish = [&](db::Tx& tx) -> Result<void> {
                return end_batch(tx, work.clock.now(), id, state), Result<void>{};
            };
            co_await work.db.write(std::move(finish));
            co_return jobs::Done{};
        }
        for (const auto& line : slice->lines) co_await do_line(work, *slice, line);
    }
    co_return jobs::Park{"more lines are to be done", work.clock.now()};
}

}  // namespace smg::orders
