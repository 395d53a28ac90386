#pragma once

#include <map>

#include "base/id.hpp"

namespace smg::suppliers {

/// How many calls to a supplier may be repeated: a share of those that were made, so that a supplier in trouble does not get
/// twice the calls on top. One per program, used on the I/O thread's loop only.
class RetryBudget {
public:
    /// A call was made for the first time; `percent` of such calls may be repeated.
    void called(ProviderId id, int percent);

    /// Whether one more may be repeated now; counts it.
    bool take(ProviderId id);

private:
    std::map<ProviderId, int> saved_;  // in hundredths of a call
};

}  // namespace smg::suppliers
