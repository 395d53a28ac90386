#pragma once

#include <boost/describe/enum.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/money.hpp"
#include "base/result.hpp"

// Replies to the calls that may be repeated, read with patience: panels disagree on every detail.
// Errors come uncut and as the supplier wrote them: the client hides the key in them and cuts them.
namespace smg::suppliers {

enum class StatusWord { waiting, running, completed, partial, canceled, refunded, failed, unknown_word };
BOOST_DESCRIBE_ENUM(StatusWord, waiting, running, completed, partial, canceled, refunded, failed, unknown_word)

/// `Cancelled`, `in_progress`, `Complete` … in one vocabulary. A word that nobody knows moves no order: it is unknown_word.
StatusWord status_word(std::string_view raw);

struct OrderStatus {
    // Not empty: the supplier gave this in place of a status, e.g. `Incorrect order ID`. `error`, `fail` and `failed`
    // without any figures beside them are such an error and no order's end.
    std::string error = {};
    StatusWord word = StatusWord::unknown_word;
    std::string raw_word = {};
    std::optional<Money> charge = {};
    std::string currency = {};
    std::optional<std::int64_t> start_count = {};
    std::optional<std::int64_t> remains = {};  // never negative; beyond the ordered quantity see clamped_remains
    std::int64_t over_delivered = 0;           // what a negative `remains` says
    std::optional<std::int64_t> runs = {};     // of a drip-feed
    std::optional<std::int64_t> posts = {};    // of a subscription
    std::vector<std::string> orders = {};      // the orders that a drip-feed or subscription has made
    std::string reply = {};                    // the supplier's own words on this order, for its history
};

/// Suppliers report more remains than were ordered; a refund must not follow them.
std::int64_t clamped_remains(std::int64_t remains, std::int64_t quantity);

/// By the supplier's order number. A number that the reply leaves out is not in it.
using Statuses = std::map<std::string, OrderStatus>;

OrderStatus read_status(const json::value& in);

/// A reply for several orders: an object by number, or an array whose items name their order. Code::conflict for an array by
/// position: nobody can tell which status belongs to which order, ask for each alone.
Result<Statuses> read_statuses(const json::value& in, std::span<const std::string> ids);

struct Balance {
    Money amount;
    std::string currency = {};  // code in upper case, empty when not told
};

Result<Balance> read_balance(const json::value& in);

/// One answer of `refill`, `refill_status`, `cancel`.
struct Answer {
    std::string error = {};   // why not; empty when it was taken
    std::string number = {};  // of the refill that was begun
};

/// By order number.
using Answers = std::map<std::string, Answer>;

/// `member` is `refill` or `cancel`.
Result<Answers> read_answers(const json::value& in, std::string_view member, std::span<const std::string> ids);

enum class RefillWord { waiting, running, completed, rejected, unknown_word };
BOOST_DESCRIBE_ENUM(RefillWord, waiting, running, completed, rejected, unknown_word)

struct RefillStatus {
    std::string error = {};
    RefillWord word = RefillWord::unknown_word;
    std::string raw_word = {};
};

/// By the refill's number.
using RefillStatuses = std::map<std::string, RefillStatus>;

Result<RefillStatuses> read_refill_statuses(const json::value& in, std::span<const std::string> ids);

}  // namespace smg::suppliers
