#pragma once

#include <boost/describe/class.hpp>

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "db/tx.hpp"
#include "jobs/job.hpp"

// What programs outside may want to hear of. Whoever makes it so tells it in the same transaction, as a job: it is there
// exactly when what it tells of is. Who carries it out of the house is known by `app` alone.
namespace smg::jobs {

constexpr auto news_job = "news";

struct News {
    std::string event;
    std::string event_id;
    std::optional<SiteId> site_id;  // whose it is
    json::value payload;            // as it goes out: id, event, created_at, data
};
BOOST_DESCRIBE_STRUCT(News, (), (event, event_id, site_id, payload))

/// From now on exactly these are written down. They are asked for when the earlier list is gone: who changes it at the same
/// time waits there, and then sees what the first one wants.
void follow(db::Tx& tx, const std::function<std::set<std::string>()>& wanted);

/// What anybody wants to hear of; asked for before a payload is made.
std::vector<std::string> followed(db::Tx& tx);

/// Joins the caller's transaction. What is too long for a job leaves out its longest members, and says which.
void tell(db::Tx& tx, Time now, std::string_view event, std::optional<SiteId> site, json::object data);

/// Nothing when the job is none of tell().
std::optional<News> news_in(const Job& job);

/// What goes out of the house, with an id of its own.
json::object payload_of(std::string_view event, const std::string& event_id, Time at, json::object data);
std::string fresh_event_id();

}  // namespace smg::jobs
