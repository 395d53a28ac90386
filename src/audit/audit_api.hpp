#pragma once

#include "db/database.hpp"
#include "http/route.hpp"

namespace smg::audit {

/// What the handlers of this folder work with.
struct AuditDesk {
    db::Database& db;
};

/// The desk must outlive the rows.
http::Routes audit_routes(AuditDesk& desk);

}  // namespace smg::audit
