#include "orders/order_store.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "orders/email.hpp"
#include "orders/link.hpp"

namespace smg::orders {
namespace {

Result<void> write_changes(db::Tx& tx, const Order& order, const std::vector<Change>& changes)
{
    std::string sql = "UPDATE orders SET version = version + 1";
    std::vector<db::Param> params;
    for (const auto& change : changes) {
        sql += fmt::format(", `{}` = ?", change.column);
        params.push_back(change.value);
    }
    sql += " WHERE id = ? AND version = ? AND phase = ?";
    params.push_back(db::to_param(tx.dialect(), order.id));
    params.push_back(db::to_param(tx.dialect(), order.version));
    params.push_back(db::to_param(tx.dialect(), order.phase));
    if (tx.execute_with(sql, std::move(params)) != 1)
        return fail(Code::conflict, fmt::format("order {} was changed by someone else meanwhile", order.id.value));
    return {};
}

class Where {
public:
    explicit Where(db::Dialect dialect) : dialect_(dialect) {}

    template <class... T>
    void add(std::string_view condition, const T&... values)
    {
        sql_ += sql_.empty() ? " WHERE " : " AND ";
        sql_ += condition;
        (params_.push_back(db::to_param(dialect_, values)), ...);
    }

    void add_with(const std::string& condition, std::vector<db::Param> params)
    {
        add(condition);
        std::ranges::move(params, std::back_inserter(params_));
    }

    // An empty set of sites sees nothing, never everything.
    void only_sites(const std::vector<SiteId>& sites)
    {
        if (sites.empty()) return add("1 = 0");
        std::string marks;
        for (const auto& site : sites) {
            marks += marks.empty() ? "?" : ", ?";
            params_.push_back(db::to_param(dialect_, site));
        }
        sql_ += fmt::format("{}site_id IN ({})", sql_.empty() ? " WHERE " : " AND ", marks);
    }

    const std::string& sql() const { return sql_; }
    std::vector<db::Param> params() const { return params_; }

private:
    db::Dialect dialect_;
    std::string sql_;
    std::vector<db::Param> params_;
};

// The end of the range of texts that begin with `prefix`: an index is used on both databases, unlike with LIKE.
std::string after_prefix(std::string prefix) { return prefix + "\xF4\x8F\xBF\xBF"; }

// Each way to find it reads its own index, and none more than a bounded number of rows, all of them the caller's. (A derived
// table around each LIMIT: MariaDB allows none in IN itself.)
void search(Where& where, db::Dialect dialect, const Filter& filter)
{
    constexpr int most = 10'000;
    auto text = std::string(trimmed(*filter.q));
    Where sites(dialect);
    sites.add("1 = 1");
    if (filter.sites) sites.only_sites(*filter.sites);
    if (filter.site_id) sites.add("site_id = ?", *filter.site_id);
    std::string sql;
    std::vector<db::Param> params;
    auto look = [&](std::string_view column, const std::string& prefix) {
        if (prefix.empty()) return;
        sql += fmt::format("{}SELECT id FROM (SELECT id FROM orders{} AND {} >= ? AND {} < ? ORDER BY {} LIMIT {}) AS by_{}",
                           sql.empty() ? "" : " UNION ALL ", sites.sql(), column, column, column, most, column);
        std::ranges::copy(sites.params(), std::back_inserter(params));
        params.push_back(db::to_param(dialect, prefix));
        params.push_back(db::to_param(dialect, after_prefix(prefix)));
    };
    look("wp_order_number", text);
    look("email_key", email_key(text));
    look("link_key", link_key(text));
    if (filter.q_in_supplier_numbers) look("supplier_order_number", text);
    if (sql.empty()) return where.add("1 = 0");
    where.add_with("id IN (" + sql + ")", std::move(params));
}

Where where_of(db::Tx& tx, const Filter& filter)
{
    Where where(tx.dialect());
    if (filter.sites) where.only_sites(*filter.sites);
    if (filter.site_id) where.add("site_id = ?", *filter.site_id);
    if (filter.status) where.add("status = ?", *filter.status);
    if (filter.phase) where.add("phase = ?", *filter.phase);
    if (filter.supplier_id) where.add("supplier_id = ?", *filter.supplier_id);
    if (filter.wp_order_number) where.add("wp_order_number = ?", *filter.wp_order_number);
    if (filter.from) where.add("created_at >= ?", *filter.from);
    if (filter.to) where.add("created_at < ?", *filter.to);
    if (filter.archive) where.add("is_archive = ?", *filter.archive);
    if (filter.q && !trimmed(*filter.q).empty()) search(where, tx.dialect(), filter);
    if (filter.before_id) where.add("id < ?", *filter.before_id);
    return where;
}

// Neither database merges what several sites have in one index: it would sort all of their orders.
bool newest_of_many_sites(const Filter& filter)
{
    constexpr std::size_t most = 50;
    bool searched = filter.q && !trimmed(*filter.q).empty();
    return filter.sites && filter.sites->size() > 1 && filter.sites->size() <= most && !filter.site_id && !searched;
}

// As many of each site as are wanted of all together, each by its index. (A derived table around each LIMIT: MariaDB allows
// none in IN itself.)
Where newest_of_each_site(db::Tx& tx, const Filter& filter)
{
    std::string sql;
    std::vector<db::Param> params;
    for (auto site : *filter.sites) {
        auto one = filter;
        one.sites.reset();
        one.site_id = site;
        auto where = where_of(tx, one);
        sql += fmt::format("{}SELECT id FROM (SELECT id FROM orders{} ORDER BY id DESC LIMIT {}) AS of_{}",
                           sql.empty() ? "" : " UNION ALL ", where.sql(), filter.limit + 1, site.value);
        std::ranges::copy(where.params(), std::back_inserter(params));
    }
    Where newest(tx.dialect());
    newest.add_with("id IN (" + sql + ")", std::move(params));
    return newest;
}

}  // namespace

std::optional<Order> find_order(db::Tx& tx, OrderId id) { return tx.find<Order>("FROM orders WHERE id = ?", id); }

Result<Order> move_order(db::Tx& tx, Time now, const Order& order, Move move, const Actor& actor, const Because& because,
                         std::vector<Change> changes)
{
    auto to = after(order.phase, move);
    if (!to)
        return fail(Code::conflict,
                    fmt::format("order {} is {}: it cannot be {}", order.id.value, word(order.phase), word(move)));
    changes.push_back(set(tx, "phase", *to));
    changes.push_back(set(tx, "status", status_of(*to)));
    changes.push_back(set(tx, "updated_at", now));
    if (ended(*to)) {
        changes.push_back(set(tx, "finished_at", now));
        changes.push_back(set(tx, "poll_at", nullptr));
    }
    if (auto written = write_changes(tx, order, changes); !written) return fail(written.error());

    auto event = make_event(order.id, now, actor, std::string(word(move)));
    event.from_value = word(order.phase);
    event.to_value = word(*to);
    if (!because.detail.empty()) event.detail = because.detail;
    if (!because.reply.empty()) event.reply = because.reply;
    add_event(tx, std::move(event));
    tx.announce({"orders", order.id.value, order.site_id.value});
    return *find_order(tx, order.id);
}

Result<Order> update_order(db::Tx& tx, Time now, const Order& order, std::vector<Change> changes)
{
    changes.push_back(set(tx, "updated_at", now));
    if (auto written = write_changes(tx, order, changes); !written) return fail(written.error());
    tx.announce({"orders", order.id.value, order.site_id.value});
    return *find_order(tx, order.id);
}

std::vector<Order> list_orders(db::Tx& tx, const Filter& filter)
{
    auto where = newest_of_many_sites(filter) ? newest_of_each_site(tx, filter) : where_of(tx, filter);
    auto params = where.params();
    params.push_back(db::to_param(tx.dialect(), filter.limit + 1));
    return tx.query_with<Order>(
        "SELECT " + db::columns<Order>() + " FROM orders" + where.sql() + " ORDER BY id DESC LIMIT ?", std::move(params));
}

std::int64_t count_orders(db::Tx& tx, const Filter& filter, std::int64_t most)
{
    auto all = filter;
    all.before_id.reset();
    auto where = where_of(tx, all);
    auto params = where.params();
    params.push_back(db::to_param(tx.dialect(), most + 1));
    auto counted = tx.query_with<std::int64_t>(
        "SELECT COUNT(*) FROM (SELECT 1 FROM orders" + where.sql() + " LIMIT ?) AS bounded", std::move(params));
    return counted.front();
}

}  // namespace smg::orders
