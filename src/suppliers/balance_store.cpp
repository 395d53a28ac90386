#include "suppliers/balance_store.hpp"

#include <algorithm>

namespace smg::suppliers {

void keep_reading(db::Tx& tx, Time now, ProviderId id, Money amount)
{
    tx.execute("INSERT INTO supplier_balances (api_provider_id, at, amount) VALUES (?, ?, ?)", id, now, amount);
}

std::optional<Reading> reading_before(db::Tx& tx, ProviderId id, Time moment)
{
    return tx.find<Reading>("FROM supplier_balances WHERE api_provider_id = ? AND at < ? ORDER BY at DESC, id DESC LIMIT 1",
                            id, moment);
}

std::vector<Reading> readings_since(db::Tx& tx, ProviderId id, Time moment, int most)
{
    auto readings = tx.select<Reading>(
        "FROM supplier_balances WHERE api_provider_id = ? AND at >= ? ORDER BY at DESC, id DESC LIMIT ?", id, moment, most);
    std::ranges::reverse(readings);
    return readings;
}

void prune_readings(db::Tx& tx, Time before) { tx.execute("DELETE FROM supplier_balances WHERE at < ?", before); }

}  // namespace smg::suppliers
