#pragma once

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "db/tx.hpp"
#include "http/caller.hpp"

// Who did what to keys, prices, roles, settings and orders, and who signed in. Lines are only ever added, and each carries
// the hash of itself and of all before it.
namespace smg::audit {

/// Who did it, and from where.
struct Actor {
    std::string kind = "person";  // person, command, nobody
    std::string name;
    std::optional<UserId> user = {};
    std::optional<std::string> ip = {};
};

Actor actor_of(const http::Caller& caller);

/// Adds a line in the transaction that does what it tells of. `action` is a word such as `supplier.change`; `detail` holds
/// no secrets. What is too long for its column is cut.
void note(db::Tx& tx, Time now, const Actor& actor, std::string_view action, std::string_view subject,
          std::string_view detail = {});

struct Entry {
    std::int64_t id = 0;
    Time at;
    std::string actor_kind, actor;
    std::optional<UserId> user_id;
    std::optional<std::string> ip;
    std::string action, subject;
    std::optional<std::string> detail;
    std::optional<std::string> hash;  // none before the log was chained
};
BOOST_DESCRIBE_STRUCT(Entry, (), (id, at, actor_kind, actor, user_id, ip, action, subject, detail, hash))

struct Filter {
    std::optional<std::string> action;  // or its beginning, up to a dot
    std::optional<UserId> user;
    std::optional<std::string> text;  // somewhere in the line
    std::optional<std::int64_t> before_id;
    int limit = 50;
};

/// Newest first; one more than the limit when there are more.
std::vector<Entry> entries(db::Tx& tx, const Filter& filter);

/// What is wrong with the chain, one sentence each: a changed, a missing or an added line.
std::vector<std::string> broken_links(db::Tx& tx);

}  // namespace smg::audit
