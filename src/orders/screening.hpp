#pragma once

#include <boost/describe/class.hpp>

#include <span>

#include "db/tx.hpp"
#include "orders/intake.hpp"
#include "orders/suspicion.hpp"
#include "settings/settings.hpp"

namespace smg::orders {

/// What the suspicious check asks the database: the rules that concern this address, and how often it and the link came.
struct Background {
    std::vector<EmailRule> rules;
    Velocity velocity;
};

SuspicionWeights weights_of(const settings::Settings& settings);

/// One for each draft, in a handful of questions for all of them. Drafts before it in the span count as orders that came.
/// Counts no further than matters.
std::vector<Background> backgrounds_of(db::Tx& tx, Time now, std::span<const Draft> drafts,
                                       const settings::Settings& settings);

/// Scores the order and sends it to a person or to its supplier: sets phase, status, suspicion and its reasons.
void screen(Order& order, const Background& background, const SuspicionWeights& weights,
            const DisposableDomains& disposable);

/// All of this for orders that come together.
void screen_together(db::Tx& tx, Time now, std::span<Draft> drafts, const settings::Settings& settings,
                     const DisposableDomains& disposable);

}  // namespace smg::orders
