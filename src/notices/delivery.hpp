#pragma once

#include "db/database.hpp"
#include "jobs/job.hpp"
#include "notices/delivery_store.hpp"

namespace smg::settings {
class Settings;
}

namespace smg::notices {

/// The job `notices.deliver`: brings queued notices to Telegram, in order, at the pace that Telegram allows. At least once:
/// each message is committed as `sending` before the call, and one whose answer was lost is repeated once, marked as that.
class Delivery {
public:
    Delivery(db::Database& db, const Clock& clock, const settings::Settings& settings, SendTelegram send,
             const Limits& limits = {});

    /// A row for the table of jobs; one at a time.
    jobs::Kind kind();

    Async<jobs::Outcome> work(jobs::Job job);

private:
    Async<TelegramAnswer> send(Outgoing message);
    Channel channel() const;

    db::Database& db_;
    const Clock& clock_;
    const settings::Settings& settings_;
    const SendTelegram send_;
    const Limits limits_;
};

}  // namespace smg::notices
