#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_set>

#include "sandbox/panel.hpp"
#include "sandbox/raw_server.hpp"

namespace smg::sandbox {

struct SupplierOptions {
    std::string key = {};  // empty: every key but `wrong` is right
    Duration latency{0};
    std::string scenario = "ok";
    std::string lead_to = "http://127.0.0.1:9/";  // where redirects and the like of some scenarios lead
    PanelOptions panel = {};
};

/// A panel with its moods. No I/O and no thread of its own.
///
/// Besides the API at every `/api/…`: `GET /ledger`, `GET /counts`, `GET /scenarios`, `POST /reset`, and `POST /control`
/// with any of `scenario`, `latency_ms`, `completes_after_ms`, `balance`, `request_id_field`, `lead_to`. At `/api/as/NAME`
/// it is always in that scenario: one simulator can be many suppliers.
class SupplierSimulator {
public:
    /// Throws when there is no such scenario.
    SupplierSimulator(const Clock& clock, SupplierOptions options, Panel::Keep keep = {});

    RawReply handle(const RawRequest& request);
    Panel& panel() { return panel_; }

private:
    RawReply api(const RawRequest& request);
    RawReply control(const http::Request& request);
    json::value counts() const;
    void reset();

    const Scenario* scenario_for(const std::string& name, const std::string& action, const Fields& fields) const;
    bool makes_order(const Scenario& scenario, const std::string& link);

    SupplierOptions options_;
    Panel panel_;
    const Scenario* scenario_;
    std::unordered_set<std::string> refused_links_;
    std::map<std::string, std::int64_t> actions_;
    std::int64_t requests_ = 0;
    std::int64_t connections_ = 0;
    std::shared_ptr<std::int64_t> adds_in_hand_ = std::make_shared<std::int64_t>(0);  // outlives us in replies on their way
    std::int64_t most_adds_at_once_ = 0;
};

}  // namespace smg::sandbox
