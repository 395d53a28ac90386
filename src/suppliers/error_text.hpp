#pragma once

#include <boost/describe/enum.hpp>

#include <optional>
#include <string_view>

namespace smg::suppliers {

/// Why a supplier did not take an order, or why it was never asked.
enum class Reason {
    none,
    no_funds,
    rate_limit,
    maintenance,
    bad_service,
    bad_link,
    bad_quantity,
    bad_key,
    bad_request,
    duplicate_link,
    account_suspended,
    not_allowed,  // this server's address
    edge,         // a proxy or firewall before the panel
    unreachable,  // never sent: no name, no connection, no TLS
    bad_address,  // never sent: the configured address is unusable or private
    other,
};
BOOST_DESCRIBE_ENUM(Reason, none, no_funds, rate_limit, maintenance, bad_service, bad_link, bad_quantity, bad_key,
                    bad_request, duplicate_link, account_suspended, not_allowed, edge, unreachable, bad_address, other)

/// What an error text in reply to `add` means, for texts that are known to prove that no order was made; nothing for all
/// others. Compared without case, outer white space and the final full stop.
std::optional<Reason> known_reason(std::string_view text);

/// The cause goes away by itself or by money: an order refused for it may be sent again without a person.
bool passes(Reason reason);

/// Of an attempt that was not sent: it will not be sent next time either, until a person changes the supplier's address or
/// allows it to be private. Anything else that kept it from being sent (`unreachable`) goes away by itself.
bool hopeless(Reason reason);

}  // namespace smg::suppliers
