#include "base/async.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace smg {

Async<void> sleep_for(Duration duration)
{
    using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                    boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
    auto executor = co_await boost::asio::this_coro::executor;
    Timer timer(executor, duration);
    co_await timer.async_wait(use_async);
}

}  // namespace smg
