#include <fmt/core.h>

#include <bit>
#include <map>
#include <set>

#include "base/crypto.hpp"
#include "currencies/currency_store.hpp"
#include "jobs/job.hpp"
#include "orders/dispatch.hpp"
#include "orders/intake.hpp"
#include "orders/lost_sends.hpp"
#include "orders/order_notices.hpp"
#include "orders/order_store.hpp"
#include "suppliers/provider_store.hpp"

namespace smg::orders {
namespace {

/// A row of `idempotency`: what came under an Idempotency-Key, and its first reply. The identity of an order needs none: it
/// stands in the order's own row, and its history tells what the first reply said.
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

using BySite = std::map<SiteId, std::vector<std::string>>;

// The list is filled up to a power of two, so that few statements are prepared.
std::string keys_of_site(db::Tx& tx, SiteId site, std::vector<std::string> keys, std::vector<db::Param>& params)
{
    keys.resize(std::bit_ceil(keys.size()), keys.back());
    params.push_back(db::to_param(tx.dialect(), site));
    std::string marks;
    for (const auto& key : keys) {
        marks += marks.empty() ? "?" : ", ?";
        params.push_back(db::to_param(tx.dialect(), key));
    }
    return marks;
}

// The identities of one site in one question.
std::map<Key, Known> already_there(db::Tx& tx, std::span<const Draft> drafts)
{
    BySite identities;
    for (const auto& draft : drafts) identities[draft.order.site_id].push_back(draft.order.identity);
    std::map<Key, Known> known;
    using Row = std::tuple<OrderId, std::string, std::string, std::string, std::string>;
    for (auto& [site, keys] : identities) {
        std::vector<db::Param> params;
        auto marks = keys_of_site(tx, site, std::move(keys), params);
        for (auto& [id, identity, content, number, status] : tx.query_with<Row>(
                 "SELECT id, identity, content_hash, wp_order_number, status FROM orders WHERE site_id = ? AND identity "
                 "IN (" +
                     marks + ")",
                 params))
            known[{site.value, identity}] = Known{id, content, number, status};
    }
    return known;
}

// What came before under the Idempotency-Keys of these drafts.
std::map<Key, Remembered> aliases_there(db::Tx& tx, std::span<const Draft> drafts)
{
    BySite aliases;
    for (const auto& draft : drafts)
        if (draft.alias_hash) aliases[draft.order.site_id].push_back(*draft.alias_hash);
    std::map<Key, Remembered> known;
    for (auto& [site, keys] : aliases) {
        std::vector<db::Param> params;
        auto marks = keys_of_site(tx, site, std::move(keys), params);
        for (auto& row : tx.query_with<Remembered>("SELECT " + db::columns<Remembered>() +
                                                       " FROM idempotency WHERE site_id = ? AND idem_key IN (" + marks + ")",
                                                   params))
            known.emplace(Key{site.value, row.idem_key}, std::move(row));
    }
    return known;
}

// The word of the first reply: that of the phase in which the order was received.
std::string first_status(db::Tx& tx, const Known& known)
{
    auto received = tx.first<std::string>(
        "SELECT to_value FROM order_events WHERE order_id = ? AND kind = 'received' ORDER BY id LIMIT 1", known.id);
    auto phase = received ? from_word<Phase>(*received) : std::nullopt;
    return phase ? std::string(status_of(*phase)) : known.status;
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
    Order order;
    order.id = known.id;
    order.wp_order_number = known.wp_order_number;
    order.status = first_status(tx, known);
    return Taken{known.id, first_reply(order), true};
}

// The first reply under this Idempotency-Key, when there is one.
std::optional<Result<Taken>> under_alias(db::Tx& tx, Time now, const Draft& draft, const std::map<Key, Remembered>& aliases)
{
    if (!draft.alias_hash) return std::nullopt;
    auto found = aliases.find({draft.order.site_id.value, *draft.alias_hash});
    if (found == aliases.end()) return std::nullopt;
    const auto& row = found->second;
    bool same = row.content_hash == alias_content(draft.order);
    Actor shop{Actor::Kind::site, fmt::format("site {}", draft.order.site_id.value)};
    add_event(tx, make_event(row.order_id, now, shop, same ? "repeated" : "repeat_refused"));
    if (!same) return fail_field("Idempotency-Key", "The Idempotency-Key was used before for another order.");
    return Taken{row.order_id, row.body, true, true};
}

void remember(db::Tx& tx, Time now, std::span<const Draft> drafts, std::span<const Order> orders)
{
    std::vector<Remembered> rows;
    for (std::size_t i = 0; i < orders.size(); ++i) {
        const auto& order = orders[i];
        if (drafts[i].alias_hash)
            rows.push_back(
                {0, order.site_id, *drafts[i].alias_hash, alias_content(order), order.id, first_reply(order), now});
    }
    if (!rows.empty()) tx.insert_all<Remembered>("idempotency", rows);
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
    enqueue_first_sends(tx, now, orders);
    for (const auto& order : orders) {
        if (order.phase != Phase::launching) raise_suspicious(tx, now, order, settings);
        tx.announce({"orders", order.id.value, order.site_id.value, order.version});
    }
}

std::vector<Order> rows_of(db::Tx& tx, Time now, std::span<const Draft> drafts)
{
    std::vector<Order> orders;
    orders.reserve(drafts.size());
    std::map<std::string, std::optional<std::int64_t>> currencies;
    for (const auto& draft : drafts) {
        auto& order = orders.emplace_back(draft.order);
        if (draft.currency.empty()) continue;
        auto [currency, fresh] = currencies.try_emplace(draft.currency);
        if (fresh)
            if (auto found = currencies::find_or_add_currency(tx, now, draft.currency)) currency->second = found->id;
        if (currency->second) order.currency_id = *currency->second;
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
    auto came_under = aliases_there(tx, drafts);
    std::vector<Draft> fresh;
    std::vector<std::size_t> places;
    std::set<Key> in_batch;
    std::vector<std::size_t> twins;  // of a fresh one in this very batch
    std::set<std::pair<std::int64_t, std::string>> aliases;
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        const auto& draft = drafts[i];
        auto key = key_of(draft.order);
        if (auto alias = under_alias(tx, now, draft, came_under)) results[i] = std::move(*alias);
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
        hold_lost(tx, fresh);
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
