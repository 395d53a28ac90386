#include "app/live_outside.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace smg {

LiveOutside::LiveOutside(boost::asio::io_context& io, db::Database& db, const Clock& clock, realtime::Outside outside,
                         realtime::Publisher::Send send, Tell tell)
    : db_(db),
      publisher_(clock, std::move(outside), std::move(send)),
      tell_(std::move(tell)),
      loop_(io, "outside realtime", looked_at_every, [this] { return step(); })
{
}

void LiveOutside::add_address(json::object& to) const
{
    const auto& outside = publisher_.outside();
    to["host"] = outside.host;
    to["port"] = outside.port;
    to["tls"] = outside.tls;
    to["cluster"] = outside.cluster;
}

void LiveOutside::publish(std::string channel, std::string event, std::string data)
{
    publisher_.publish(std::move(channel), std::move(event), std::move(data));
    loop_.wake();
}

void LiveOutside::publish_to_all(std::string prefix, std::string event, std::string data)
{
    publisher_.publish_to_all(std::move(prefix), std::move(event), std::move(data));
    loop_.wake();
}

void LiveOutside::terminate(std::int64_t user)
{
    publisher_.terminate(std::to_string(user));
    loop_.wake();
}

Async<void> LiveOutside::step()
{
    co_await publisher_.send_waiting();
    if (auto now = publisher_.trouble()) trouble_ = std::move(now);
    bool over = publisher_.works();
    if (over ? settled_ : (!trouble_ || told_)) co_return;
    auto write = [&](db::Tx& tx) -> Result<void> {
        tell_(tx, publisher_.outside().host, trouble_, over);
        return {};
    };
    co_await db_.write(std::move(write));
    told_ = !over;
    settled_ = over;
    if (over) trouble_.reset();
}

Async<void> LiveOutside::stop()
{
    co_await loop_.stop();
    if (publisher_.waiting() > 0) co_await publisher_.send_waiting(true);
    if (publisher_.waiting() > 0)
        log::warning("{} events were not told to the outside realtime server any more", publisher_.waiting());
}

void LiveOutside::show(http::Metrics& metrics)
{
    auto count = [&](const char* result, std::int64_t total, std::int64_t& shown) {
        metrics
            .counter("smgcrm_realtime_outside_events_total", "Events for the outside realtime server", {{"result", result}})
            .add(static_cast<double>(total - std::exchange(shown, total)));
    };
    count("sent", publisher_.sent(), shown_sent_);
    count("lost", publisher_.lost(), shown_lost_);
    metrics.gauge("smgcrm_realtime_outside_waiting", "Events that wait for the outside realtime server")
        .set(static_cast<double>(publisher_.waiting()));
    metrics.gauge("smgcrm_realtime_outside_works", "1 while the outside realtime server answers as it should")
        .set(publisher_.works() ? 1 : 0);
}

bool is_socket_id(std::string_view text)
{
    constexpr std::size_t longest = 64;
    auto dot = text.find('.');
    auto digits = [](std::string_view part) {
        return !part.empty() && std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
    };
    return text.size() <= longest && dot != text.npos && digits(text.substr(0, dot)) && digits(text.substr(dot + 1));
}

}  // namespace smg
