#include "app/shops.hpp"

#include <fmt/core.h>

#include <charconv>

#include "base/log.hpp"
#include "notices/notice_store.hpp"
#include "orders/pull.hpp"
#include "sites/shop_check.hpp"
#include "webhooks/webhook_store.hpp"

namespace smg {
namespace {

using notices::Kind;

constexpr auto the_program = "SMG CRM";  // who has seen to it that a notice is over

// Without values: to settle it as it is worded.
notices::NewNotice notice_of(Kind kind, SiteId site)
{
    notices::NewNotice notice;
    notice.kind = kind;
    notice.dedup_key = fmt::format("{}:{}:", word(kind), site.value);
    notice.site_id = site;
    return notice;
}

notices::NewNotice notice_of(Kind kind, const sites::Site& site)
{
    auto notice = notice_of(kind, site.id);
    notice.values = {{"site", site.name}};
    return notice;
}

// One that never answered is no alarm: its plugin is still to be installed.
void tell_when_silent(db::Tx& tx, Time now, const settings::Settings& settings, const sites::Site& site,
                      const sites::Health& health)
{
    auto language = notices::language_of(settings);
    auto notice = notice_of(Kind::shop_silent, site);
    if (!health.failing_since) return notices::settle(tx, now, language, notice, the_program);
    if (!health.ok_at || now - *health.failing_since < settings.seconds("shops.silent_after_s")) return;
    notice.dedup_key += stored(*health.failing_since);
    notice.values.insert(notice.values.end(),
                         {{"since", iso(*health.failing_since)}, {"reason", health.message.value_or("")}});
    notices::raise(tx, now, language, notice);
}

// Whether people know of it: nobody has looked at it yet, or somebody has today, and nothing more was refused since. What
// was over and comes again is new.
bool is_known(db::Tx& tx, Time now, const notices::NewNotice& notice, std::int64_t failed)
{
    auto last = notices::newest(tx, notice.kind, notice.dedup_key);
    if (!last || last->seen_by == the_program) return false;
    auto told = std::string_view(last->dedup_key).substr(last->dedup_key.rfind(':') + 1);
    std::int64_t failed_then = 0;
    std::from_chars(told.data(), told.data() + told.size(), failed_then);
    bool of_today = !last->seen_at || now - last->created_at < std::chrono::days(1);
    return of_today && failed <= failed_then;
}

void tell_when_stuck(db::Tx& tx, Time now, const settings::Settings& settings, const sites::Site& site,
                     const sites::Health& health)
{
    if (health.trouble) return;  // nothing new is known
    auto language = notices::language_of(settings);
    auto notice = notice_of(Kind::shop_stuck, site);
    bool waits = std::chrono::seconds(health.outbox_oldest_s) >= settings.seconds("shops.silent_after_s");
    if (health.outbox_failed == 0 && !waits) return notices::settle(tx, now, language, notice, the_program);
    if (is_known(tx, now, notice, health.outbox_failed)) return;
    notice.dedup_key += fmt::format("{}:{}", stored(now), health.outbox_failed);
    notice.values.insert(notice.values.end(), {{"queued", std::to_string(health.outbox_queued)},
                                               {"failed", std::to_string(health.outbox_failed)}});
    notices::raise(tx, now, language, notice);
}

}  // namespace

sites::Checked after_check(const Clock& clock, const settings::Settings& settings, const MasterKey& master)
{
    return [&](db::Tx& tx, const sites::Site& site, const sites::Health& health, const sites::Contact& contact) {
        auto now = clock.now();
        tell_when_silent(tx, now, settings, site, health);
        tell_when_stuck(tx, now, settings, site, health);
        bool wants_events = !health.trouble && health.can("order-event") && settings.flag("shops.webhooks");
        if (!wants_events || contact.key.empty()) return;
        auto kept = webhooks::keep_for_shop(tx, master, now,
                                            {site.id, site.name, contact.event_url, contact.key, site.allow_private});
        if (!kept) log::warning("site {}: no webhook of its own: {}", site.name, kept.error().message);
    };
}

Async<jobs::Outcome> tend_shops(sites::SiteDesk desk)
{
    auto write = [&](db::Tx& tx) -> Result<void> {
        auto now = desk.clock.now();
        auto language = notices::language_of(desk.settings);
        // Whom nobody asks any more nobody waits for.
        for (auto id : tx.query<SiteId>("SELECT id FROM sites WHERE is_active = 0 ORDER BY id")) {
            auto unread = notice_of(Kind::shop_silent, id);
            unread.dedup_key = orders::unread_key(id);
            for (const auto& notice : {notice_of(Kind::shop_silent, id), notice_of(Kind::shop_stuck, id), unread})
                notices::settle(tx, now, language, notice, the_program);
        }
        auto health = sites::health_of_all(tx);
        for (auto id : tx.query<SiteId>(
                 "SELECT id FROM sites WHERE is_active = 1 AND EXISTS (SELECT 1 FROM api_tokens WHERE api_tokens.site_id = "
                 "sites.id AND api_tokens.kind = 'site' AND api_tokens.revoked_at IS NULL) ORDER BY id")) {
            sites::enqueue_check(tx, now, id);
            auto known = health.find(id);
            if (known != health.end() && known->second.can("paid-orders")) orders::enqueue_pull(tx, now, id);
        }
        return {};
    };
    co_await desk.db.write(std::move(write));
    co_return jobs::Done{};
}

}  // namespace smg
