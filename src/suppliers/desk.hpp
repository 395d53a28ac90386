#pragma once

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "db/database.hpp"
#include "net/http_client.hpp"
#include "settings/settings.hpp"
#include "suppliers/traffic.hpp"

namespace smg::suppliers {

/// What the handlers and jobs of this folder work with.
struct ProviderDesk {
    db::Database& db;
    const Clock& clock;
    const MasterKey& master;
    const settings::Settings& settings;
    net::HttpClient& http;
    Traffic& traffic;
};

}  // namespace smg::suppliers
