#include "orders/order_store.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "db/where.hpp"
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

using db::Where;

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
    if (filter.sites) sites.any_of("site_id", *filter.sites);
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

// Most orders are completed in the end; those of the other phases are few, and are found by theirs.
bool by_phase(const Filter& filter)
{
    return !filter.phases.empty() && std::ranges::find(filter.phases, Phase::completed) == filter.phases.end();
}

Where where_of(db::Tx& tx, const Filter& filter)
{
    Where where(tx.dialect());
    // The sign keeps SQLite, which knows nothing of how many there are, from walking through all orders of a site for the
    // few of a phase.
    std::string site = by_phase(filter) && tx.dialect() == db::Dialect::sqlite ? "+site_id" : "site_id";
    if (filter.sites) where.any_of(site, *filter.sites);
    if (filter.site_id) where.add(site + " = ?", *filter.site_id);
    if (!filter.statuses.empty()) where.any_of("status", filter.statuses);
    if (!filter.phases.empty()) where.any_of("phase", filter.phases);
    if (filter.provider) where.add("api_provider_id = ?", *filter.provider);
    if (filter.type_payment) where.add("type_payment = ?", *filter.type_payment);
    if (filter.supplier_id) where.add("supplier_id = ?", *filter.supplier_id);
    if (filter.wp_order_number) where.add("wp_order_number = ?", *filter.wp_order_number);
    if (filter.from) where.add("created_at >= ?", *filter.from);
    if (filter.to) where.add("created_at < ?", *filter.to);
    if (filter.archive) where.add("is_archive = ?", *filter.archive);
    if (filter.q && !trimmed(*filter.q).empty()) search(where, tx.dialect(), filter);
    if (filter.before_id) where.add("id < ?", *filter.before_id);
    return where;
}

// The filter in parts of one site and one status each. Neither database merges what several of them have in one index: it
// would sort all of their orders.
std::vector<Filter> parts_of(const Filter& filter)
{
    std::vector<Filter> parts{filter};
    if (filter.sites && filter.sites->size() > 1 && !filter.site_id) {
        parts.clear();
        for (auto site : *filter.sites) {
            auto& part = parts.emplace_back(filter);
            part.sites.reset();
            part.site_id = site;
        }
    }
    if (filter.statuses.size() < 2) return parts;
    std::vector<Filter> finer;
    for (const auto& part : parts)
        for (const auto& status : filter.statuses) finer.emplace_back(part).statuses = {status};
    return finer;
}

// As many of each part as are wanted of all together, each by its index. (A derived table around each LIMIT: MariaDB allows
// none in IN itself.)
Where newest_of_each(db::Tx& tx, const std::vector<Filter>& parts)
{
    std::string sql;
    std::vector<db::Param> params;
    for (const auto& part : parts) {
        auto where = where_of(tx, part);
        sql += fmt::format("{}SELECT id FROM (SELECT id FROM orders{} ORDER BY id DESC LIMIT {}) AS part_{}",
                           sql.empty() ? "" : " UNION ALL ", where.sql(), part.limit + 1, params.size());
        std::ranges::copy(where.params(), std::back_inserter(params));
    }
    Where newest(tx.dialect());
    newest.add_with("id IN (" + sql + ")", std::move(params));
    return newest;
}

Where newest(db::Tx& tx, const Filter& filter)
{
    constexpr std::size_t most = 64;
    bool searched = filter.q && !trimmed(*filter.q).empty();
    if (searched) return where_of(tx, filter);
    // Sorted as ids, and not as whole rows.
    if (by_phase(filter)) return newest_of_each(tx, {filter});
    auto parts = parts_of(filter);
    return parts.size() == 1 || parts.size() > most ? where_of(tx, filter) : newest_of_each(tx, parts);
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
    // A try that failed does not begin the waiting anew.
    if (*to == Phase::launching && move != Move::unsent) changes.push_back(set(tx, "waits_since", now));
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
    // A person's word that the move takes away is a change that the two phases do not tell of.
    if (auto shown = status_of(*to); status_of(order.phase) == shown && order.status != shown) {
        auto ends = make_event(order.id, now, actor, "status");
        ends.from_value = order.status;
        ends.to_value = shown;
        add_event(tx, std::move(ends));
    }
    auto by = actor.kind == Actor::Kind::person ? actor.name : std::string();
    tx.announce({"orders", order.id.value, order.site_id.value, order.version + 1, std::move(by)});
    return *find_order(tx, order.id);
}

Result<Order> update_order(db::Tx& tx, Time now, const Order& order, std::vector<Change> changes)
{
    changes.push_back(set(tx, "updated_at", now));
    if (auto written = write_changes(tx, order, changes); !written) return fail(written.error());
    tx.announce({"orders", order.id.value, order.site_id.value, order.version + 1});
    return *find_order(tx, order.id);
}

std::vector<Order> list_orders(db::Tx& tx, const Filter& filter)
{
    auto where = newest(tx, filter);
    auto params = where.params();
    params.push_back(db::to_param(tx.dialect(), filter.limit + 1));
    return tx.query_with<Order>(
        "SELECT " + db::columns<Order>() + " FROM orders" + where.sql() + " ORDER BY id DESC LIMIT ?", std::move(params));
}

std::vector<Order> related_orders(db::Tx& tx, const Order& order, const std::optional<std::vector<SiteId>>& visible)
{
    constexpr int most = 20, looked_at = 200;
    std::vector<Order> found;
    for (const auto& [column, key] : {std::pair{"email_key", order.email_key}, std::pair{"link_key", order.link_key}}) {
        if (key.empty()) continue;
        for (auto& other : tx.query<Order>(
                 fmt::format("SELECT {} FROM orders WHERE {} = ? ORDER BY id DESC LIMIT ?", db::columns<Order>(), column),
                 key, looked_at))
            if (other.id != order.id && (!visible || std::ranges::find(*visible, other.site_id) != visible->end()) &&
                std::ranges::find(found, other.id, &Order::id) == found.end())
                found.push_back(std::move(other));
    }
    std::ranges::sort(found, std::greater{}, &Order::id);
    if (found.size() > most) found.resize(most);
    return found;
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
