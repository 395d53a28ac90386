#include "orders/intake.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "base/failpoint.hpp"
#include "orders/screening.hpp"

namespace smg::orders {

namespace asio = boost::asio;

struct Intake::Waiting {
    Draft draft;
    std::move_only_function<void()> resume;
    std::optional<Result<Taken>> result;
    std::exception_ptr error;
};

Intake::Intake(asio::io_context& io, db::Database& db, const Clock& clock, const settings::Settings& settings,
               const DisposableDomains& disposable)
    : io_(io), db_(db), clock_(clock), settings_(settings), disposable_(disposable)
{
}

Async<Result<Taken>> Intake::take(Draft draft)
{
    auto mine = std::make_shared<Waiting>();
    mine->draft = std::move(draft);
    auto enter = [this, mine](auto handler) {
        mine->resume = [handler = std::move(handler)]() mutable {
            auto executor = asio::get_associated_executor(handler);
            asio::post(executor, [handler = std::move(handler)]() mutable { std::move(handler)(); });
        };
        waiting_.push_back(mine);
        start_flushing();
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(std::move(enter), use_async);
    if (mine->error) std::rethrow_exception(mine->error);
    co_return std::move(*mine->result);
}

void Intake::start_flushing()
{
    if (std::exchange(flushing_, true)) return;
    asio::co_spawn(io_, flush(), asio::detached);
}

Async<void> Intake::flush()
{
    while (!waiting_.empty()) {
        auto count = static_cast<std::ptrdiff_t>(std::min(batch, waiting_.size()));
        std::vector<std::shared_ptr<Waiting>> together(waiting_.begin(), waiting_.begin() + count);
        waiting_.erase(waiting_.begin(), waiting_.begin() + count);
        bool written = co_await write(together);
        // What the database refuses for one order must not hurt the others that came with it.
        for (std::size_t i = 0; !written && together.size() > 1 && i < together.size(); ++i) {
            std::vector<std::shared_ptr<Waiting>> alone{together[i]};
            co_await write(std::move(alone));
        }
        for (auto& one : together) one->resume();
    }
    flushing_ = false;
}

// True unless the database refused what was to be written, so that each should be tried alone.
Async<bool> Intake::write(std::vector<std::shared_ptr<Waiting>> together)
{
    std::vector<Draft> drafts;
    for (auto& one : together) drafts.push_back(std::move(one->draft));
    std::exception_ptr error;
    bool refused = false;
    for (int tries = 0; tries < race_tries; ++tries) {
        error = nullptr;
        try {
            auto insert = [&](db::Tx& tx) {
                auto now = clock_.now();
                screen_together(tx, now, drafts, settings_, disposable_);
                auto results = insert_orders(tx, now, drafts, settings_);
                failpoint("intake.before_commit");
                return results;
            };
            auto results = co_await db_.write(std::move(insert));
            failpoint("intake.committed");
            for (std::size_t i = 0; i < together.size(); ++i) together[i]->result = std::move(results[i]);
            break;
        } catch (const db::DuplicateKey&) {
            error = std::current_exception();  // another node was faster with one of them: now it will be found
        } catch (const db::Unavailable&) {
            error = std::current_exception();
            break;
        } catch (...) {
            error = std::current_exception();
            refused = true;
            break;
        }
    }
    for (std::size_t i = 0; i < together.size(); ++i) {
        together[i]->error = error;
        together[i]->draft = std::move(drafts[i]);
    }
    co_return !refused;
}

}  // namespace smg::orders
