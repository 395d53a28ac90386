#include "realtime/two_hands.hpp"

namespace smg::realtime {

TwoHands::~TwoHands()
{
    if (!helper_.joinable()) return;
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    begun_.notify_one();
    helper_.join();
}

void TwoHands::each(std::size_t count, const Part& part)
{
    if (!helper_.joinable() && std::thread::hardware_concurrency() > 1) helper_ = std::thread([this] { help(); });
    {
        std::lock_guard lock(mutex_);
        part_ = &part;
        count_ = count;
        next_ = 0;
    }
    begun_.notify_one();
    for (auto i = next_++; i < count; i = next_++) part(i);
    std::unique_lock lock(mutex_);
    part_ = nullptr;  // whoever wakes up late finds nothing to do
    done_.wait(lock, [this] { return !helping_; });
}

void TwoHands::help()
{
    std::unique_lock lock(mutex_);
    for (;;) {
        begun_.wait(lock, [this] { return part_ || stopping_; });
        if (stopping_) return;
        auto part = part_;
        auto count = count_;
        helping_ = true;
        lock.unlock();
        for (auto i = next_++; i < count; i = next_++) (*part)(i);
        lock.lock();
        helping_ = false;
        // Not again for the same work: its parts are all taken.
        if (part_ == part) part_ = nullptr;
        done_.notify_one();
    }
}

}  // namespace smg::realtime
