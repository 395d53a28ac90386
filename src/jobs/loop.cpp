#include "jobs/loop.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

#include <atomic>

#include "base/log.hpp"

namespace smg::jobs {

namespace asio = boost::asio;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Executor>;

struct Loop::State {
    State(asio::io_context& context, std::string name_in, Duration every_in, Step step_in)
        : io(context), name(std::move(name_in)), every(every_in), step(std::move(step_in)), pause(context), ended(context)
    {
    }

    asio::io_context& io;
    std::string name;
    Duration every;
    Step step;
    Timer pause, ended;
    std::atomic<bool> posted = false;
    bool woken = false, running = false, stopping = false, failing = false;
};

Loop::Loop(asio::io_context& io, std::string name, Duration every, Step step)
    : state_(std::make_shared<State>(io, std::move(name), every, std::move(step)))
{
}

Loop::~Loop() { state_->stopping = true; }

void Loop::start()
{
    state_->running = true;
    asio::co_spawn(state_->io, run(state_), asio::detached);
}

void Loop::wake()
{
    if (state_->posted.exchange(true)) return;  // a hundred announcements are one step
    asio::post(state_->io, [state = state_] {
        state->posted = false;
        state->woken = true;
        state->pause.cancel();
    });
}

Async<void> Loop::stop()
{
    auto state = state_;
    state->stopping = true;
    state->pause.cancel();
    while (state->running) {
        boost::system::error_code ignored;
        state->ended.expires_at(Timer::time_point::max());
        co_await state->ended.async_wait(asio::redirect_error(use_async, ignored));
    }
}

Async<void> Loop::run(std::shared_ptr<State> state)
{
    while (!state->stopping) {
        state->woken = false;
        co_await step_safely(state);
        if (state->woken || state->stopping) continue;
        boost::system::error_code ignored;
        state->pause.expires_after(state->every);
        co_await state->pause.async_wait(asio::redirect_error(use_async, ignored));
    }
    state->running = false;
    state->ended.cancel();
}

Async<void> Loop::step_safely(std::shared_ptr<State> state)
{
    try {
        co_await state->step();
        if (std::exchange(state->failing, false)) log::info("{}: goes on", state->name);
    } catch (const std::exception& e) {
        if (!std::exchange(state->failing, true)) log::error("{}: {}; it is tried again", state->name, e.what());
    } catch (...) {
        if (!std::exchange(state->failing, true)) log::error("{}: an unknown exception; it is tried again", state->name);
    }
}

}  // namespace smg::jobs
