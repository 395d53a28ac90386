#pragma once

#include <functional>
#include <utility>

#include "suppliers/call_pacer.hpp"
#include "suppliers/circuit.hpp"
#include "suppliers/retry_budget.hpp"

namespace smg::suppliers {

/// What keeps all that goes to suppliers in bounds, whoever sends it: one per program.
struct Traffic {
    Traffic(const Clock& clock, Circuits::Limits limits, std::function<Duration()> steady = since_boot)
        : calls(steady), sends(steady), circuits(clock, std::move(limits), steady)
    {
    }

    CallPacer calls;  // of everything but `add`
    CallPacer sends;  // of `add`, where the supplier's row has a limit
    Circuits circuits;
    RetryBudget retries;
};

}  // namespace smg::suppliers
