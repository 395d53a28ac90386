#pragma once

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "db/database.hpp"
#include "http/metrics.hpp"
#include "http/route.hpp"
#include "net/http_client.hpp"
#include "orders/decisions.hpp"
#include "orders/intake.hpp"
#include "orders/suspicion.hpp"
#include "settings/settings.hpp"
#include "suppliers/call_pacer.hpp"

namespace smg::orders {

/// What the handlers of this folder work with.
struct OrderDesk {
    db::Database& db;
    const Clock& clock;
    const MasterKey& master;
    const settings::Settings& settings;
    const DisposableDomains& disposable;
    Intake& intake;
    net::HttpClient& http;
    suppliers::CallPacer& pacer;
    http::Metrics& metrics;
    SenderIsGone sender_is_gone;
};

/// The rows of this folder; the desk must outlive them.
http::Routes order_routes(OrderDesk& desk);

}  // namespace smg::orders
