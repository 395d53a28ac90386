#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/async.hpp"
#include "base/clock.hpp"

namespace smg::jobs {

/// Something done again and again on the I/O thread: `every` so often, and sooner when woken. A step that throws is logged
/// and comes again at its time. stop() is awaited before what the step uses goes away.
class Loop {
public:
    using Step = std::function<Async<void>()>;

    Loop(boost::asio::io_context& io, std::string name, Duration every, Step step);
    ~Loop();

    void start();
    void wake();         // from any thread
    Async<void> stop();  // no further step; waits for the one in hand

private:
    struct State;
    static Async<void> run(std::shared_ptr<State> state);
    static Async<void> step_safely(std::shared_ptr<State> state);

    std::shared_ptr<State> state_;
};

}  // namespace smg::jobs
