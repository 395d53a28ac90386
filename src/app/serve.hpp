#pragma once

#include <functional>
#include <string>

#include "app/config.hpp"
#include "base/crypto.hpp"
#include "base/result.hpp"
#include "db/database.hpp"

namespace smg {

/// What a caller may hear of a running server.
struct ServeHooks {
    // On the I/O thread, when it takes requests; default: prints {"listening":"…"}.
    std::function<void(const std::string& address, db::Database&, const MasterKey&)> listening = {};
    std::function<void(const db::Announcement&)> announced = {};  // on a database thread, after commits
    std::function<void()> ended = {};                             // the database is still open, but nothing works any more
};

/// Runs the program until SIGTERM or SIGINT. Fails with one line that says what to do.
Result<void> serve(const Config& config, const ServeHooks& hooks = {});

}  // namespace smg
