#include "jobs/news.hpp"

#include <algorithm>

#include "base/random.hpp"
#include "jobs/job_store.hpp"

namespace smg::jobs {
namespace {

std::size_t length_of(const json::value& in) { return json::text_of(in).size(); }

/// The names of what was left out; the rest fits.
json::array shortened(json::object& data, std::size_t room)
{
    json::array left_out;
    while (length_of(data) > room) {
        auto longest =
            std::ranges::max_element(data, {}, [](const auto& member) { return length_of(json::value(member.value())); });
        if (longest == data.end() || longest->value().is_null()) break;
        left_out.emplace_back(longest->key());
        longest->value() = nullptr;
    }
    return left_out;
}

}  // namespace

void follow(db::Tx& tx, const std::function<std::set<std::string>()>& wanted)
{
    tx.execute("DELETE FROM news_followed");
    for (const auto& event : wanted()) tx.insert_new("INSERT INTO news_followed (event) VALUES (?)", event);
}

std::vector<std::string> followed(db::Tx& tx) { return tx.query<std::string>("SELECT event FROM news_followed"); }

void tell(db::Tx& tx, Time now, std::string_view event, std::optional<SiteId> site, json::object data)
{
    constexpr std::size_t around = 1024;  // what stands around the data
    auto left_out = shortened(data, max_payload - around);
    News news{std::string(event), fresh_event_id(), site, nullptr};
    auto payload = payload_of(event, news.event_id, now, std::move(data));
    if (!left_out.empty()) payload["left_out"] = std::move(left_out);
    news.payload = std::move(payload);
    NewJob job;
    job.kind = news_job;
    job.payload = json::text_of(json::from(news));
    enqueue(tx, now, job);
}

std::optional<News> news_in(const Job& job)
{
    auto payload = json::parse(job.payload);
    if (!payload) return std::nullopt;
    auto news = json::to<News>(*payload);
    if (!news) return std::nullopt;
    return std::move(*news);
}

json::object payload_of(std::string_view event, const std::string& event_id, Time at, json::object data)
{
    json::object out;
    out["id"] = event_id;
    out["event"] = event;
    out["created_at"] = iso(at);
    out["data"] = std::move(data);
    return out;
}

std::string fresh_event_id()
{
    auto id = "evt_" + random_uuid();
    std::erase(id, '-');
    return id;
}

}  // namespace smg::jobs
