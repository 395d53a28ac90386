#include "app/live.hpp"

#include <fmt/core.h>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/post.hpp>
#include <boost/describe/class.hpp>

#include <charconv>
#include <map>
#include <mutex>
#include <set>

#include "app/sign_in.hpp"
#include "http/bind.hpp"
#include "orders/order_store.hpp"
#include "realtime/signature.hpp"
#include "users/session_store.hpp"

namespace smg {
namespace {

using http::Access;
using http::Caller;
using http::Method;
using Person = realtime::Client::Person;
using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

constexpr auto gathered_for = std::chrono::milliseconds(50);  // many changes at once are one event
constexpr std::size_t most_named = 200;                       // in one event; of more, only that there were some
constexpr std::string_view all_sites = "private-sites", site_prefix = "private-site.", user_prefix = "private-user.",
                           order_prefix = "presence-order.";
constexpr int rechecked_every = 3;  // seconds: whoever lost their rights is cut within five

std::optional<std::int64_t> id_after(std::string_view channel, std::string_view prefix)
{
    if (!channel.starts_with(prefix)) return std::nullopt;
    auto digits = channel.substr(prefix.size());
    std::int64_t id = 0;
    auto [stop, bad] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
    if (bad != std::errc{} || stop != digits.data() + digits.size() || id < 1) return std::nullopt;
    // Another spelling would be another channel.
    return std::to_string(id) == digits ? std::optional(id) : std::nullopt;
}

// The one rule of who may hear what; asked at the door, and again as long as they listen.
bool may_hear(db::Tx& tx, const Caller& caller, std::string_view channel)
{
    if (channel == all_sites) return !caller.sites;
    if (auto site = id_after(channel, site_prefix)) return caller.may_see({*site});
    if (auto user = id_after(channel, user_prefix)) return caller.user.value == *user;
    auto id = id_after(channel, order_prefix);
    if (!id || !caller.user) return false;
    auto order = orders::find_order(tx, {*id});
    return order && caller.may_see(order->site_id);
}

bool still_signed_in(db::Tx& tx, Time now, const Person& person)
{
    if (person.session == 0) return true;  // a personal token
    auto open = users::live_sessions(tx, now, {person.user});
    return std::ranges::any_of(
        open, [&](const users::Session& one) { return one.id == person.session && one.state == users::SessionState::full; });
}

}  // namespace

// What was announced since pages were last told. Database threads write it, the I/O thread reads it.
struct Live::News {
    explicit News(boost::asio::io_context& io) : timer(io) {}

    struct Change {
        std::int64_t version = 0;
        std::string by;
    };
    std::mutex mutex;
    std::map<std::int64_t, std::map<std::int64_t, Change>> orders;  // by site and id
    std::set<std::int64_t> batches, users;
    bool notices = false, waiting = false;
    Timer timer;
};

struct Live::Wanted {
    std::string socket_id, channel_name;
    static constexpr auto extra = json::Extra::ignored;
    BOOST_DESCRIBE_CLASS(Wanted, (), (socket_id, channel_name), (), ())
};

// For the API reference.
struct Live::Place {
    std::string key;
    std::vector<std::string> channels;
    BOOST_DESCRIBE_CLASS(Place, (), (key, channels), (), ())
};

struct Live::Allowed {
    std::string auth;
    std::optional<std::string> channel_data;
    BOOST_DESCRIBE_CLASS(Allowed, (), (auth, channel_data), (), ())
};

Live::Live(boost::asio::io_context& io, db::Database& db, const Clock& clock, net::HttpClient& http_client,
           std::vector<realtime::Application> apps, realtime::Limits limits)
    : io_(io),
      db_(db),
      clock_(clock),
      http_client_(http_client),
      server_(io, clock, apps, limits,
              [this](const realtime::Application& app, const realtime::HookEvent& event) { note_for_hook(app, event); }),
      own_(*server_.hub().by_id(apps.front().id)),
      news_(std::make_shared<News>(io))
{
}

Live::~Live() = default;

http::Routes Live::server_routes() { return server_.routes(); }

http::Routes Live::routes()
{
    return {
        {Method::GET, "/api/v1/live", Access::user,
         [this](const http::Request&, const Caller& caller) -> Async<http::Response> {
             co_return http::to_response(co_await where(caller));
         },
         http::about("Where a page hears what happens: the app's key, and the channels that the caller may hear")
             .gives<http::Data<Place>>()},
        {Method::POST, "/broadcasting/auth", Access::user,
         [this](const http::Request& request, const Caller& caller) -> Async<http::Response> {
             auto wanted = http::read_as<Wanted>(request);
             if (!wanted) co_return std::move(wanted.error());
             co_return http::to_response(co_await authorize(caller, std::move(*wanted)));
         },
         http::about("Allows a socket to subscribe to a private or presence channel")
             .more("As Laravel Echo and pusher-js ask it.")
             .takes<Wanted>()
             .gives<Allowed>()
             .example(R"({"socket_id":"1.1","channel_name":"private-user.1"})")},
    };
}

// GET /api/v1/live: where a page connects, and the channels it may hear.
Async<Result<json::object>> Live::where(Caller caller)
{
    json::array channels;
    if (caller.user) channels.push_back(json::value(fmt::format("{}{}", user_prefix, caller.user.value)));
    if (!caller.sites) channels.push_back(json::value(all_sites));
    else
        for (auto site : *caller.sites) channels.push_back(json::value(fmt::format("{}{}", site_prefix, site.value)));
    co_return http::data_of({{"key", own_.key}, {"channels", std::move(channels)}});
}

// POST /broadcasting/auth, as Laravel Echo and pusher-js ask it (Pusher Channels, "Authorizing users").
Async<Result<json::object>> Live::authorize(Caller caller, Wanted wanted)
{
    auto look = [&](db::Tx& tx) { return may_hear(tx, caller, wanted.channel_name); };
    bool allowed = co_await db_.read(std::move(look));
    auto client = server_.hub().by_socket(wanted.socket_id);
    if (!allowed || !client || &client->app() != &own_) co_return fail(Code::forbidden, "This channel is not yours.");
    Person person{caller.user.value, caller.session};
    if (client->person && *client->person != person) co_return fail(Code::forbidden, "This socket is somebody else's.");
    client->person = person;
    std::string channel_data;
    if (realtime::kind_of(wanted.channel_name).presence)
        channel_data = json::text_of(json::object{{"user_id", std::to_string(caller.user.value)},
                                                  {"user_info", json::object{{"name", caller.name}}}});
    json::object out{{"auth", realtime::channel_auth(own_, wanted.socket_id, wanted.channel_name, channel_data)}};
    if (!channel_data.empty()) out["channel_data"] = channel_data;
    co_return out;
}

void Live::heard(const db::Announcement& what)
{
    std::lock_guard lock(news_->mutex);
    if (what.topic == "orders") {
        auto& change = news_->orders[what.site_id][what.id];
        change.version = std::max(change.version, what.version);
        if (!what.by.empty()) change.by = what.by;
    } else if (what.topic == "notices") {
        news_->notices = true;
    } else if (what.topic == "batches") {
        news_->batches.insert(what.id);
    } else if (what.topic == "users") {
        news_->users.insert(what.id);
    } else {
        return;
    }
    if (std::exchange(news_->waiting, true)) return;
    boost::asio::post(io_, [this, news = news_] {
        news->timer.expires_after(gathered_for);
        news->timer.async_wait([this, news](boost::system::error_code error) {
            if (!error) tell();
        });
    });
}

void Live::tell()
{
    std::map<std::int64_t, std::map<std::int64_t, News::Change>> orders;
    std::set<std::int64_t> batches, users;
    bool notices = false;
    {
        std::lock_guard lock(news_->mutex);
        news_->waiting = false;
        orders.swap(news_->orders);
        batches.swap(news_->batches);
        users.swap(news_->users);
        std::swap(notices, news_->notices);
    }
    auto& hub = server_.hub();
    for (const auto& [site, changes] : orders) {
        json::array list;
        for (const auto& [id, change] : changes) {
            if (list.size() == most_named) break;
            json::object one{{"id", id}, {"version", change.version}};
            if (!change.by.empty()) one["by"] = change.by;
            list.push_back(std::move(one));
        }
        json::object event{{"site_id", site}, {"orders", std::move(list)}, {"more", changes.size() > most_named}};
        auto data = json::text_of(event);
        hub.publish(own_, fmt::format("{}{}", site_prefix, site), "orders.changed", data);
        hub.publish(own_, std::string(all_sites), "orders.changed", data);
    }
    // Whose they are the rows know; pages that show none of them overlook it.
    json::array ids;
    for (auto id : batches)
        if (ids.size() < most_named) ids.push_back(json::value(id));
    auto progress = json::text_of(json::object{{"ids", std::move(ids)}});
    if (!notices && batches.empty() && users.empty()) return;
    for (const auto& [name, channel] : hub.channels(own_, user_prefix)) {
        if (notices) hub.publish(own_, name, "notices.changed", "{}");
        if (!batches.empty()) hub.publish(own_, name, "batch.progress", progress);
    }
    if (!users.empty()) since_recheck_ = rechecked_every;
}

Async<void> Live::tend()
{
    server_.tick();
    co_await enqueue_hooks();
    if (++since_recheck_ < rechecked_every) co_return;
    since_recheck_ = 0;
    co_await recheck();
}

// Rights that ended, on this node or another one: the socket is sent away, and comes again with what its person may hear
// now.
Async<void> Live::recheck()
{
    std::map<Person, std::set<std::string>> heard_by;
    for (auto client : server_.hub().clients()) {
        if (!client->person) continue;
        auto& channels = heard_by[*client->person];
        for (const auto& [channel, member] : client->channels()) channels.insert(channel);
    }
    if (heard_by.empty()) co_return;
    auto look = [&](db::Tx& tx) {
        std::set<Person> lost;
        for (const auto& [person, channels] : heard_by) {
            if (person.user == 0) continue;
            auto caller = who_sees(tx, {person.user});
            bool kept = caller && still_signed_in(tx, clock_.now(), person) &&
                        std::ranges::all_of(channels, [&](const std::string& channel) {
                            return channel.starts_with(order_prefix) || may_hear(tx, *caller, channel);
                        });
            if (!kept) lost.insert(person);
        }
        return lost;
    };
    auto lost = co_await db_.read(std::move(look));
    for (auto client : server_.hub().clients())
        if (client->person && lost.contains(*client->person))
            client->close(realtime::come_again, "Your rights have changed: reconnect");
}

Live::Crowd Live::crowd() { return {server_.hub().connections(), server_.hub().channels()}; }

Async<> Live::drain(Duration patience)
{
    news_->timer.cancel();
    co_await server_.drain(patience);
}

}  // namespace smg
