#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/json.hpp"
#include "base/money.hpp"

namespace smg::orders {

/// Where the machine has an order. What people see is `status`, a word of the table order_statuses.
enum class Phase { review, launching, sending, executing, uncertain, notaccepted, completed, partial, canceled, refunded };
BOOST_DESCRIBE_ENUM(Phase, review, launching, sending, executing, uncertain, notaccepted, completed, partial, canceled,
                    refunded)

/// Why an order moves. The words stand in its history as they are here.
enum class Move {
    approved,   // a person: not suspicious
    taken,      // the request to the supplier is about to be written
    unsent,     // proven: nothing was written
    accepted,   // the supplier gave its number
    refused,    // the supplier said no, or there is no supplier to ask
    lost,       // written, and no answer that proves either
    found,      // a person knows the supplier's number
    absent,     // a person knows that the supplier has it not
    resent,     // a person, or the `errors` task after a refusal that cost nothing
    held,       // the database is older than the world: a person looks first
    dropped,    // a person gives it up
    paid_back,  // a person: the money went back
    completed,
    partial,
    canceled,
    refunded,
};
BOOST_DESCRIBE_ENUM(Move, approved, taken, unsent, accepted, refused, lost, found, absent, resent, held, dropped, paid_back,
                    completed, partial, canceled, refunded)

struct Step {
    Phase from;
    Move move;
    Phase to;
};

/// All moves there are (docs/order-states.md draws them). The store's UPDATE guards them again by phase and version.
inline constexpr auto steps = std::to_array<Step>({
    {Phase::review, Move::approved, Phase::launching},      {Phase::review, Move::dropped, Phase::canceled},

    {Phase::launching, Move::taken, Phase::sending},        {Phase::launching, Move::refused, Phase::notaccepted},
    {Phase::launching, Move::dropped, Phase::canceled},     {Phase::launching, Move::held, Phase::review},

    {Phase::sending, Move::unsent, Phase::launching},       {Phase::sending, Move::accepted, Phase::executing},
    {Phase::sending, Move::refused, Phase::notaccepted},    {Phase::sending, Move::lost, Phase::uncertain},

    {Phase::uncertain, Move::found, Phase::executing},      {Phase::uncertain, Move::absent, Phase::launching},
    {Phase::uncertain, Move::dropped, Phase::canceled},

    {Phase::notaccepted, Move::resent, Phase::launching},   {Phase::notaccepted, Move::dropped, Phase::canceled},
    {Phase::notaccepted, Move::paid_back, Phase::refunded},

    {Phase::executing, Move::completed, Phase::completed},  {Phase::executing, Move::partial, Phase::partial},
    {Phase::executing, Move::canceled, Phase::canceled},    {Phase::executing, Move::refunded, Phase::refunded},
});

constexpr std::optional<Phase> after(Phase from, Move move)
{
    for (const auto& step : steps)
        if (step.from == from && step.move == move) return step.to;
    return std::nullopt;
}

constexpr bool ended(Phase phase)
{
    for (const auto& step : steps)
        if (step.from == phase) return false;
    return true;
}

static_assert(!after(Phase::uncertain, Move::taken));  // what may be with a supplier is never sent by itself
static_assert(!after(Phase::executing, Move::resent));
static_assert(ended(Phase::completed) && ended(Phase::canceled) && !ended(Phase::notaccepted));

/// The word of order_statuses that a phase is shown as.
constexpr std::string_view status_of(Phase phase)
{
    switch (phase) {
        case Phase::review: return "pending";
        case Phase::launching:
        case Phase::sending: return "launching";
        case Phase::executing: return "executing";
        case Phase::uncertain: return "uncertain";
        case Phase::notaccepted: return "notaccepted";
        case Phase::completed: return "completed";
        case Phase::partial: return "partial";
        case Phase::canceled: return "canceled";
        case Phase::refunded: return "refunded";
    }
    return "";
}

/// One row of `orders`: the seed's columns, then ours.
struct Order {
    OrderId id;
    Time date;
    std::string wp_order_number;
    std::optional<std::string> supplier_order_number;
    std::string product_service;
    std::int64_t quantity = 0;
    std::string url;
    std::optional<std::string> telegram, url_site;
    std::optional<Money> total_amount;
    std::string client_email;
    std::string status;
    std::optional<std::string> api_type, supplier_id, supplier_service_id, notes;
    std::optional<std::int64_t> remains;
    bool remains_status = false;  // the supplier has reported remains
    bool is_archive = false;
    std::optional<Money> provider_price;  // what the supplier charged, in provider_currency
    SiteId site_id;
    std::int64_t currency_id = 0;
    std::optional<std::string> type_payment;
    Time created_at, updated_at;

    Phase phase = Phase::launching;
    std::int64_t version = 1;
    std::optional<std::string> item_id;
    std::string identity;      // SHA-256 of what makes it this order of this shop
    std::string content_hash;  // SHA-256 of what is ordered
    std::string order_type = "Default";
    json::value params = json::object();  // the fields of its order type
    std::string email_key, link_key;      // normalised, for comparing
    std::optional<ProviderId> api_provider_id;
    std::optional<ProviderId> route_provider_id;  // failover took it from the mapping's first supplier to this one, …
    std::optional<std::string> route_service_id;  // … which calls the service so
    std::optional<std::string> provider_currency, supplier_status;
    std::optional<std::int64_t> start_count;
    std::optional<std::string> reason, reason_text;  // why it was refused, lost or held
    int suspicion = 0;
    json::value suspicion_reasons = json::array();
    std::optional<Time> poll_at, answered_at;
    std::optional<std::string> refill_number, refill_status;
    std::optional<Time> finished_at;
};
BOOST_DESCRIBE_STRUCT(Order, (),
                      (id, date, wp_order_number, supplier_order_number, product_service, quantity, url, telegram, url_site,
                       total_amount, client_email, status, api_type, supplier_id, supplier_service_id, notes, remains,
                       remains_status, is_archive, provider_price, site_id, currency_id, type_payment, created_at,
                       updated_at, phase, version, item_id, identity, content_hash, order_type, params, email_key, link_key,
                       api_provider_id, route_provider_id, route_service_id, provider_currency, supplier_status, start_count,
                       reason, reason_text, suspicion, suspicion_reasons, poll_at, answered_at, refill_number, refill_status,
                       finished_at))

}  // namespace smg::orders
