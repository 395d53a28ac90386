#include "sites/health.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace smg::sites {
namespace {

constexpr std::size_t longest_message = 500, longest_word = 32, longest_currency = 8;

Health known_or_new(db::Tx& tx, SiteId site)
{
    auto known = health_of(tx, site);
    return known ? *known : Health{.site_id = site};
}

void keep(db::Tx& tx, const Health& health)
{
    tx.execute("DELETE FROM site_health WHERE site_id = ?", health.site_id);
    tx.insert("site_health", health);
    tx.announce({"site_health", health.site_id.value, health.site_id.value});
}

std::optional<std::string> short_word(const std::string& text) { return cut(text, longest_word); }

}  // namespace

bool Health::can(std::string_view capability) const
{
    if (!capabilities || !capabilities->is_array()) return false;
    return std::ranges::any_of(capabilities->get_array(),
                               [&](const json::value& one) { return one.is_string() && one.get_string() == capability; });
}

std::optional<Health> health_of(db::Tx& tx, SiteId site)
{
    return tx.find<Health>("FROM site_health WHERE site_id = ?", site);
}

std::map<SiteId, Health> health_of_all(db::Tx& tx)
{
    std::map<SiteId, Health> out;
    for (auto& one : tx.select<Health>("FROM site_health")) out.emplace(one.site_id, std::move(one));
    return out;
}

Health note_ping(db::Tx& tx, Time now, SiteId site, const ShopPing& ping)
{
    auto health = known_or_new(tx, site);
    health.checked_at = now;
    health.ok_at = now;
    health.failing_since.reset();
    health.trouble.reset();
    health.message.reset();
    health.version = short_word(ping.version);
    health.wordpress = short_word(ping.wordpress);
    health.php = short_word(ping.php);
    health.woocommerce = ping.woocommerce ? short_word(*ping.woocommerce) : std::nullopt;
    health.wallet = short_word(ping.wallet);
    health.currency = cut(ping.currency, longest_currency);
    health.clock_off_s = ping.time - std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    health.capabilities = json::from(ping.capabilities);
    health.outbox_queued = ping.outbox.queued;
    health.outbox_failed = ping.outbox.failed;
    health.outbox_oldest_s = ping.outbox.oldest_s;
    keep(tx, health);
    return health;
}

Health note_trouble(db::Tx& tx, Time now, SiteId site, const ShopFailure& failure)
{
    auto health = known_or_new(tx, site);
    health.checked_at = now;
    if (!health.failing_since) health.failing_since = now;
    health.trouble = word(failure.kind);
    health.message = cut(failure.message, longest_message);
    keep(tx, health);
    return health;
}

void note_pulled(db::Tx& tx, SiteId site, Time to)
{
    tx.execute("UPDATE site_health SET pulled_to = ?, pull_failing_since = NULL WHERE site_id = ?", to, site);
}

void note_unread(db::Tx& tx, Time now, SiteId site)
{
    tx.execute("UPDATE site_health SET pull_failing_since = ? WHERE site_id = ? AND pull_failing_since IS NULL", now, site);
}

}  // namespace smg::sites
