#include "suppliers/call_pacer.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>

namespace smg::suppliers {
namespace {

namespace asio = boost::asio;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Executor>;

constexpr int second_ms = 1000;

}  // namespace

Duration CallPacer::take(ProviderId provider, int per_second)
{
    auto now = steady_();
    std::erase_if(next_, [&](const auto& one) { return one.second <= now; });
    auto rate = std::clamp(per_second, 1, second_ms);
    Duration apart{(second_ms + rate - 1) / rate};
    auto& next = next_.try_emplace(provider, now).first->second;
    auto mine = next;
    next = mine + apart;
    return mine - now;
}

Async<> CallPacer::turn(ProviderId provider, int per_second)
{
    auto wait = take(provider, per_second);
    if (wait <= Duration::zero()) co_return;
    auto executor = co_await asio::this_coro::executor;
    Timer timer(executor);
    timer.expires_after(wait);
    co_await timer.async_wait(use_async);
}

}  // namespace smg::suppliers
