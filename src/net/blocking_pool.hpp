#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <memory>
#include <optional>

#include "base/async.hpp"

namespace smg::net {

/// Threads for calls that block, such as send_once(); a coroutine waits for one without holding the I/O thread.
class BlockingPool {
public:
    explicit BlockingPool(std::size_t threads) : pool_(threads) {}
    ~BlockingPool() { join(); }

    /// Waits for what runs; nothing may be given to it afterwards.
    void join() { pool_.join(); }

    /// Runs `work` on a thread of the pool and gives what it returns; what it throws is thrown here.
    template <class F>
    Async<std::invoke_result_t<F&>> run(F work)
    {
        struct Call {
            F work;
            std::optional<std::invoke_result_t<F&>> result = {};
        };
        auto call = std::make_shared<Call>(std::move(work));
        auto start = [this, call](auto handler) {
            auto executor = boost::asio::get_associated_executor(handler);
            auto busy = boost::asio::make_work_guard(executor);
            auto on_thread = [call, executor, busy = std::move(busy), handler = std::move(handler)]() mutable {
                std::exception_ptr error;
                try {
                    call->result.emplace(call->work());
                } catch (...) {
                    error = std::current_exception();
                }
                // The guard travels on with the handler: on this thread the io_context may already be gone after the post.
                boost::asio::post(executor, [handler = std::move(handler), busy = std::move(busy), error]() mutable {
                    std::move(handler)(error);
                });
            };
            boost::asio::post(pool_, std::move(on_thread));
        };
        co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<Executor>, void(std::exception_ptr)>(
            std::move(start), use_async);
        co_return std::move(*call->result);
    }

private:
    boost::asio::thread_pool pool_;
};

}  // namespace smg::net
