#pragma once

#include <boost/describe/class.hpp>

#include <optional>
#include <string>

#include "suppliers/provider_store.hpp"

namespace smg::suppliers {

/// What a person enters about a supplier. What is missing stays as it is (or as a new row has it); an empty login, password,
/// currency, trigger_price or request_id_field is taken away.
struct ProviderChange {
    std::optional<std::string> name, api_url, api_key, login, password, flavor, currency;
    std::optional<bool> allow_private, is_active;
    std::optional<int> parallel_sends, calls_per_second, sends_per_second;
    std::optional<bool> edge_rejects, api_check, api_send_tg;
    std::optional<std::string> trigger_price, request_id_field;
    std::optional<bool> gap_scan, key_shared, ask_again;
    std::optional<int> dedup_window_s;
};
BOOST_DESCRIBE_STRUCT(ProviderChange, (),
                      (name, api_url, api_key, login, password, flavor, currency, allow_private, is_active, parallel_sends,
                       calls_per_second, sends_per_second, edge_rejects, api_check, api_send_tg, trigger_price,
                       request_id_field, gap_scan, key_shared, ask_again, dedup_window_s))

constexpr int longest_dedup_window_s = 86'400;
constexpr int most_parallel_sends = 15;  // below a quarter of the pool of senders
constexpr int most_calls_per_second = 100;
constexpr int most_sends_per_second = 1000;

struct ChangedProvider {
    Provider provider;
    std::string detail;  // what changed, for the audit log: no key, no password; empty when nothing did
};

/// Both fail with all fields that are wrong. What waits for a supplier whose address, key or permission changed goes on at
/// once.
Result<ChangedProvider> create_provider(db::Tx& tx, const MasterKey& master, Time now, const ProviderChange& asked);
Result<ChangedProvider> change_provider(db::Tx& tx, const MasterKey& master, Time now, const Provider& provider,
                                        const ProviderChange& asked);

}  // namespace smg::suppliers
