#pragma once

#include <boost/describe/class.hpp>

#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/money.hpp"
#include "db/tx.hpp"

// Every balance that was read, for the books that are kept when an answer is lost.
namespace smg::suppliers {

struct Reading {
    Time at;
    Money amount;
};
BOOST_DESCRIBE_STRUCT(Reading, (), (at, amount))

void keep_reading(db::Tx& tx, Time now, ProviderId id, Money amount);

/// The last one that was read before.
std::optional<Reading> reading_before(db::Tx& tx, ProviderId id, Time moment);

/// Those since then, oldest first, at most `most` of the newest.
std::vector<Reading> readings_since(db::Tx& tx, ProviderId id, Time moment, int most);

void prune_readings(db::Tx& tx, Time before);

}  // namespace smg::suppliers
