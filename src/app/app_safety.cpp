#include <fmt/core.h>
#include <fmt/ranges.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "app/app.hpp"
#include "app/check.hpp"
#include "base/log.hpp"
#include "notices/notice_store.hpp"

// When the program must not do its work: what App does about it.
namespace smg {
namespace {

notices::NewNotice stopped_notice(const std::string& why, Time now)
{
    auto hour = std::chrono::time_point_cast<Duration>(std::chrono::floor<std::chrono::hours>(now));
    notices::NewNotice notice;
    notice.kind = notices::Kind::sending_stopped;
    notice.level = notices::Level::alarm;
    notice.dedup_key = "sending_stopped:" + stored(hour);
    notice.values = {{"reason", why}};
    return notice;
}

}  // namespace

// Orders are taken all the same: that a 2xx may be forgotten is the smaller harm, and doctor and notice say so.
Async<void> App::watch_safety()
{
    bool never_changes = home_.db->dialect() == db::Dialect::sqlite && safety_.may_send;
    if (!config_.has_role("worker") || safety_.damaged || never_changes) co_return;
    auto look = [](db::Tx& tx) -> Result<std::vector<std::string>> { return unsafe_settings(tx); };
    auto reasons = co_await home_.db->write(std::move(look));
    bool safe = reasons->empty();
    bool news = safety_.may_send.exchange(safe) != safe;
    if (safe && news) {
        log::info("the database keeps what it is told: orders may be sent");
        runner_.wake();
    }
    if (safe || unsafe_ == *reasons) co_return;
    unsafe_ = std::move(*reasons);
    auto why = fmt::format("{}", fmt::join(unsafe_, "; "));
    log::error("no order is sent: {}", why);
    auto tell = [&](db::Tx& tx) -> Result<void> {
        auto now = clock_.now();
        notices::raise(tx, now, notices::language_of(settings_), stopped_notice(why, now));
        return {};
    };
    co_await home_.db->write(std::move(tell));
}

Async<void> App::look_for_damage()
{
    auto look = [](db::Tx& tx) { return damage_at_start(tx); };
    auto damage = co_await home_.db->read(std::move(look));
    if (!damage) co_return;
    log::error("the database is damaged: {}", *damage);
    safety_.damaged = true;
    log::error("no order is taken or sent; {}", how_to_restore(config_));
}

// From any thread, and as often as the damage is met.
void App::found_damage()
{
    if (safety_.damaged.exchange(true)) return;
    safety_.may_send = false;
    boost::asio::post(io_, [this] {
        log::error("the database is damaged: no order is taken or sent any more; {}", how_to_restore(config_));
        boost::asio::co_spawn(io_, stop_workers(), boost::asio::detached);
    });
}

Async<void> App::stop_workers()
{
    auto patience = std::chrono::seconds(config_.stop_timeout_s);
    if (config_.has_role("scheduler")) co_await timetable_.stop();
    if (!config_.has_role("worker")) co_return;
    co_await runner_.stop(patience);
    co_await recovery_.stop();
}

}  // namespace smg
