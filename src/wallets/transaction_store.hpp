#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/money.hpp"
#include "base/result.hpp"
#include "db/tx.hpp"
#include "sites/shop_reply.hpp"
#include "sites/shop_routes.hpp"

// The seed's table history_transaction: every change of a shop user's wallet that was asked for here, and what became of it.
namespace smg::wallets {

using TransactionId = Id<struct TransactionTag>;

enum class State {
    asked,    // written down; whether the shop did it is not known yet, and it is asked until it is
    done,     // the shop did it
    refused,  // the shop did not do it, for certain
};
BOOST_DESCRIBE_ENUM(State, asked, done, refused)

enum class Operation { set, credit, debit };
BOOST_DESCRIBE_ENUM(Operation, set, credit, debit)

struct Transaction {
    TransactionId id;
    std::optional<SiteId> site_id;  // none in rows of the earlier system, as all that follows
    std::int64_t wp_user_id = 0;    // the user's number in the shop
    std::string email;
    std::optional<std::string> operation_id;
    std::optional<Operation> operation;
    std::optional<Money> asked_amount;      // the new balance of `set`, else by how much
    std::optional<Money> expected_balance;  // that must be there, or nothing is done
    Money amount;                           // the change, negative when the balance went down; 0 until it is done
    std::optional<Money> balance_before;
    Money balance;  // after it; of one that was refused the one that the shop told, if it did
    std::optional<std::string> currency, reason;
    State state = State::done;
    std::optional<std::string> code, error;  // why it was refused: the plugin's code or a word of ShopTrouble, and words
    std::optional<UserId> user_by_id;
    std::optional<std::string> who;
    Time date;  // when it was asked for
    std::optional<Time> settled_at;
};
BOOST_DESCRIBE_STRUCT(Transaction, (),
                      (id, site_id, wp_user_id, email, operation_id, operation, asked_amount, expected_balance, amount,
                       balance_before, balance, currency, reason, state, code, error, user_by_id, who, date, settled_at))

/// Fails with Code::conflict while another change of this wallet is `asked`: what it will leave there is not known. The
/// same when another request was faster with this operation id.
Result<Transaction> begin(db::Tx& tx, Time now, Transaction asked);

std::optional<Transaction> find_transaction(db::Tx& tx, TransactionId id);
std::optional<Transaction> find_operation(db::Tx& tx, SiteId site, std::string_view operation_id);

/// The change of this wallet that is `asked`.
std::optional<Transaction> find_open(db::Tx& tx, SiteId site, std::int64_t wp_user_id);

/// Whether a repeat asks for the same.
bool same_content(const Transaction& known, const Transaction& asked);

/// What the shop's answer makes of it; an answer that proves nothing leaves it `asked`. Gives the row as it is now.
Transaction settle(db::Tx& tx, Time now, TransactionId id, const sites::ShopResult<sites::ChangedWallet>& answer);

struct Filter {
    std::optional<std::vector<SiteId>> sites;  // no value = all, those of the earlier system included
    std::optional<SiteId> site;
    std::optional<std::int64_t> wp_user_id, user_by_id;
    std::vector<std::string> operation_ids;  // none = whatever they are
    std::optional<std::string> q;  // a piece of the e-mail
    std::optional<Operation> operation;
    std::optional<State> state;
    std::optional<Time> from, to;
    std::optional<TransactionId> before;
    int limit = 50;
};

/// The newest first.
std::vector<Transaction> list_transactions(db::Tx& tx, const Filter& filter);

/// How many they are, counted no further than `most` + 1.
std::int64_t count_transactions(db::Tx& tx, const Filter& filter, std::int64_t most);

/// Of one currency: what was added and what was taken away.
struct Total {
    std::string currency;
    std::int64_t count = 0;
    Money credited, debited;
};
BOOST_DESCRIBE_STRUCT(Total, (), (currency, count, credited, debited))

/// Over all done ones of the filter, whatever its page.
std::vector<Total> totals_of(db::Tx& tx, Filter filter);

}  // namespace smg::wallets
