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
    bool edge_rejects = false;  // 401, 403, 404, 405, 429 without JSON count as a refusal
    std::optional<Time> paused_at;
    std::optional<std::string> paused_reason;
    std::optional<Time> balance_at, answered_at;
};
BOOST_DESCRIBE_STRUCT(Provider, (),
                      (id, name, api_url, api_key, api_check, api_balance, api_send_tg, trigger_price, flavor, currency, allow_private,
                       is_active, parallel_sends, calls_per_second, edge_rejects, paused_at, paused_reason, balance_at, answered_at))

struct NewProvider {
    std::string supplier_id, name, url;
    Secret key;
    Flavor flavor = Flavor::perfectpanel;
    bool allow_private = false;
};

/// Adds a supplier's API and maps the supplier id to it. Fails with the field that is wrong, or Code::conflict when the
/// supplier id is mapped already.
Result<Provider> add_provider(db::Tx& tx, const MasterKey& master, Time now, const NewProvider& provider);

std::optional<Provider> find_provider(db::Tx& tx, ProviderId id);
std::vector<Provider> active_providers(db::Tx& tx);

/// The active supplier that a shop's supplier_id stands for; the first by priority.
std::optional<Provider> provider_for(db::Tx& tx, std::string_view supplier_id);

/// Where and how to call it, with the key opened. Code::failed when the key cannot be opened with this master key.
Result<Endpoint> endpoint_of(db::Tx& tx, const MasterKey& master, const settings::Settings& settings, const Provider& provider);

/// Stops sending orders to a supplier until a person releases it; false when it was paused already.
bool pause_provider(db::Tx& tx, Time now, ProviderId id, const std::string& reason);
bool release_provider(db::Tx& tx, ProviderId id);

void note_answer(db::Tx& tx, Time now, ProviderId id);
void note_balance(db::Tx& tx, Time now, ProviderId id, Money balance, const std::string& currency);
void note_balance_error(db::Tx& tx, Time now, ProviderId id, const std::string& error);

/// What admins said that error texts mean, as it is now: the classifier keeps its own copy.
Classified classified_texts(db::Tx& tx);
void classify_text(db::Tx& tx, Time now, std::string_view text, Reason reason, const std::string& who);

/// The jobs of one supplier share this lane.
std::string lane_of(ProviderId id);
std::optional<ProviderId> provider_of_lane(std::string_view lane);

}  // namespace smg::suppliers
