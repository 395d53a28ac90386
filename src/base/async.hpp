#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/clock.hpp"

namespace smg {

/// The concrete executor: type-erased executors cost a third of the throughput (docs/decisions/0002-concurrency.md).
using Executor = boost::asio::io_context::executor_type;

/// What every function returns that waits without holding a thread.
template <class T = void>
using Async = boost::asio::awaitable<T, Executor>;

constexpr boost::asio::use_awaitable_t<Executor> use_async{};

/// Waits without holding the thread.
Async<void> sleep_for(Duration duration);

}  // namespace smg
