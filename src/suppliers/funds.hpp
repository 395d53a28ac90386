#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "suppliers/provider_store.hpp"

// A supplier that says `not enough funds` gets no further orders in vain: its lane waits until there is money again. Not the
// same as the pause by too many lost answers or by a person, which only a person ends.
namespace smg::suppliers {

/// What was refused for it is to be sent again, or to be told of. Payload {"provider":3,"since":"…","again":true}.
inline constexpr std::string_view funds_back_job = "supplier.funds_back";

/// How many orders may be on their way to it at once: 0 while it is paused or out of funds, 1 when one may find out.
int sends_at_once(const Provider& provider, Time now);

/// Why nothing is sent to it now, in words; nothing when it takes orders.
std::optional<std::string> held_back(const Provider& provider, Time now);

/// The order that it could not pay from our balance.
struct Refused {
    std::string service_id;
    std::int64_t quantity = 0;    // of the pieces it charges for; 0: not known
    std::optional<Money> charge;  // as far as an earlier order of the service tells
    Time sent_at = {};
};

/// It refused an order for want of funds. True when this begins an outage, of which people must hear; false within one. One
/// that ended less than an hour ago without an explanation, with no order taken since, goes on. A refusal of what was sent
/// before an outage ended changes nothing: that order is sent again.
bool run_dry(db::Tx& tx, Time now, const settings::Settings& settings, ProviderId id, const Refused& refused);

/// It took an order that was sent then: there is money.
void funds_proved(db::Tx& tx, Time now, ProviderId id, Time sent_at);

/// What a balance that was just read says to a supplier that is out of funds.
enum class Finding {
    dry,      // still
    try_one,  // some money came, perhaps too little
    enough,
};
Finding judge(const Provider& provider, Money reading);
void note_reading(db::Tx& tx, Time now, const settings::Settings& settings, const Provider& provider, Money reading);

/// The price of the refused order has become known.
void note_needed(db::Tx& tx, ProviderId id, Money needed);

enum class FundsBack {
    seen,         // the balance rose, an order was taken, or a person says so
    unexplained,  // the balance suffices and was never seen not to: topped up at once, or refused without reason
};

/// It gets orders again, and those that it refused are sent again; without an explanation people are told of each of these
/// instead, and the task `errors` tries them later. False when it was not out of funds.
bool release_funds(db::Tx& tx, Time now, ProviderId id, FundsBack how, const std::string& who);

}  // namespace smg::suppliers
