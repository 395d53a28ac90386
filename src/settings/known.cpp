#include <array>

#include "settings/settings.hpp"

namespace smg::settings {
namespace {

constexpr std::int64_t day_s = 86'400;

constexpr auto rows = std::to_array<Setting>({
    {"telegram.token", Kind::secret, "", 0, 0, "Token of the Telegram bot that sends notices; empty: none are sent."},
    {"telegram.chat_id", Kind::list, "", 0, 0, "Chats that get the notices, separated by commas."},
    {"telegram.api_url", Kind::url, "https://api.telegram.org", 0, 0, "Address of the Bot API."},
    {"telegram.allow_private", Kind::boolean, "0", 0, 0,
     "The Bot API may be at a private address, e.g. a server of your own."},
    {"telegram.per_minute", Kind::integer, "10", 1, 1000, "Notices of one minute sent singly; more become one digest."},
    {"telegram.language", Kind::text, "uk", 0, 0, "Language of the notices: uk or en."},

    {"suspicious.threshold", Kind::integer, "100", 1, 10'000, "An order with this score or more waits for a person."},
    {"suspicious.disposable", Kind::integer, "100", 0, 10'000, "Weight: the address is at a disposable domain."},
    {"suspicious.blacklist", Kind::integer, "100", 0, 10'000,
     "Weight: the address, its domain or a pattern is on the hold list."},
    {"suspicious.invalid", Kind::integer, "100", 0, 10'000, "Weight: it is no e-mail address."},
    {"suspicious.typo", Kind::integer, "40", 0, 10'000, "Weight: the domain looks like a mistyped well-known one."},
    {"suspicious.role", Kind::integer, "20", 0, 10'000, "Weight: a role address such as info@ or admin@."},
    {"suspicious.gibberish", Kind::integer, "30", 0, 10'000, "Weight: the name before the @ looks random."},
    {"suspicious.velocity_email", Kind::integer, "30", 0, 10'000, "Weight: many orders from one address within the window."},
    {"suspicious.velocity_link", Kind::integer, "30", 0, 10'000, "Weight: many orders for one link within the window."},
    {"suspicious.velocity_email_count", Kind::integer, "10", 1, 100'000,
     "Orders from one address within the window that count as many."},
    {"suspicious.velocity_link_count", Kind::integer, "10", 1, 100'000,
     "Orders for one link within the window that count as many."},
    {"suspicious.velocity_window_s", Kind::integer, "3600", 60, 30 * day_s, "The window of both, in seconds."},
    {"suspicious.velocity_alone_holds", Kind::boolean, "0", 0, 0,
     "Whether velocity without another signal may hold an order."},

    {"sending.parallel", Kind::integer, "8", 1, 15, "Orders sent to one supplier at once, unless its own row says less."},
    {"sending.timeout_s", Kind::integer, "30", 1, 300, "How long a supplier may take to answer `add`, in seconds."},
    {"sending.connect_timeout_s", Kind::integer, "5", 1, 60, "How long connecting to a supplier may take, in seconds."},
    {"sending.pause_after_unknowns", Kind::integer, "3", 1, 1000, "Lost answers within the window that pause a supplier."},
    {"sending.pause_window_s", Kind::integer, "600", 10, day_s, "The window of lost answers, in seconds."},
    {"sending.safe_wait_s", Kind::integer, "90", 0, day_s,
     "Age of an uncertain attempt before it may be sent again, in seconds; "
     "at least the time-out and 60 s as shipped."},
    {"sending.second_person_above", Kind::decimal, "0", 0, 0,
     "Sending again an uncertain order above this amount takes two people; 0: never."},

    {"funds.balance_every_s", Kind::integer, "120", 1, day_s,
     "How often the balance of a supplier without funds is asked for, in seconds."},
    {"funds.probe_every_s", Kind::integer, "600", 1, day_s,
     "How often one order tries a supplier without funds whose balance does not tell, in seconds."},
    {"failover.enabled", Kind::boolean, "1", 0, 0,
     "An order that one supplier refused for a reason of its own goes to the next one that knows its service."},

    {"evidence.after_s", Kind::integer, "60", 0, day_s,
     "How long after a lost answer evidence is gathered for the first time, in seconds."},
    {"evidence.every_s", Kind::integer, "600", 10, day_s,
     "How long after that it is gathered again, in seconds; each time twice as long, at most six hours."},
    {"evidence.balance_apart_s", Kind::integer, "60", 1, 3600,
     "How far two equal balances must lie apart to count as settled, in seconds."},
    {"evidence.tolerance_percent", Kind::integer, "1", 0, 50,
     "How far a charge may differ from the expected one to be taken for it, in percent."},
    {"evidence.scan_calls", Kind::integer, "200", 1, 200,
     "Calls of 100 order numbers each that one search among a supplier's numbers may take."},

    {"calls.timeout_s", Kind::integer, "15", 1, 300,
     "How long a supplier may take to answer status, balance, services, in seconds."},
    {"calls.retry_percent", Kind::integer, "10", 0, 100,
     "Share of the calls to one supplier that may be made once more when the connection broke, in percent; never `add`."},
    {"circuit.failures", Kind::integer, "5", 1, 1000,
     "Calls in a row without an answer after which a supplier is left alone for a while."},
    {"circuit.calls", Kind::integer, "20", 1, 100'000, "Least calls within the window for the share of failures to count."},
    {"circuit.percent", Kind::integer, "50", 1, 100,
     "Share of calls without an answer after which a supplier is left alone, in percent."},
    {"circuit.window_s", Kind::integer, "60", 1, 3600, "The window of both, in seconds."},
    {"circuit.first_wait_s", Kind::integer, "30", 1, 3600,
     "How long it is left alone before it is asked for its balance, in seconds; doubles each time it is in vain."},
    {"circuit.last_wait_s", Kind::integer, "600", 1, day_s, "The longest such wait, in seconds."},
    {"circuit.tell_after_s", Kind::integer, "900", 1, 30 * day_s,
     "A supplier left alone for so long is a notice, in seconds."},
    {"statuses.every_s", Kind::integer, "120", 1, day_s, "How often the status of an order is asked for, in seconds."},
    {"statuses.parallel", Kind::integer, "4", 1, 32,
     "Calls for statuses under way at one supplier at once, of 100 orders each."},
    {"statuses.silent_after_s", Kind::integer, "900", 10, 30 * day_s,
     "A supplier without an answer on statuses for so long is a notice, in seconds."},

    {"timetable.orders_s", Kind::integer, "120", 1, day_s, "Task `orders`: sends what waits without a job, in seconds."},
    {"timetable.statuses_s", Kind::integer, "120", 1, day_s,
     "Task `statuses`: asks suppliers for the status of open orders, in seconds."},
    {"timetable.errors_s", Kind::integer, "120", 1, day_s,
     "Task `errors`: re-queues safely refused orders, repeats unseen notices, in seconds."},
    {"timetable.balances_s", Kind::integer, "600", 1, day_s, "Task `balances`: asks suppliers for the balance, in seconds."},
    {"timetable.shops_s", Kind::integer, "300", 1, day_s,
     "Task `shops`: asks the shops' plugins how they are and for paid orders that did not arrive, in seconds."},
    {"timetable.cleaning_s", Kind::integer, "3600", 60, day_s,
     "Task `cleaning`: removes what retention allows, in seconds."},

    {"errors.requeue_hours", Kind::integer, "24", 0, 720,
     "How long a safely refused order is tried again by itself, in hours; 0: never."},
    {"errors.requeue_every_s", Kind::integer, "600", 10, day_s,
     "The least time between two such tries of one order, in seconds."},

    {"exports.max_rows", Kind::integer, "100000", 1, 1'000'000, "Most rows of one export to CSV or XLSX."},
    {"exports.max_pdf_rows", Kind::integer, "5000", 1, 50'000, "Most rows of one export to PDF."},
    {"exports.keep_hours", Kind::integer, "24", 1, 720, "How long a file that was exported can be downloaded, in hours."},

    {"webhooks.timeout_s", Kind::integer, "10", 1, 60, "How long the receiver of a webhook may take to answer, in seconds."},
    {"webhooks.first_delay_s", Kind::integer, "30", 1, 3600,
     "How long after a failed delivery the next try comes at the earliest, in seconds; later tries wait longer."},
    {"webhooks.last_delay_s", Kind::integer, "21600", 1, day_s, "The longest wait between two tries, in seconds."},
    {"webhooks.give_up_hours", Kind::integer, "72", 1, 720,
     "How long a delivery is tried before it is given up and a notice says so, in hours."},

    {"shops.timeout_s", Kind::integer, "15", 1, 120, "How long a shop may take to answer, in seconds."},
    {"shops.silent_after_s", Kind::integer, "900", 1, 30 * day_s,
     "A shop whose plugin did answer and does not for so long is a notice, in seconds; so is an order that waits there for "
     "so long."},
    {"shops.webhooks", Kind::boolean, "1", 0, 0, "Shops whose plugin takes events are told of their orders by themselves."},

    {"products.fresh_s", Kind::integer, "900", 60, day_s,
     "After how long a look at a shop's products has them read anew, in seconds."},

    {"retention.idempotency_days", Kind::integer, "90", 7, 3650,
     "How long an Idempotency-Key of createOrder is remembered, in days; the order itself is for good."},
    {"retention.notices_days", Kind::integer, "90", 1, 3650, "How long sent notices are kept, in days."},
    {"retention.balances_days", Kind::integer, "30", 1, 3650, "How long suppliers' balances are kept, in days."},
    {"retention.batches_days", Kind::integer, "90", 7, 3650,
     "How long bulk actions and imports are kept with the lines that failed, in days."},
    {"retention.journal_days", Kind::integer, "14", 1, 3650,
     "How long files of the send journal that tell nothing new are kept, in days."},
    {"retention.webhooks_days", Kind::integer, "30", 1, 3650,
     "How long the log of webhooks is kept with what was sent, in days."},
    {"retention.slots_days", Kind::integer, "30", 1, 3650, "How long past runs of the timetable are kept, in days."},
});

}  // namespace

std::span<const Setting> known() { return rows; }

const Setting* find(std::string_view key)
{
    for (const auto& row : rows)
        if (row.key == key) return &row;
    return nullptr;
}

}  // namespace smg::settings
