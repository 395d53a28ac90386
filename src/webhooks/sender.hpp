#pragma once

#include <functional>
#include <vector>

#include "base/crypto.hpp"
#include "db/database.hpp"
#include "jobs/job.hpp"
#include "net/http_client.hpp"
#include "webhooks/delivery_store.hpp"

namespace smg::settings {
class Settings;
}

namespace smg::webhooks {

using Send = std::function<Async<net::HttpResult>(net::HttpRequest)>;

/// Carries news out of the house: the job `news` makes deliveries of it, a job `webhooks.deliver` for each brings it to its
/// receiver, at least once.
class Sender {
public:
    Sender(db::Database& db, const Clock& clock, const MasterKey& master, const settings::Settings& settings, Send send,
           Tell tell);

    /// Rows for the table of jobs.
    std::vector<jobs::Kind> kinds();

    Async<jobs::Outcome> spread(jobs::Job job);
    Async<jobs::Outcome> deliver(jobs::Job job);

private:
    Async<Outcome> attempt(Webhook webhook, Delivery delivery);
    Patience patience() const;

    db::Database& db_;
    const Clock& clock_;
    const MasterKey& master_;
    const settings::Settings& settings_;
    const Send send_;
    const Tell tell_;
};

}  // namespace smg::webhooks
