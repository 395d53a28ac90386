#include "realtime/publisher.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

#include "base/log.hpp"
#include "base/text.hpp"
#include "realtime/signature.hpp"

namespace smg::realtime {
namespace {

constexpr std::size_t most_in_batch = 10, most_channels = 100;  // of one call, Pusher's own limits
constexpr auto call_time = std::chrono::seconds(10);
constexpr std::size_t longest_reason = 200;
constexpr int longest_retry_after_s = 60;

}  // namespace

std::string Outside::origin() const { return fmt::format("{}://{}:{}", tls ? "wss" : "ws", host, port); }

Publisher::Publisher(const Clock& clock, Outside outside, Send send)
    : clock_(clock), outside_(std::move(outside)), send_(std::move(send))
{
}

void Publisher::publish(std::string channel, std::string event, std::string data)
{
    add({std::move(channel), std::move(event), std::move(data), clock_.now()});
}

void Publisher::publish_to_all(std::string prefix, std::string event, std::string data)
{
    add({std::move(prefix), std::move(event), std::move(data), clock_.now(), true});
}

void Publisher::add(Item item)
{
    // Whoever has not heard the first of two equal events needs only one.
    bool known = std::ranges::any_of(waiting_, [&](const Item& one) {
        return one.to_all && item.to_all && one.event == item.event && one.channel == item.channel && one.data == item.data;
    });
    if (known) return;
    if (waiting_.size() >= most_waiting) {
        waiting_.pop_front();
        lose(1, "too many wait");
    }
    waiting_.push_back(std::move(item));
}

void Publisher::lose(std::size_t count, std::string_view why)
{
    if (count == 0) return;
    if (lost_ == lost_before_) log::warning("the outside realtime server does not get every event: {}", why);
    lost_ += static_cast<std::int64_t>(count);
    lost_now_ = true;
    if (failing_since_) return;
    failing_since_ = clock_.now();
    problem_ = why;
}

void Publisher::forget_old()
{
    auto now = clock_.now();
    auto old = std::ranges::find_if(waiting_, [now](const Item& one) { return now - one.at <= kept_for; });
    auto count = static_cast<std::size_t>(old - waiting_.begin());
    waiting_.erase(waiting_.begin(), old);
    lose(count, "they are too old");
}

bool Publisher::silent_too_long() const
{
    return !answered_at_ || failing_since_ || clock_.now() - *answered_at_ >= asked_every;
}

Async<void> Publisher::send_waiting(bool at_once)
{
    forget_old();
    co_await send_all(at_once);
    lost_now_ = false;
}

Async<void> Publisher::send_all(bool at_once)
{
    auto wait = next_try_ - clock_.now();
    if (!at_once && wait > Duration::zero() && wait <= std::chrono::seconds(longest_retry_after_s)) co_return;
    if (to_end_.empty() && waiting_.empty() && silent_too_long()) co_await ask();
    while (!to_end_.empty() || !waiting_.empty())
        if (co_await send_some() != Answer::taken) co_return;
}

// A sign of life, by the cheapest question there is: for channels that nobody has.
Async<void> Publisher::ask()
{
    std::vector<std::string> none;
    co_await occupied("sign-of-life-", none);
}

Async<Publisher::Answer> Publisher::send_some()
{
    // Events first: a server that does not end connections must not keep them back.
    if (waiting_.empty()) co_return co_await end_connections(*to_end_.begin());
    // They are taken out: while the call lasts others come, and perhaps so many that the oldest go.
    std::vector<Item> batch;
    bool to_all = waiting_.front().to_all;
    while (!waiting_.empty() && waiting_.front().to_all == to_all && batch.size() < (to_all ? 1 : most_in_batch)) {
        batch.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
    }
    auto answer = to_all ? co_await send_to_all(batch.front()) : co_await send_batch(batch);
    if (answer == Answer::taken) sent_ += static_cast<std::int64_t>(batch.size());
    if (answer == Answer::never) lose(batch.size(), problem_);
    if (answer == Answer::later) {
        waiting_.insert(waiting_.begin(), std::make_move_iterator(batch.begin()), std::make_move_iterator(batch.end()));
        while (waiting_.size() > most_waiting) {
            waiting_.pop_front();
            lose(1, "too many wait");
        }
    }
    co_return answer;
}

Async<Publisher::Answer> Publisher::send_batch(std::vector<Item>& batch)
{
    json::array events;
    for (const auto& one : batch)
        events.push_back(json::object{{"name", one.event}, {"channel", one.channel}, {"data", one.data}});
    json::object body{{"batch", std::move(events)}};
    co_return co_await call("POST", "batch_events", std::move(body));
}

Async<Publisher::Answer> Publisher::send_to_all(const Item& item)
{
    std::vector<std::string> channels;
    if (auto answer = co_await occupied(item.channel, channels); answer != Answer::taken) co_return answer;
    for (std::size_t from = 0; from < channels.size(); from += most_channels) {
        json::array some;
        for (auto i = from; i < std::min(from + most_channels, channels.size()); ++i)
            some.push_back(json::value(channels[i]));
        json::object body{{"name", item.event}, {"channels", std::move(some)}, {"data", item.data}};
        auto answer = co_await call("POST", "events", std::move(body));
        if (answer != Answer::taken) co_return answer;
    }
    co_return Answer::taken;
}

Async<Publisher::Answer> Publisher::end_connections(std::string user)
{
    json::object nothing;
    auto answer = co_await call("POST", "users/" + user + "/terminate_connections", std::move(nothing));
    // Servers that speak an older API do not know this.
    bool never = answer == Answer::never || status_ == 403 || status_ == 404 || status_ == 405 || status_ == 501;
    if (answer == Answer::later && !never) co_return answer;
    to_end_.erase(user);
    if (never) lose(1, "it does not end the connections of a person: " + problem_);
    co_return answer == Answer::taken ? answer : Answer::never;
}

Async<Publisher::Answer> Publisher::occupied(std::string prefix, std::vector<std::string>& channels)
{
    json::object nothing, reply;
    std::map<std::string, std::string> values{{"filter_by_prefix", prefix}};
    auto answer = co_await call("GET", "channels", std::move(nothing), std::move(values), &reply);
    if (answer != Answer::taken) co_return answer;
    // An empty map is `[]` to servers written in PHP.
    auto list = reply.if_contains("channels");
    if (list && list->is_object())
        for (const auto& [name, ignored] : list->get_object())
            if (name.starts_with(prefix)) channels.emplace_back(name);
    co_return answer;
}

Async<Publisher::Answer> Publisher::call(std::string method, std::string path, json::object body,
                                         std::map<std::string, std::string> values, json::object* reply)
{
    net::HttpRequest request;
    request.method = method;
    if (method == "POST") request.body = json::text_of(body);
    auto whole = fmt::format("/apps/{}/{}", outside_.app.id, path);
    auto query = signed_query(outside_.app, method, whole, request.body, std::move(values), clock_.now());
    request.url = fmt::format("{}{}?{}", outside_.api_url, whole, query);
    request.headers = {{"Accept", "application/json"}};
    if (method == "POST") request.headers.emplace_back("Content-Type", "application/json");
    request.timeout = call_time;
    request.allow_private = true;  // whoever configures the program may name any address
    auto result = co_await send_(std::move(request));
    // Whatever answers 200 to everything is no Pusher.
    auto body_read = result ? json::parse(result->body) : Result<json::value>(json::value());
    bool speaks = body_read && body_read->is_object() && (!reply || body_read->get_object().contains("channels"));
    auto answer = judge(result, speaks);
    if (answer == Answer::taken && reply) *reply = std::move(body_read->get_object());
    co_return answer;
}

Publisher::Answer Publisher::judge(const net::HttpResult& result, bool speaks)
{
    status_ = result ? result->status : 0;
    if (!result) {
        failed(result.error().message, false, 0);
        return Answer::later;
    }
    auto status = result->status;
    bool good = status >= 200 && status <= 299;
    if (good && !speaks) {
        failed("it does not answer as Pusher does", true, 0);
        return Answer::later;
    }
    if (good) {
        answered_at_ = clock_.now();
        if (lost_now_) return Answer::taken;  // what was lost a moment ago must be told first
        if (failing_since_) log::info("the outside realtime server takes events again; {} were lost", lost_ - lost_before_);
        lost_before_ = lost_;
        failing_since_.reset();
        refused_ = false;
        delay_ = first_delay;
        return Answer::taken;
    }
    auto why = fmt::format("HTTP {} {}", status, cut(trimmed(result->body), longest_reason));
    bool busy = status >= 500 || status == 408 || status == 429;
    failed(std::move(why), !busy, result->retry_after_s);
    // Who we are may be mended; what is wrong with these very words never is.
    bool about_us = status < 400 || status == 401 || status == 403 || status == 404;
    return busy || about_us ? Answer::later : Answer::never;
}

void Publisher::failed(std::string why, bool refused, int after_s)
{
    auto now = clock_.now();
    if (!failing_since_) {
        log::warning("the outside realtime server {}: {}", outside_.host, why);
        failing_since_ = now;
    }
    problem_ = std::move(why);
    refused_ = refused;
    next_try_ = now + std::max<Duration>(delay_, std::chrono::seconds(std::min(after_s, longest_retry_after_s)));
    delay_ = std::min(2 * delay_, last_delay);
}

std::optional<Trouble> Publisher::trouble() const
{
    if (!failing_since_) return std::nullopt;
    auto lost = lost_ - lost_before_;
    auto lasts = clock_.now() - *failing_since_;
    if (lost == 0 && lasts < (refused_ ? refused_for : silent_for)) return std::nullopt;
    return Trouble{*failing_since_, problem_, lost};
}

}  // namespace smg::realtime
