#pragma once

#include <memory>
#include <string>

#include "app/config.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "db/database.hpp"

namespace smg {

/// Where a restored database is built, and how it takes the place of the one that is there.
class RestoreTarget {
public:
    virtual ~RestoreTarget() = default;

    /// Whether something would be lost: shops, suppliers, people, tokens, settings or orders. What cannot be read counts.
    virtual bool holds_something() = 0;

    /// Why it cannot be touched now: another node works on it.
    virtual Result<void> nobody_works_on_it(Time now) = 0;

    /// An empty database to be filled; from here on, until finish(), nothing can be served.
    virtual Result<std::unique_ptr<db::Database>> begin() = 0;

    /// The filled database, already closed, takes its place.
    virtual Result<void> finish() = 0;

    /// Where what was there before is kept; empty: there was nothing to keep.
    virtual std::string kept_as() const = 0;
};

/// `stamp` tells the kept copies of several restores apart.
std::unique_ptr<RestoreTarget> restore_target(const Config& config, const db::Url& url, const Clock& clock,
                                              const std::string& stamp);

/// Tells DataHome that a restore began and did not end.
std::filesystem::path unfinished_marker(const Config& config);
constexpr auto unfinished_table = "unfinished_restore";

/// Why the directory, or the database itself, must not be served: a restore did not end.
Result<void> no_restore_unfinished(const Config& config);
Result<void> no_restore_unfinished(db::Database& db);

}  // namespace smg
