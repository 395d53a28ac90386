#pragma once

#include <functional>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "db/database.hpp"
#include "http/route.hpp"

namespace smg::settings {

/// What the handlers of this folder work with. `changed` runs in the transaction that changes these keys.
struct SettingsDesk {
    db::Database& db;
    const Clock& clock;
    const MasterKey& master;
    std::function<void(db::Tx&, Time, std::string_view key)> changed;
};

/// The desk must outlive the rows.
http::Routes settings_routes(SettingsDesk& desk);

}  // namespace smg::settings
