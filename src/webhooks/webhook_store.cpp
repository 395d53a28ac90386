#include "webhooks/webhook_store.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "base/random.hpp"
#include "base/text.hpp"
#include "jobs/news.hpp"
#include "net/url.hpp"
#include "webhooks/delivery_store.hpp"

namespace smg::webhooks {
namespace {

constexpr std::size_t longest_name = 255, longest_url = 500, shortest_secret = 16, longest_secret = 200,
                      longest_reason = 500;

std::string secret_place(WebhookId id) { return fmt::format("webhooks|secret|{}", id.value); }

// The query of an address may hold what only the receiver is to know.
std::string without_query(const std::string& url) { return url.substr(0, url.find('?')); }

bool fits(const std::string& text, std::size_t least, std::size_t most)
{
    return valid_utf8(text) && code_points(text) >= least && code_points(text) <= most;
}

bool all_known(const std::vector<std::string>& events)
{
    return std::ranges::all_of(events,
                               [](const auto& one) { return std::ranges::find(known_events, one) != known_events.end(); });
}

Result<WebhookChange> checked(db::Tx& tx, WebhookChange in)
{
    if (in.name) in.name = std::string(trimmed(*in.name));
    if (in.url) in.url = std::string(trimmed(*in.url));
    if (in.name && !fits(*in.name, 1, longest_name)) return fail_field("name", "The name must have 1 to 255 characters.");
    if (in.url && (in.url->size() > longest_url || !net::parse_url(*in.url)))
        return fail_field("url", "The url must be an address such as https://example.com/webhook.");
    if (in.events && (in.events->empty() || !all_known(*in.events)))
        return fail_field("events", "The events must be at least one of those that there are.");
    if (in.site_id && *in.site_id != 0 && !tx.first<std::int64_t>("SELECT id FROM sites WHERE id = ?", *in.site_id))
        return fail_field("site_id", "The selected site id is invalid.");
    if (in.secret && !in.secret->empty() && !fits(*in.secret, shortest_secret, longest_secret))
        return fail_field("secret", "The secret must have 16 to 200 characters.");
    return in;
}

Result<void> check_all_there(const WebhookChange& in)
{
    std::vector<FieldError> missing;
    auto need = [&](bool there, std::string field) {
        if (!there) missing.push_back({field, json::about(field, "The :attribute field is required.")});
    };
    need(in.name.has_value(), "name");
    need(in.url.has_value(), "url");
    need(in.events.has_value(), "events");
    if (!missing.empty()) return fail(json::invalid_fields(std::move(missing)));
    return {};
}

// Each once, in our own order.
json::array in_order(const std::vector<std::string>& events)
{
    json::array out;
    for (auto event : known_events)
        if (std::ranges::find(events, event) != events.end()) out.emplace_back(event);
    return out;
}

void apply(Webhook& webhook, const WebhookChange& asked)
{
    if (asked.name) webhook.name = *asked.name;
    if (asked.url) webhook.url = *asked.url;
    if (asked.events) webhook.events = in_order(*asked.events);
    if (asked.site_id) webhook.site_id = *asked.site_id == 0 ? std::nullopt : std::optional(SiteId{*asked.site_id});
    if (asked.allow_private) webhook.allow_private = *asked.allow_private;
    if (asked.active) webhook.active = *asked.active;
    if (webhook.active) webhook.paused_reason.reset();
}

std::string difference(const Webhook& was, const Webhook& is)
{
    std::vector<std::string> said;
    auto put = [&](std::string_view name, const json::value& before, const json::value& after) {
        if (before != after) said.push_back(fmt::format("{}: {} -> {}", name, json::text_of(before), json::text_of(after)));
    };
    put("name", json::from(was.name), json::from(is.name));
    if (was.url != is.url) said.push_back(fmt::format("url: {} -> {}", without_query(was.url), without_query(is.url)));
    put("events", was.events, is.events);
    put("site_id", json::from(was.site_id), json::from(is.site_id));
    put("allow_private", was.allow_private, is.allow_private);
    put("active", was.active, is.active);
    return fmt::format("{}", fmt::join(said, "; "));
}

void write(db::Tx& tx, const Webhook& webhook)
{
    tx.execute(
        "UPDATE webhooks SET name = ?, url = ?, events = ?, site_id = ?, secret = ?, allow_private = ?, active = ?, "
        "paused_reason = ?, updated_at = ? WHERE id = ?",
        webhook.name, webhook.url, webhook.events, webhook.site_id, webhook.secret, webhook.allow_private, webhook.active,
        webhook.paused_reason, webhook.updated_at, webhook.id);
}

// What nobody wants to hear of is not written down at all.
void follow_what_is_wanted(db::Tx& tx)
{
    jobs::follow(tx, [&] {
        std::set<std::string> wanted;
        for (const auto& webhook : all_webhooks(tx))
            if (webhook.active)
                for (const auto& event : webhook.events.as_array()) wanted.emplace(event.as_string());
        return wanted;
    });
}

}  // namespace

Result<Changed> add_webhook(db::Tx& tx, const MasterKey& master, Time now, WebhookChange asked)
{
    if (auto all = check_all_there(asked); !all) return fail(all.error());
    auto good = checked(tx, std::move(asked));
    if (!good) return fail(good.error());
    Webhook fresh;
    fresh.events = json::array();
    fresh.created_at = fresh.updated_at = now;
    fresh.active = false;
    fresh.id = WebhookId{tx.insert("webhooks", fresh)};
    if (!good->secret) good->secret = "";
    if (!good->active) good->active = true;
    return change_webhook(tx, master, now, fresh, std::move(*good));
}

Result<Changed> change_webhook(db::Tx& tx, const MasterKey& master, Time now, const Webhook& webhook, WebhookChange asked)
{
    auto good = checked(tx, std::move(asked));
    if (!good) return fail(good.error());
    if (webhook.automatic && good->site_id && SiteId{*good->site_id} != webhook.site_id)
        return fail_field("site_id", "A webhook that is kept for a shop stays with it.");
    Changed out{webhook, ""};
    apply(out.webhook, *good);
    out.detail = difference(webhook, out.webhook);
    if (good->secret) {
        if (good->secret->empty()) out.made = Secret("whsec_" + random_token());
        auto secret = out.made ? *out.made : Secret(*good->secret);
        out.webhook.secret = master.seal(secret, secret_place(webhook.id));
        out.detail += (out.detail.empty() ? "" : "; ") + ("secret replaced by " + secret.last_four());
    }
    if (out.detail.empty()) return out;
    out.webhook.updated_at = now;
    write(tx, out.webhook);
    follow_what_is_wanted(tx);
    // What waits for another try may go through now.
    bool better = !webhook.active || good->url || good->secret || good->allow_private;
    if (out.webhook.active && better) go_on(tx, now, webhook.id);
    return out;
}

Result<void> keep_for_shop(db::Tx& tx, const MasterKey& master, Time now, const ShopReceiver& shop)
{
    auto known = tx.find<Webhook>("FROM webhooks WHERE site_id = ? AND automatic = 1 ORDER BY id LIMIT 1", shop.site);
    WebhookChange wanted;
    if (!known || known->url != shop.url) wanted.url = shop.url;
    auto secret = known ? secret_of(master, *known) : std::nullopt;
    if (!secret || secret->reveal() != shop.secret.reveal()) wanted.secret = shop.secret.reveal();
    if (!known || known->allow_private != shop.allow_private) wanted.allow_private = shop.allow_private;
    if (known) {
        auto changed = change_webhook(tx, master, now, *known, std::move(wanted));
        return changed ? Result<void>() : fail(changed.error());
    }
    wanted.name = shop.name;
    wanted.events = {"order.status_changed"};
    wanted.site_id = shop.site.value;
    auto added = add_webhook(tx, master, now, std::move(wanted));
    if (!added) return fail(added.error());
    try {
        tx.execute("UPDATE webhooks SET automatic = 1, kept_for = site_id WHERE id = ?", added->webhook.id);
    } catch (const db::DuplicateKey&) {
        remove_webhook(tx, added->webhook.id);  // somebody else made it at the same time
    }
    return {};
}

void remove_webhook(db::Tx& tx, WebhookId id)
{
    tx.execute("DELETE FROM webhook_deliveries WHERE webhook_id = ?", id);
    tx.execute("DELETE FROM webhooks WHERE id = ?", id);
    follow_what_is_wanted(tx);
}

bool pause_webhook(db::Tx& tx, Time now, WebhookId id, const std::string& reason)
{
    auto paused = tx.execute("UPDATE webhooks SET active = 0, paused_reason = ?, updated_at = ? WHERE id = ? AND active = 1",
                             cut(reason, longest_reason), now, id);
    if (paused == 1) follow_what_is_wanted(tx);
    return paused == 1;
}

std::vector<Webhook> all_webhooks(db::Tx& tx) { return tx.select<Webhook>("FROM webhooks ORDER BY id"); }

std::optional<Webhook> find_webhook(db::Tx& tx, WebhookId id) { return tx.find<Webhook>("FROM webhooks WHERE id = ?", id); }

std::optional<Secret> secret_of(const MasterKey& master, const Webhook& webhook)
{
    return webhook.secret ? master.open(*webhook.secret, secret_place(webhook.id)) : std::nullopt;
}

}  // namespace smg::webhooks
