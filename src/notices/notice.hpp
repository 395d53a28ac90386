#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"

namespace smg::settings {
class Settings;
}

// What a person must or may want to know. A notice is a row in `notices`; Telegram is one way on which it reaches people,
// the web interface's list the other.
namespace smg::notices {

enum class Kind {
    suspicious,        // an order waits for review
    notaccepted,       // the supplier refused it
    uncertain,         // it may or may not be with the supplier
    no_mapping,        // nothing says to which supplier its service belongs
    lane_paused,       // too many lost answers of one supplier
    supplier_silent,   // no answers on statuses
    task_overdue,      // the timetable does not run
    in_flight,         // what should have passed in minutes has not
    dead_job,          // a background job was given up
    low_balance,       // at a supplier
    out_of_funds,      // a supplier takes no orders for want of money: they wait
    quarantine,        // the database was restored: what was not sent in it waits for a person
    sending_stopped,   // the database does not keep what it is told: nothing is sent
    realtime_silent,   // the outside server that pages listen to takes no events
    shop_silent,       // a shop's plugin does not answer any more
    shop_stuck,        // orders wait in a shop's outbox
    order_pulled,      // a paid order did not come by itself and was fetched
    wallet_unsettled,  // a shop does not say what became of a change of a wallet
    decision_needed,   // anything else that waits for a person
    test,              // someone pressed `test` in the settings
    digest,            // many notices in one message
};
BOOST_DESCRIBE_ENUM(Kind, suspicious, notaccepted, uncertain, no_mapping, lane_paused, supplier_silent, task_overdue,
                    in_flight, dead_job, low_balance, out_of_funds, quarantine, sending_stopped, realtime_silent,
                    shop_silent, shop_stuck, order_pulled, wallet_unsettled, decision_needed, test, digest)

enum class Level { info, warning, alarm };
BOOST_DESCRIBE_ENUM(Level, info, warning, alarm)

enum class State {
    queued,   // waits for its turn
    sending,  // committed before the call: found after a crash, nobody knows whether it arrived
    sent,
    digested,  // its title is in a digest
    dead,      // given up; `error` says why
    silent,    // nobody to send it to; the list shows it
};
BOOST_DESCRIBE_ENUM(State, queued, sending, sent, digested, dead, silent)

enum class Language { uk, en };
BOOST_DESCRIBE_ENUM(Language, uk, en)

/// Setting telegram.language; Ukrainian for anything unknown.
Language language_of(const settings::Settings& settings);

struct NewNotice {
    Kind kind = Kind::decision_needed;
    Level level = Level::warning;
    std::string dedup_key = {};  // what it is about, e.g. `uncertain:41:2`; made of our own ids and words
    std::vector<std::pair<std::string, std::string>> values = {};  // for the catalogue's placeholders, as plain text
    std::vector<std::string> lines = {};                           // further lines, as plain text
    std::optional<SiteId> site_id = {};                            // whose people alone may read it
    std::optional<OrderId> order_id = {};
    std::optional<ProviderId> provider_id = {};
};

/// The HTML of a notice: the catalogue's title and those of its lines whose placeholders all have values.
std::string rendered(Language language, const NewNotice& notice);

/// One message in place of many, whose HTML is given; `count` of them in all.
std::string rendered_digest(Language language, const std::vector<std::string>& bodies, std::size_t count);

/// The HTML with a mark that it may have come before.
std::string marked_as_repeat(Language language, const std::string& body);

/// When an unseen notice is told again: 15 minutes after its beginning, then each hour. What
/// neither holds up others nor may cost money meanwhile, e.g. a refused order, comes but once a day after the first.
Time next_reminder(Kind kind, Time created, Time last_told);

constexpr Duration first_reminder = std::chrono::minutes(15), hourly_reminder = std::chrono::hours(1),
                   daily_reminder = std::chrono::hours(24);

/// Whether its reminders never become daily.
bool is_urgent(Kind kind);

}  // namespace smg::notices
