#pragma once

#include "base/clock.hpp"
#include "db/database.hpp"
#include "http/route.hpp"

namespace smg::orders {

/// What the handlers of the hold and pass lists work with.
struct EmailRuleDesk {
    db::Database& db;
    const Clock& clock;
};

/// Whose orders always wait for a person, and whose never do; the desk must outlive the rows.
http::Routes email_rule_routes(EmailRuleDesk& desk);

}  // namespace smg::orders
