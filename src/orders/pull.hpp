#pragma once

#include "jobs/job.hpp"
#include "orders/intake.hpp"
#include "sites/site_api.hpp"

namespace smg::orders {

constexpr std::string_view pull_job = "orders.pull";

/// What the job works with.
struct PullWork {
    const sites::SiteDesk& sites;
    Intake& intake;
};

/// The net under a shop's outbox: asks the shop for its paid orders, and takes in those that never arrived.
void enqueue_pull(db::Tx& tx, Time now, SiteId site);
Async<jobs::Outcome> pull_paid(PullWork work, jobs::Job job);

/// Of the notice that a shop's paid orders cannot be read: how its keys begin.
std::string unread_key(SiteId site);

}  // namespace smg::orders
