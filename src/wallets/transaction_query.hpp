#pragma once

#include <boost/describe/class.hpp>

#include <optional>
#include <string>

#include "http/caller.hpp"
#include "wallets/transaction_store.hpp"

namespace smg::wallets {

/// What a list of transactions is asked for, as it stands in an address.
struct TransactionQuery {
    std::optional<SiteId> site_id;
    std::optional<std::int64_t> wp_user_id, user_by_id, cursor;
    std::optional<std::string> q, from, to;
    std::optional<Operation> operation;
    std::optional<State> state;
    std::optional<int> per_page;
};
BOOST_DESCRIBE_STRUCT(TransactionQuery, (),
                      (site_id, wp_user_id, user_by_id, cursor, q, from, to, operation, state, per_page))

/// The filter, never wider than what the caller may see. Fails with the fields that are wrong, or Code::not_found for a site
/// that is not theirs.
Result<Filter> filter_of(const http::Caller& caller, const TransactionQuery& in);

}  // namespace smg::wallets
