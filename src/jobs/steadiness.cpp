#include "jobs/steadiness.hpp"

#include "jobs/boots.hpp"

namespace smg::jobs {

void Steadiness::went_on(Time now)
{
    auto last = last_.exchange(now);
    if (last == Time::min() || now < last || now - last > patience_) since_ = now;
}

void Steadiness::disturbed(Time now) { since_ = now; }

bool Steadiness::steady(Time now) const
{
    auto since = since_.load(), last = last_.load();
    if (now < since || last == Time::min()) return false;
    return now - since >= patience_ && now - last <= patience_;
}

Time Steadiness::silent_since(Time now) const { return steady(now) ? now - boot_silence : Time{}; }

}  // namespace smg::jobs
