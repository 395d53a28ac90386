#include "app/live.hpp"
#include "base/crypto.hpp"
#include "base/log.hpp"

namespace smg {
namespace {

constexpr std::string_view hook_kind = "realtime.hook";
constexpr std::size_t most_waiting = 10'000;   // events of one app between two ticks
constexpr std::size_t most_bytes = 48 * 1024;  // of one delivery; a job holds 64 KiB
constexpr std::string_view hook_lane = "realtime.hook:";
constexpr int at_once_to_one = 4;
constexpr auto first_delay = std::chrono::seconds(2);
constexpr auto last_delay = std::chrono::minutes(2);
constexpr int max_tries = 60;  // some hours: by then what was said is of yesterday

}  // namespace

void Live::note_for_hook(const realtime::Application& app, const realtime::HookEvent& event)
{
    auto& waiting = for_hooks_[app.id];
    if (waiting.size() >= most_waiting) {
        if (!std::exchange(hooks_lost_, true))
            log::warning("realtime: app {} has more events than its webhook can be told of", app.id);
        return;
    }
    json::object one{{"name", event.name}, {"channel", event.channel}};
    for (const auto& [key, value] : event.more) one[key] = value;
    waiting.push_back(std::move(one));
}

// They are durable from here on: a receiver that is away gets them later, also after a restart.
Async<void> Live::enqueue_hooks()
{
    if (for_hooks_.empty()) co_return;
    auto all = std::exchange(for_hooks_, {});
    hooks_lost_ = false;
    auto write = [&](db::Tx& tx) -> Result<void> {
        auto now = clock_.now();
        auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
        for (const auto& [app, events] : all) {
            json::array part;
            std::size_t bytes = 0;
            auto send = [&] {
                if (part.empty()) return;
                auto body = json::text_of(json::object{{"time_ms", ms}, {"events", std::exchange(part, {})}});
                jobs::enqueue(tx, now,
                              {.kind = std::string(hook_kind),
                               .payload = json::text_of(json::object{{"app", app}, {"body", body}}),
                               .lane = std::string(hook_lane) + app});
                bytes = 0;
            };
            for (const auto& event : events) {
                // Quotes are escaped once more within the payload.
                auto size = 2 * json::text_of(event).size();
                if (bytes + size > most_bytes) send();
                bytes += size;
                part.push_back(event);
            }
            send();
        }
        return {};
    };
    std::exception_ptr refused;
    try {
        co_await db_.write(std::move(write));
    } catch (const db::Unavailable&) {
        refused = std::current_exception();
    }
    if (!refused) co_return;
    // With the next tick, before what has come meanwhile.
    for (auto& [app, events] : all) {
        auto& waiting = for_hooks_[app];
        events.insert(events.end(), waiting.begin(), waiting.end());
        waiting = std::move(events);
    }
    std::rethrow_exception(refused);
}

std::optional<int> Live::lane_limit(std::string_view lane)
{
    return lane.starts_with(hook_lane) ? std::optional(at_once_to_one) : std::nullopt;
}

jobs::Kind Live::hook_job()
{
    jobs::Kind kind{
        .name = hook_kind, .concurrency = 4, .max_tries = max_tries, .first_delay = first_delay, .last_delay = last_delay};
    kind.work = [this](jobs::Job job) { return deliver(std::move(job)); };
    return kind;
}

Async<jobs::Outcome> Live::deliver(jobs::Job job)
{
    auto payload = json::parse(job.payload);
    const auto& object = payload->as_object();
    auto app = server_.hub().by_id(object.at("app").as_string());
    if (!app || app->webhook.empty()) co_return jobs::Done{};  // it is no longer configured
    net::HttpRequest request;
    request.url = app->webhook;
    request.body = std::string(object.at("body").as_string());
    request.allow_private = true;  // whoever configures the program may name any address
    request.timeout = std::chrono::seconds(10);
    request.headers = {{"Content-Type", "application/json"},
                       {"X-Pusher-Key", app->key},
                       {"X-Pusher-Signature", hex(hmac_sha256(app->secret.reveal(), request.body))}};
    auto reply = co_await http_client_.perform(std::move(request));
    if (reply && reply->status >= 200 && reply->status <= 299) co_return jobs::Done{};
    auto why = reply ? "HTTP " + std::to_string(reply->status) : reply.error().message;
    if (job.tries + 1 < max_tries) co_return jobs::Retry{why};
    // One by one they would be an alarm each second.
    auto give_up = [&](db::Tx& tx) -> Result<void> {
        tell_of_hook_(tx, app->id, why);
        return {};
    };
    co_await db_.write(std::move(give_up));
    co_return jobs::Done{};
}

}  // namespace smg
