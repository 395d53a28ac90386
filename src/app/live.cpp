#include "app/live.hpp"

#include <fmt/core.h>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/post.hpp>
#include <boost/describe/class.hpp>

#include <charconv>
#include <mutex>
#include <set>

#include "app/sign_in.hpp"
#include "http/bind.hpp"
#include "orders/order_store.hpp"
#include "realtime/signature.hpp"
#include "sites/token_store.hpp"
#include "users/session_store.hpp"

namespace smg {
namespace {

using http::Access;
using http::Caller;
using http::Method;
using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

constexpr auto gathered_for = std::chrono::milliseconds(50);  // many changes at once are one event
constexpr auto gathered_longer = std::chrono::seconds(1);     // while an outside server does not keep up
constexpr std::size_t most_named = 200;                       // in one event; of more, only that there were some
constexpr std::size_t most_bytes = 9 * 1024;                  // of their list: Pusher takes 10 KiB
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

bool still_signed_in(db::Tx& tx, Time now, const realtime::Client::Person& person)
{
    if (person.token != 0) return sites::is_live(tx, now, person.token);
    auto open = users::live_sessions(tx, now, {person.user});
    return std::ranges::any_of(
        open, [&](const users::Session& one) { return one.id == person.session && one.state == users::SessionState::full; });
}

// Told to those who see the site, as no more than its id: by topic of the announcement.
std::string_view site_event(std::string_view topic)
{
    if (topic == "products") return "products.changed";
    if (topic == "wallets") return "transactions.changed";
    if (topic == "site_health") return "sites.checked";
    return {};
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
    std::set<std::pair<std::string_view, std::int64_t>> of_sites;  // event, site
    bool notices = false, waiting = false;
    Timer timer;
};

struct Live::Wanted {
    std::string socket_id;
    std::optional<std::string> channel_name;  // without: the signature of who they are, for `pusher:signin`
    static constexpr auto extra = json::Extra::ignored;
    BOOST_DESCRIBE_CLASS(Wanted, (), (socket_id, channel_name), (), ())
};

// For the API reference.
struct Live::Place {
    std::string key;
    std::vector<std::string> channels;
    std::optional<std::string> host, cluster;  // of an outside server
    std::optional<int> port;
    std::optional<bool> tls;
    BOOST_DESCRIBE_CLASS(Place, (), (key, channels, host, port, tls, cluster), (), ())
};

struct Live::Allowed {
    std::string auth;
    std::optional<std::string> channel_data, user_data;
    BOOST_DESCRIBE_CLASS(Allowed, (), (auth, channel_data, user_data), (), ())
};

Live::Live(boost::asio::io_context& io, db::Database& db, const Clock& clock, net::HttpClient& http_client, Setup setup)
    : io_(io),
      db_(db),
      clock_(clock),
      http_client_(http_client),
      tell_of_hook_(std::move(setup.tell_of_hook)),
      server_(io, clock, setup.apps, setup.limits,
              [this](const realtime::Application& app, const realtime::HookEvent& event) { note_for_hook(app, event); }),
      own_(*server_.hub().by_id(setup.apps.front().id)),
      outside_(!setup.outside
                   ? nullptr
                   : std::make_unique<LiveOutside>(
                         io, db, clock, *setup.outside,
                         [&http_client](net::HttpRequest request) { return http_client.perform(std::move(request)); },
                         std::move(setup.tell_of_outside))),
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
    json::object out{{"key", outside_ ? outside_->app().key : own_.key}, {"channels", std::move(channels)}};
    if (outside_) outside_->add_address(out);
    co_return http::data_of(std::move(out));
}

// POST /broadcasting/auth, as Laravel Echo and pusher-js ask it (Pusher Channels, "Authorizing users").
Async<Result<json::object>> Live::authorize(Caller caller, Wanted wanted)
{
    auto look = [&](db::Tx& tx) { return !wanted.channel_name || may_hear(tx, caller, *wanted.channel_name); };
    bool allowed = co_await db_.read(std::move(look));
    const auto& app = outside_ ? outside_->app() : own_;
    Person person{caller.user.value, caller.session, caller.token};
    if (!allowed || (!wanted.channel_name && !caller.user)) co_return fail(Code::forbidden, "This channel is not yours.");
    if (!take_socket(person, wanted)) co_return fail(Code::forbidden, "This socket is not yours.");
    auto id = std::to_string(caller.user.value);
    json::object info{{"name", caller.name}};
    if (!wanted.channel_name) {
        auto user_data = json::text_of(json::object{{"id", id}, {"user_info", std::move(info)}});
        co_return json::object{{"auth", realtime::user_auth(app, wanted.socket_id, user_data)}, {"user_data", user_data}};
    }
    std::string channel_data;
    if (realtime::kind_of(*wanted.channel_name).presence)
        channel_data = json::text_of(json::object{{"user_id", id}, {"user_info", std::move(info)}});
    json::object out{{"auth", realtime::channel_auth(app, wanted.socket_id, *wanted.channel_name, channel_data)}};
    if (!channel_data.empty()) out["channel_data"] = channel_data;
    co_return out;
}

// Whose it is from now on, so that it can be cut off. Sockets of an outside server are known by their ids alone.
bool Live::take_socket(const Person& person, const Wanted& wanted)
{
    if (outside_) {
        if (!is_socket_id(wanted.socket_id)) return false;
        if (wanted.channel_name && !wanted.channel_name->starts_with(order_prefix))
            listen_outside_[person].insert(*wanted.channel_name);
        return true;
    }
    auto client = server_.hub().by_socket(wanted.socket_id);
    if (!client || &client->app() != &own_ || (client->person && *client->person != person)) return false;
    client->person = person;
    return true;
}

void Live::heard(const db::Announcement& what)
{
    std::lock_guard lock(news_->mutex);
    if (what.topic == "orders") {
        auto& changes = news_->orders[what.site_id];
        if (changes.size() > most_named && !changes.contains(what.id)) return;
        auto& change = changes[what.id];
        change.version = std::max(change.version, what.version);
        if (!what.by.empty()) change.by = what.by;
    } else if (what.topic == "notices") {
        news_->notices = true;
    } else if (what.topic == "batches") {
        news_->batches.insert(what.id);
    } else if (auto event = site_event(what.topic); !event.empty()) {
        news_->of_sites.emplace(event, what.site_id);
    } else if (what.topic == "users") {
        news_->users.insert(what.id);
    } else {
        return;
    }
    if (std::exchange(news_->waiting, true)) return;
    boost::asio::post(io_, [this, news = news_] { tell_in(gathered_for); });
}

void Live::tell_in(std::chrono::milliseconds time)
{
    news_->timer.expires_after(time);
    news_->timer.async_wait([this, news = news_](boost::system::error_code error) {
        if (!error) tell();
    });
}

void Live::tell()
{
    if (outside_ && outside_->full()) return tell_in(gathered_longer);
    std::map<std::int64_t, std::map<std::int64_t, News::Change>> orders;
    std::set<std::int64_t> batches, users;
    decltype(News::of_sites) of_sites;
    bool notices = false;
    {
        std::lock_guard lock(news_->mutex);
        news_->waiting = false;
        orders.swap(news_->orders);
        batches.swap(news_->batches);
        users.swap(news_->users);
        of_sites.swap(news_->of_sites);
        std::swap(notices, news_->notices);
    }
    for (const auto& [site, changes] : orders) {
        json::array list;
        std::size_t bytes = 0;
        for (const auto& [id, change] : changes) {
            json::object one{{"id", id}, {"version", change.version}};
            if (!change.by.empty()) one["by"] = change.by;
            bytes += json::text_of(one).size() + 1;
            if (list.size() == most_named || bytes > most_bytes) break;
            list.push_back(std::move(one));
        }
        bool more = changes.size() > list.size();
        auto data = json::text_of(json::object{{"site_id", site}, {"orders", std::move(list)}, {"more", more}});
        say(fmt::format("{}{}", site_prefix, site), "orders.changed", data);
        say(std::string(all_sites), "orders.changed", data);
    }
    for (const auto& [event, site] : of_sites) {
        auto data = json::text_of(json::object{{"site_id", site}});
        say(fmt::format("{}{}", site_prefix, site), std::string(event), data);
        say(std::string(all_sites), std::string(event), data);
    }
    if (notices) say_to_people("notices.changed", "{}");
    // Whose they are the rows know; pages that show none of them overlook it.
    json::array ids;
    for (auto id : batches)
        if (ids.size() < most_named) ids.push_back(json::value(id));
    if (!batches.empty()) say_to_people("batch.progress", json::text_of(json::object{{"ids", std::move(ids)}}));
    if (!users.empty()) since_recheck_ = rechecked_every;
}

void Live::say(std::string channel, std::string event, std::string data)
{
    if (outside_) outside_->publish(std::move(channel), std::move(event), std::move(data));
    else server_.hub().publish(own_, channel, event, data);
}

void Live::say_to_people(std::string event, std::string data)
{
    if (outside_) return outside_->publish_to_all(std::string(user_prefix), std::move(event), std::move(data));
    for (const auto& [name, channel] : server_.hub().channels(own_, user_prefix))
        server_.hub().publish(own_, name, event, data);
}

void Live::start()
{
    if (outside_) outside_->start();
}

void Live::show(http::Metrics& metrics)
{
    if (outside_) outside_->show(metrics);
}

Async<void> Live::tend()
{
    server_.tick();
    if (++since_recheck_ >= rechecked_every) {
        since_recheck_ = 0;
        co_await recheck();
    }
    co_await enqueue_hooks();
}

std::map<Live::Person, std::set<std::string>> Live::listeners()
{
    if (outside_) return listen_outside_;
    std::map<Person, std::set<std::string>> all;
    for (auto client : server_.hub().clients()) {
        if (!client->person) continue;
        auto& channels = all[*client->person];
        for (const auto& [channel, member] : client->channels()) channels.insert(channel);
    }
    return all;
}

// Rights that ended, on this node or another one: the socket is sent away, and comes again with what its person may hear
// now.
Async<void> Live::recheck()
{
    auto heard_by = listeners();
    if (heard_by.empty()) co_return;
    auto look = [&](db::Tx& tx) {
        std::set<Person> lost;
        for (const auto& [person, channels] : heard_by) {
            bool kept = still_signed_in(tx, clock_.now(), person);
            // A token of nobody's account has the rights of its role, which do not change.
            if (kept && person.user != 0) {
                auto caller = who_sees(tx, {person.user});
                kept = caller && std::ranges::all_of(
                                     channels, [&](const std::string& channel) { return may_hear(tx, *caller, channel); });
            }
            if (!kept) lost.insert(person);
        }
        return lost;
    };
    cut_off(co_await db_.read(std::move(look)));
}

void Live::cut_off(const std::set<Person>& people)
{
    for (const auto& person : people)
        if (outside_ && listen_outside_.erase(person) > 0 && person.user != 0) outside_->terminate(person.user);
    for (auto client : server_.hub().clients())
        if (client->person && people.contains(*client->person))
            client->close(realtime::come_again, "Your rights have changed: reconnect");
}

Live::Crowd Live::crowd() { return {server_.hub().connections(), server_.hub().channels()}; }

Async<> Live::drain(Duration patience)
{
    news_->timer.cancel();
    if (outside_) {
        tell();
        news_->timer.cancel();
        co_await outside_->stop();
    }
    co_await server_.drain(patience);
    co_await enqueue_hooks();
}

}  // namespace smg
