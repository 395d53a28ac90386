#pragma once

#include <functional>

#include "app/config.hpp"
#include "app/live.hpp"
#include "db/database.hpp"
#include "http/route.hpp"
#include "jobs/boots.hpp"
#include "schedule/timetable.hpp"
#include "suppliers/traffic.hpp"

namespace smg {

/// What this process, and it alone, knows of itself.
struct Crowds {
    int http = 0;
    Live::Crowd realtime;
};

/// What the handlers of the page /system work with.
struct SystemDesk {
    db::Database& db;
    const Clock& clock;
    const Config& config;
    const jobs::Boot& boot;
    Time started_at;
    const std::vector<schedule::Task>& tasks;
    const suppliers::Circuits& circuits;
    std::function<Crowds()> crowds;
};

/// How the program is, what it logged last, and a task run at once; the desk must outlive the rows.
http::Routes system_routes(SystemDesk& desk);

}  // namespace smg
