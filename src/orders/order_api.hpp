#pragma once

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "db/database.hpp"
#include "http/metrics.hpp"
#include "http/route.hpp"
#include "net/http_client.hpp"
#include "orders/decisions.hpp"
#include "orders/intake.hpp"
#include "settings/settings.hpp"
#include "sites/callers.hpp"
#include "suppliers/traffic.hpp"

namespace smg::orders {

/// What the handlers of this folder work with.
struct OrderDesk {
    db::Database& db;
    const Clock& clock;
    const MasterKey& master;
    const settings::Settings& settings;
    sites::Callers& callers;
    Intake& intake;
    net::HttpClient& http;
    suppliers::Traffic& traffic;
    http::Metrics& metrics;
    SenderIsGone sender_is_gone;
};

/// The rows of this folder; the desk must outlive them.
http::Routes order_routes(OrderDesk& desk);

}  // namespace smg::orders
