#include <fmt/core.h>

#include <bit>
#include <map>
#include <set>

#include "base/crypto.hpp"
#include "currencies/currency_store.hpp"
#include "jobs/job.hpp"
#include "orders/dispatch.hpp"
#include "orders/intake.hpp"
#include "orders/order_notices.hpp"
#include "orders/order_store.hpp"
#include "suppliers/provider_store.hpp"

namespace smg::orders {
namespace {

/// A row of `idempotency`: the first reply, word for word.
struct Remembered {
    std::int64_t id = 0;
    SiteId site_id;
    std::string idem_key, content_hash;
    OrderId order_id;
    std::string body;
    Time created_at;
};
BOOST_DESCRIBE_STRUCT(Remembered, (), (id, site_id, idem_key, content_hash, order_id, body, created_at))

using Key = std::pair<std::int64_t, std::string>;  // site, identity

Key key_of(const Order& order) { return {order.site_id.value, order.identity}; }

std::string first_reply(const Order& order)
{
    json::object body{{"success", true}};
    body["order_id"] = order.id.value;
    body["wp_order_number"] = order.wp_order_number;
    body["status"] = order.status;
    return json::text_of(body);
}

// An alias stands for the whole order: another order under the same Idempotency-Key is a mistake of the shop.
std::string alias_content(const Order& order) { return sha256_hex(order.identity + order.content_hash); }

struct Known {
    OrderId id;
    std::string content_hash, wp_order_number, status;
};

// The identities of one site in one question. The list is filled up to a power of two, so that few statements are prepared.
void look_up(db::Tx& tx, SiteId site, std::vector<std::string> identities, std::map<Key, Known>& known)
{
    identities.resize(std::bit_ceil(identities.size()), identities.back());
    std::string marks;
    std::vector<db::Param> params{db::to_param(tx.dialect(), site)};
    for (const auto& identity : identities) {
        marks += marks.empty() ? "?" : ", ?";
        params.push_back(db::to_param(tx.dialect(), identity));
    }
    using Row = std::tuple<OrderId, std::string, std::string, std::string, std::string>;
    auto rows = tx.query_with<Row>(
        "SELECT id, identity, content_hash, wp_order_number, status FROM orders WHERE site_id = ? AND "
        "identity IN (" +
            marks + ")",
        std::move(params));
    for (auto& [id, identity, content, number, status] : rows)
        known[{site.value, identity}] = Known{id, content, number, status};
}

std::map<Key, Known> already_there(db::Tx& tx, std::span<const Draft> drafts)
{
    std::map<SiteId, std::vector<std::string>> by_site;
    for (const auto& draft : drafts) by_site[draft.order.site_id].push_back(draft.order.identity);
    std::map<Key, Known> known;
    for (auto& [site, identities] : by_site) look_up(tx, site, std::move(identities), known);
    return known;
}

Result<Taken> repeat(db::Tx& tx, Time now, const Draft& draft, const Known& known)
{
    Actor shop{Actor::Kind::site, fmt::format("site {}", draft.order.site_id.value)};
    if (known.content_hash != draft.order.content_hash) {
        auto event = make_event(known.id, now, shop, "repeat_refused");
        event.detail = "the shop sent the same item_id with other content";
        add_event(tx, std::move(event));
        return fail_field("item_id", "The item id was used before with other content.");
    }
    add_event(tx, make_event(known.id, now, shop, "repeated"));
    auto body = tx.first<std::string>("SELECT body FROM idempotency WHERE site_id = ? AND idem_key = ?", draft.order.site_id,
                                      draft.order.identity);
    Order order;
    order.id = known.id;
    order.wp_order_number = known.wp_order_number;
    order.status = known.status;
    return Taken{known.id, body ? *body : first_reply(order), true};
}

// The first reply under this Idempotency-Key, when there is one.
std::optional<Result<Taken>> under_alias(db::Tx& tx, Time now, const Draft& draft)
{
    if (!draft.alias_hash) return std::nullopt;
    auto row =
        tx.find<Remembered>("FROM idempotency WHERE site_id = ? AND idem_key = ?", draft.order.site_id, *draft.alias_hash);
    if (!row) return std::nullopt;
    bool same = row->content_hash == alias_content(draft.order);
    Actor shop{Actor::Kind::site, fmt::format("site {}", draft.order.site_id.value)};
    add_event(tx, make_event(row->order_id, now, shop, same ? "repeated" : "repeat_refused"));
    if (!same) return fail_field("Idempotency-Key", "The Idempotency-Key was used before for another order.");
    return Taken{row->order_id, row->body, true};
}

void remember(db::Tx& tx, Time now, std::span<const Draft> drafts, std::span<const Order> orders)
{
    std::vector<Remembered> rows;
    for (std::size_t i = 0; i < orders.size(); ++i) {
        const auto& order = orders[i];
        rows.push_back({0, order.site_id, order.identity, order.content_hash, order.id, first_reply(order), now});
        if (drafts[i].alias_hash)
            rows.push_back(
                {0, order.site_id, *drafts[i].alias_hash, alias_content(order), order.id, first_reply(order), now});
    }
    tx.insert_all<Remembered>("idempotency", rows);
}

// What comes after the rows: history, remembered replies, and who acts next on each order.
void follow_up(db::Tx& tx, Time now, std::span<const Draft> drafts, std::span<const Order> orders,
               const settings::Settings& settings)
{
    std::vector<Event> events;
    for (std::size_t i = 0; i < orders.size(); ++i) {
        const auto& order = orders[i];
        Actor shop{Actor::Kind::site, fmt::format("site {}", order.site_id.value)};
        auto event = make_event(order.id, now, shop, "received");
        event.to_value = word(order.phase);
        if (drafts[i].ignored_fields > 0)
            event.detail = fmt::format("{} unknown fields were ignored", drafts[i].ignored_fields);
        events.push_back(std::move(event));
    }
    add_events(tx, std::move(events));
    remember(tx, now, drafts, orders);
    for (const auto& order : orders) {
        if (order.phase == Phase::launching) enqueue_send(tx, now, order);
        else raise_suspicious(tx, now, order, settings);
        tx.announce({"orders", order.id.value, order.site_id.value});
    }
}

std::vector<Order> rows_of(db::Tx& tx, Time now, std::span<const Draft> drafts)
{
    std::vector<Order> orders;
    for (const auto& draft : drafts) {
        auto& order = orders.emplace_back(draft.order);
        if (draft.currency.empty()) continue;
        if (auto currency = currencies::find_or_add_currency(tx, now, draft.currency)) order.currency_id = currency->id;
    }
    return orders;
}

std::vector<Result<Taken>> insert_fresh(db::Tx& tx, Time now, std::span<const Draft> drafts,
                                        const settings::Settings& settings)
{
    auto orders = rows_of(tx, now, drafts);
    auto ids = tx.insert_all<Order>("orders", orders);
    std::vector<Result<Taken>> taken;
    for (std::size_t i = 0; i < orders.size(); ++i) {
        orders[i].id = OrderId{ids[i]};
        taken.push_back(Taken{orders[i].id, first_reply(orders[i])});
    }
    follow_up(tx, now, drafts, orders, settings);
    return taken;
}

}  // namespace

std::vector<Result<Taken>> insert_orders(db::Tx& tx, Time now, std::span<const Draft> drafts,
                                         const settings::Settings& settings)
{
    std::vector<std::optional<Result<Taken>>> results(drafts.size());
    auto known = already_there(tx, drafts);
    std::vector<Draft> fresh;
    std::vector<std::size_t> places;
    std::set<Key> in_batch;
    std::vector<std::size_t> twins;  // of a fresh one in this very batch
    std::set<std::pair<std::int64_t, std::string>> aliases;
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        const auto& draft = drafts[i];
        auto key = key_of(draft.order);
        if (auto alias = under_alias(tx, now, draft)) results[i] = std::move(*alias);
        else if (auto found = known.find(key); found != known.end()) results[i] = repeat(tx, now, draft, found->second);
        else if (in_batch.contains(key) || (draft.alias_hash && aliases.contains({key.first, *draft.alias_hash})))
            twins.push_back(i);
        else {
            in_batch.insert(key);
            if (draft.alias_hash) aliases.insert({key.first, *draft.alias_hash});
            fresh.push_back(draft);
            places.push_back(i);
        }
    }
    if (!fresh.empty()) {
        auto inserted = insert_fresh(tx, now, fresh, settings);
        for (std::size_t i = 0; i < places.size(); ++i) results[places[i]] = std::move(inserted[i]);
    }
    for (auto i : twins) {
        auto alone = insert_orders(tx, now, drafts.subspan(i, 1), settings);  // finds its twin as any later repeat does
        results[i] = std::move(alone.front());
    }
    std::vector<Result<Taken>> out;
    for (auto& result : results) out.push_back(std::move(*result));
    return out;
}

}  // namespace smg::orders
