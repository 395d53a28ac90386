#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>

namespace smg::realtime {

/// Does the parts of one piece of work on the calling thread and, where there is a second core, on one more.
class TwoHands {
public:
    using Part = std::function<void(std::size_t)>;

    TwoHands() = default;
    ~TwoHands();
    TwoHands(const TwoHands&) = delete;
    TwoHands& operator=(const TwoHands&) = delete;

    /// Calls `part` once for each number below `count`, on either thread, and returns when all are done. `part` must not
    /// throw.
    void each(std::size_t count, const Part& part);

private:
    void help();

    std::mutex mutex_;
    std::condition_variable begun_, done_;
    const Part* part_ = nullptr;  // while there is work
    std::size_t count_ = 0;
    std::atomic<std::size_t> next_ = 0;
    bool helping_ = false, stopping_ = false;
    std::thread helper_;  // from the first use on
};

}  // namespace smg::realtime
