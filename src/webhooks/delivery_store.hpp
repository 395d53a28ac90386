#pragma once

#include <functional>
#include <string>
#include <vector>

#include "db/tx.hpp"
#include "jobs/news.hpp"
#include "webhooks/webhook.hpp"

// All SQL of the table webhook_deliveries. Each delivery that waits has a job; those of one webhook share a lane.
namespace smg::webhooks {

constexpr auto deliver_job = "webhooks.deliver";
constexpr int at_once_to_one = 2;  // so that a dead receiver holds up itself alone

/// How many jobs of a lane may run at once; nothing when it is no lane of ours.
std::optional<int> lane_limit(std::string_view lane);

/// Joins the caller's transaction: one delivery for each active webhook that wants to hear it.
void publish(db::Tx& tx, Time now, const jobs::News& news);

Delivery add_delivery(db::Tx& tx, Time now, WebhookId webhook, const std::string& event_id, std::string_view event,
                      const std::string& payload);

/// What waits for this webhook is tried at once.
void go_on(db::Tx& tx, Time now, WebhookId webhook);

/// The delivery that a job is about.
DeliveryId delivery_in(const jobs::Job& job);

struct DeliveryFilter {
    WebhookId webhook;
    std::optional<State> state = {};
    std::optional<std::int64_t> before = {};
    int limit = 50;
};

/// The newest first.
std::vector<DeliveryLine> list_deliveries(db::Tx& tx, const DeliveryFilter& filter);
std::optional<Delivery> find_delivery(db::Tx& tx, DeliveryId id);
std::int64_t count_pending(db::Tx& tx, WebhookId webhook);

struct Patience {
    Duration first_delay{}, last_delay{}, give_up_after{};
};

/// What came of one try.
struct Outcome {
    std::optional<int> status = {};  // none: no answer
    std::string error = {};          // empty: it has it
    std::string answer = {};
    Duration asked_to_wait{};  // by the receiver
};

/// Tells a person.
struct Trouble {
    enum class Kind { given_up, gone };
    Kind kind = Kind::given_up;
    Webhook webhook;
    std::string event, error;
};
using Tell = std::function<void(db::Tx&, const Trouble&)>;

/// Writes down one try. A time means that another follows then.
std::optional<Time> record(db::Tx& tx, Time now, const Delivery& delivery, const Outcome& outcome, const Patience& patience,
                           std::uint32_t random, const Tell& tell);

/// Forgets what ended before, some at a time, and discards what has waited for a switched off webhook since before
/// `too_old`. Gives how many rows it removed; again while it is `at_most`.
std::int64_t prune_deliveries(db::Tx& tx, Time before, Time too_old, int at_most);

}  // namespace smg::webhooks
