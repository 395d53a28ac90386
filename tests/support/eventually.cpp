#include "support/eventually.hpp"

#include <algorithm>
#include <thread>

namespace smg::test {

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds deadline)
{
    constexpr std::chrono::milliseconds longest_pause{50};
    auto end = std::chrono::steady_clock::now() + deadline;
    for (std::chrono::milliseconds pause{1};; pause = std::min(pause * 2, longest_pause)) {
        if (condition()) return true;
        if (std::chrono::steady_clock::now() >= end) return false;
        std::this_thread::sleep_for(pause);
    }
}

}  // namespace smg::test
