#pragma once

#include "base/clock.hpp"
#include "db/database.hpp"
#include "http/route.hpp"

namespace smg::notices {

/// What the handlers of this folder work with.
struct NoticeDesk {
    db::Database& db;
    const Clock& clock;
};

/// The rows of this folder; the desk must outlive them.
http::Routes notice_routes(NoticeDesk& desk);

}  // namespace smg::notices
