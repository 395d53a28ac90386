#include "suppliers/retry_budget.hpp"

#include <algorithm>

namespace smg::suppliers {
namespace {

constexpr int one_call = 100, most_saved = 10 * one_call;

}  // namespace

void RetryBudget::called(ProviderId id, int percent)
{
    auto& saved = saved_[id];
    saved = std::min(saved + std::clamp(percent, 0, one_call), most_saved);
}

bool RetryBudget::take(ProviderId id)
{
    auto found = saved_.find(id);
    if (found == saved_.end() || found->second < one_call) return false;
    found->second -= one_call;
    return true;
}

}  // namespace smg::suppliers
