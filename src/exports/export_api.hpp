#pragma once

#include "db/database.hpp"
#include "exports/source.hpp"
#include "http/route.hpp"
#include "settings/settings.hpp"

namespace smg::exports {

/// What the handlers of exports work with.
struct ExportDesk {
    db::Database& db;
    const Clock& clock;
    const settings::Settings& settings;
    const Sources& sources;
};

/// Files of what a list shows, made in the background. The desk must outlive the rows.
http::Routes export_routes(ExportDesk& desk);

}  // namespace smg::exports
