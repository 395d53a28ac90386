#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "http/router.hpp"

namespace smg {

/// Whether this process may do its work, in any thread's view.
struct Safety {
    std::atomic<bool> may_send = false;  // orders to suppliers; not before it was looked at
    std::atomic<bool> damaged = false;   // the database: nothing is promised and nothing sent until it is restored
};

/// Settings with which the database could lose what it said it had written, each with the cure; in a write closure, since
/// they belong to the connection that commits. What such a database forgets, a supplier would be sent twice.
std::vector<std::string> unsafe_settings(db::Tx& tx);

/// A quick look at a SQLite file, whole when it is small, else at the ends of every table: what is wrong with it.
std::optional<std::string> damage_at_start(db::Tx& tx);

/// Refuses to sign anybody in who would change something, while the database is damaged.
http::Authenticate unless_damaged(const Safety& safety, http::Authenticate next);

}  // namespace smg
