#include "orders/cancelled_lines.hpp"

namespace smg::orders {
namespace {

constexpr auto clocks_differ_by = std::chrono::seconds(5);  // those of two nodes

}  // namespace

void remember_cancelled_line(db::Tx& tx, Time now, SiteId site, const std::string& identity)
{
    auto is_new =
        tx.insert_new("INSERT INTO cancelled_lines (site_id, identity, told_at) VALUES (?, ?, ?)", site, identity, now);
    if (!is_new)
        tx.execute("UPDATE cancelled_lines SET told_at = ? WHERE site_id = ? AND identity = ?", now, site, identity);
}

bool take_cancelled_line(db::Tx& tx, const Order& order)
{
    auto told_at = tx.first<Time>("SELECT told_at FROM cancelled_lines WHERE site_id = ? AND identity = ?", order.site_id,
                                  order.identity);
    if (!told_at) return false;
    tx.execute("DELETE FROM cancelled_lines WHERE site_id = ? AND identity = ?", order.site_id, order.identity);
    return *told_at + clocks_differ_by >= order.created_at;
}

void prune_cancelled_lines(db::Tx& tx, Time before) { tx.execute("DELETE FROM cancelled_lines WHERE told_at < ?", before); }

}  // namespace smg::orders
