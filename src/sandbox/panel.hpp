#pragma once

#include <boost/describe/class.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/money.hpp"
#include "sandbox/fields.hpp"
#include "sandbox/ordered.hpp"
#include "sandbox/scenarios.hpp"

namespace smg::sandbox {

/// One `add` that was taken, whatever the client was told: the truth that tests compare with.
struct LedgerEntry {
    std::int64_t order = 0;
    Time time;
    std::int64_t service = 0;
    std::string type;
    std::string link;
    std::int64_t quantity = 0;
    Money charge;
    std::string scenario;
    std::int64_t connection = 0;
    std::int64_t request = 0;  // running number of all requests
    Fields fields;             // as they came, without the key
};
BOOST_DESCRIBE_STRUCT(LedgerEntry, (),
                      (order, time, service, type, link, quantity, charge, scenario, connection, request, fields))

/// How one `add` came: what the ledger keeps beside its fields.
struct Call {
    const Scenario* scenario = nullptr;
    std::int64_t connection = 0;
    std::int64_t request = 0;
};

struct PanelOptions {
    Duration completes_after = std::chrono::seconds(20);  // an order's way from Pending to its end
    Money balance{10'000 * Money::scale};
    std::string currency = "USD";
    std::string request_id_field = {};  // an `add` with a value that was there before in this field gets the same order
};

/// A panel that behaves: API v2 in the shapes of PerfectPanel, orders that go on by the clock, and the ledger.
class Panel {
public:
    /// Called for each entry before the client can learn of it; a durable ledger returns when it is durable.
    using Keep = std::function<void(const LedgerEntry&)>;

    Panel(const Clock& clock, PanelOptions options, Keep keep);

    /// The reply to any action of the API but for the key, which is not looked at here.
    json::value answer(const std::string& action, const Fields& fields, const Call& call);

    /// An entry of an earlier life: its order goes on. Entries in their old order, before the first call.
    void restore(LedgerEntry entry);

    const std::vector<LedgerEntry>& ledger() const { return ledger_; }
    const PanelOptions& options() const { return options_; }
    Money balance();

    /// Whether an order for this very link has not ended.
    bool active(std::string_view link) const;

    /// The whole of the options; the balance too.
    void change(PanelOptions options);
    void reset();

private:
    struct Order {
        const Scenario* scenario = nullptr;
        std::optional<Time> canceled_at = {};
    };
    struct Progress {
        std::string_view status;
        std::int64_t remains = 0;
        Money charge;
        bool ended = false;
    };
    struct Refill {
        std::int64_t order = 0;
        Time asked;
    };

    json::value add(const Fields& fields, const Call& call);
    json::value services() const;
    json::value status(const Fields& fields) const;
    json::value status_of(const std::string& id) const;
    json::value refill(const Fields& fields);
    json::value refill_of(const std::string& id);
    json::value refill_status(const Fields& fields) const;
    json::value refill_status_of(const std::string& id) const;
    json::value cancel(const Fields& fields);
    json::value cancel_of(const std::string& id);

    /// Where an order stands in both lists; nothing when it is not ours.
    std::optional<std::size_t> find(const std::string& id) const;
    Progress progress(std::size_t at) const;
    void settle();

    const Clock& clock_;
    PanelOptions options_;
    Keep keep_;
    std::vector<LedgerEntry> ledger_;
    std::vector<Order> orders_;           // beside the ledger, entry by entry
    std::vector<std::size_t> unsettled_;  // whose charge may still change
    std::vector<Refill> refills_;
    std::map<std::string, std::int64_t> requests_;  // orders by request id
    std::int64_t next_order_ = 23'501;
};

}  // namespace smg::sandbox
