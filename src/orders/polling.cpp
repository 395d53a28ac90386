#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>

#include "base/log.hpp"
#include "base/random.hpp"
#include "orders/tracking.hpp"

namespace smg::orders {
namespace {

namespace asio = boost::asio;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Executor>;

/// Calls under way together, on one I/O thread.
class Together {
public:
    explicit Together(const Executor& executor) : executor_(executor), ended_(executor, Timer::time_point::max()) {}

    /// Each gives the problem it had, if any.
    void begin(Async<std::optional<std::string>> call)
    {
        ++open_;
        asio::co_spawn(executor_, std::move(call), [this](std::exception_ptr thrown, std::optional<std::string> problem) {
            if (thrown) thrown_ = thrown;
            well_ = well_ && !thrown && !problem;
            if (--open_ == 0) ended_.cancel();
        });
    }

    /// Whether all went well; throws what one of them threw. Must be awaited before this object goes.
    Async<bool> end()
    {
        while (open_ > 0) {
            boost::system::error_code ignored;
            co_await ended_.async_wait(asio::redirect_error(use_async, ignored));
        }
        if (thrown_) std::rethrow_exception(thrown_);
        co_return well_;
    }

private:
    Executor executor_;
    Timer ended_;
    int open_ = 0;
    bool well_ = true;
    std::exception_ptr thrown_;
};

}  // namespace

// As many calls at once as the visit has hundreds of orders. A supplier that answers in 50 ms would else be asked about no
// more than 2,000 orders a second.
Async<bool> Tracking::poll_together(Visit visit) const
{
    auto executor = co_await asio::this_coro::executor;
    Together together(executor);
    for (auto from = visit.orders.begin(); from != visit.orders.end();) {
        auto to = from + std::min<std::ptrdiff_t>(suppliers::max_ids, visit.orders.end() - from);
        Visit part{visit.provider, visit.endpoint, {std::make_move_iterator(from), std::make_move_iterator(to)}};
        together.begin(poll_statuses(std::move(part)));
        from = to;
    }
    co_return co_await together.end();
}

Async<std::optional<std::string>> Tracking::poll_statuses(Visit visit) const
{
    std::vector<std::string> numbers;
    for (const auto& order : visit.orders) numbers.push_back(*order.supplier_order_number);
    suppliers::ApiClient client(http_, visit.endpoint, traffic_);
    auto statuses = co_await client.status(std::move(numbers));
    if (!statuses) {
        log::warning("supplier {}: no statuses: {}", visit.provider.name, statuses.error().message);
        // Later and mixed anew: one of them that the supplier cannot stand must not keep all others waiting.
        auto put_off = [&](db::Tx& tx) -> Result<void> {
            auto now = clock_.now();
            auto every = std::chrono::duration_cast<Duration>(settings_.seconds("statuses.every_s"));
            for (const auto& order : visit.orders)
                tx.execute("UPDATE orders SET poll_at = ? WHERE id = ? AND phase = ?",
                           now + every / 2 + Duration(random_below(static_cast<std::uint32_t>(every.count()))), order.id,
                           Phase::executing);
            return {};
        };
        co_await db_.write(std::move(put_off));
        co_return statuses.error().message;
    }
    auto apply = [&](db::Tx& tx) -> Result<void> {
        auto now = clock_.now();
        suppliers::note_status(tx, now, visit.provider.id);
        for (const auto& seen : visit.orders) {
            auto order = find_order(tx, seen.id);
            if (!order || order->phase != Phase::executing || order->supplier_order_number != seen.supplier_order_number)
                continue;
            auto found = statuses->find(*seen.supplier_order_number);
            suppliers::OrderStatus missing;
            missing.error = "the supplier left this order out of its reply";
            auto applied = apply_status(tx, now, *order, found == statuses->end() ? missing : found->second, settings_);
            // Someone changed this one in the same moment: it stays due, and the other 99 answers are kept.
            if (!applied) log::info("order {}: its status is asked for again: {}", order->id.value, applied.error().message);
        }
        return {};
    };
    auto applied = co_await db_.write(std::move(apply));
    if (!applied) co_return applied.error().message;
    co_return std::nullopt;
}

}  // namespace smg::orders
