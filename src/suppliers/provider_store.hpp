#pragma once

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/id.hpp"
#include "base/money.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "db/tx.hpp"
#include "settings/settings.hpp"
#include "suppliers/api_client.hpp"

namespace smg::suppliers {

/// A supplier's API: a row of `api_providers`. A shop names it by the supplier_id that supplier_api_mappings maps to it.
struct Provider {
    ProviderId id;
    std::string name, api_url;
    std::optional<std::string> api_key;  // sealed
    bool api_check = true;               // the balance is watched
    std::optional<Money> api_balance;
    bool api_send_tg = true;             // a low balance is a notice
    std::optional<Money> trigger_price;  // low means below this
    Flavor flavor = Flavor::perfectpanel;
    std::optional<std::string> currency;
    bool allow_private = false;
    bool is_active = true;
    int parallel_sends = 8;
    int calls_per_second = 2;   // of everything but `add`
    int sends_per_second = 0;   // of `add`; 0 = no limit
    bool edge_rejects = false;  // 401, 403, 404, 405, 429 without JSON count as a refusal
    std::optional<Time> paused_at;
    std::optional<std::string> paused_reason;
    std::optional<Time> balance_at, answered_at;       // the last balance; the last answer to any call
    std::optional<Time> status_at;                     // the last answer that held statuses
    std::optional<std::string> login, password;        // of its web pages, for people; the password is sealed
    std::optional<Time> funds_out_at;                  // nothing is sent: it has no money of ours left, see funds.hpp
    std::optional<Time> funds_since;                   // when that outage began; over with the next order that it takes
    std::optional<Money> funds_balance, funds_needed;  // the least balance read since then; what the refused order costs
    std::optional<std::string> funds_service_id;       // the refused order's …
    std::optional<std::int64_t> funds_quantity;
    std::optional<Time> funds_probe_at;  // when one order may go to find out
    bool gap_scan = false;               // lost orders are looked for among its order numbers
    bool key_shared = false;             // others order with this key too: its balance and numbers prove less
    std::optional<std::string>
        request_id_field;    // `add` carries the order's own id in this field, a repeat gets the same order
    int dedup_window_s = 0;  // the same order again within so long gets the same order; 0 = never
    bool ask_again = false;  // with one of these two, lost answers are asked for again by the program
};
BOOST_DESCRIBE_STRUCT(Provider, (),
                      (id, name, api_url, api_key, api_check, api_balance, api_send_tg, trigger_price, flavor, currency,
                       allow_private, is_active, parallel_sends, calls_per_second, sends_per_second, edge_rejects, paused_at,
                       paused_reason, balance_at, answered_at, status_at, login, password, funds_out_at, funds_since,
                       funds_balance, funds_needed, funds_service_id, funds_quantity, funds_probe_at, gap_scan, key_shared,
                       request_id_field, dedup_window_s, ask_again))

struct NewProvider {
    std::string supplier_id, name, url;
    Secret key;
    Flavor flavor = Flavor::perfectpanel;
    bool allow_private = false;
};

/// Adds a supplier's API and maps the supplier id to it, see create_provider() for one without. Fails with the fields that
/// are wrong, or Code::conflict when the supplier id is mapped already.
Result<Provider> add_provider(db::Tx& tx, const MasterKey& master, Time now, const NewProvider& provider);

std::optional<Provider> find_provider(db::Tx& tx, ProviderId id);
std::vector<Provider> all_providers(db::Tx& tx);
std::vector<Provider> active_providers(db::Tx& tx);

/// The active supplier that a shop's supplier_id stands for; the first by priority.
std::optional<Provider> provider_for(db::Tx& tx, std::string_view supplier_id);

/// Where the secrets of a row are sealed to: the row alone, so that they stay readable when its address changes.
std::string key_place(ProviderId id);
std::string password_place(ProviderId id);

/// Nothing when there is no key, or none that this master key opens.
std::optional<Secret> key_of(const MasterKey& master, const Provider& provider);

/// Where and how to call it, with the key opened. Code::failed when the key cannot be opened with this master key.
Result<Endpoint> endpoint_of(db::Tx& tx, const MasterKey& master, const settings::Settings& settings,
                             const Provider& provider);

/// Stops sending orders to a supplier until a person releases it; false when it was paused already.
bool pause_provider(db::Tx& tx, Time now, ProviderId id, const std::string& reason);
bool release_provider(db::Tx& tx, ProviderId id);

/// It answered a call, whatever it said.
void note_answer(db::Tx& tx, Time now, ProviderId id);
/// It answered with statuses: only this keeps it from counting as silent.
void note_status(db::Tx& tx, Time now, ProviderId id);
void note_balance(db::Tx& tx, Time now, ProviderId id, Money balance, const std::string& currency);
void note_balance_error(db::Tx& tx, Time now, ProviderId id, const std::string& error);

/// The jobs of one supplier share this lane.
std::string lane_of(ProviderId id);
std::optional<ProviderId> provider_of_lane(std::string_view lane);

/// Nothing about a supplier waits for a time of a clock that was set back.
void clock_was_set_back(db::Tx& tx, Time now);

/// `supplier 3`, as the audit log names it.
std::string subject_of(ProviderId id);

}  // namespace smg::suppliers
