#pragma once

#include <boost/describe/class.hpp>

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

/// Reads no further back than the counts that matter.
Background background_of(db::Tx& tx, Time now, const Order& order, const settings::Settings& settings);

/// Scores the order and sends it to a person or to its supplier: sets phase, status, suspicion and its reasons.
void screen(Order& order, const Background& background, const SuspicionWeights& weights,
            const DisposableDomains& disposable);

}  // namespace smg::orders
