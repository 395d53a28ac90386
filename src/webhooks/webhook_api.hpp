#pragma once

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "db/database.hpp"
#include "http/route.hpp"

namespace smg::webhooks {

/// What the handlers of this folder work with.
struct WebhookDesk {
    db::Database& db;
    const Clock& clock;
    const MasterKey& master;
};

/// The rows of this folder; the desk must outlive them.
http::Routes webhook_routes(WebhookDesk& desk);

}  // namespace smg::webhooks
