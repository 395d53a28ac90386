#pragma once

#include <functional>

#include "http/caller.hpp"
#include "jobs/job.hpp"
#include "orders/decisions.hpp"
#include "orders/intake.hpp"
#include "settings/settings.hpp"
#include "sites/callers.hpp"

namespace smg::orders {

constexpr std::string_view batch_job = "orders.batch";

/// What the batches' job works with.
struct BatchWork {
    db::Database& db;
    const Clock& clock;
    const settings::Settings& settings;
    sites::Callers& callers;
    Intake& intake;
    SenderIsGone sender_is_gone;
    /// The person as they are now; none when they may decide nothing any more.
    std::function<std::optional<http::Caller>(db::Tx&, UserId)> person;
};

/// Does the lines of a batch one by one, each in a commit of its own together with its mark, so that a crash repeats none.
Async<jobs::Outcome> run_batch(BatchWork work, jobs::Job job);

}  // namespace smg::orders
