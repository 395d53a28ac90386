#include "suppliers/provider_store.hpp"

#include <fmt/core.h>

#include "base/text.hpp"
#include "suppliers/mapping_store.hpp"
#include "suppliers/provider_change.hpp"
#include "suppliers/reply_text_store.hpp"

namespace smg::suppliers {
namespace {

constexpr std::size_t longest_reason = 500;
constexpr std::string_view lane_prefix = "supplier:";

// The command line calls them `--url` and `--key`.
Error in_words_of_the_command(Error error)
{
    for (auto& [field, message] : error.fields)
        if (field == "api_url" || field == "api_key") field.erase(0, std::string_view("api_").size());
    return error;
}

}  // namespace

Result<Provider> add_provider(db::Tx& tx, const MasterKey& master, Time now, const NewProvider& provider)
{
    if (is_mapped(tx, trimmed(provider.supplier_id)))
        return fail(Code::conflict, fmt::format("Supplier id {} is mapped to a supplier already.", provider.supplier_id));
    ProviderChange asked;
    asked.name = provider.name;
    asked.api_url = provider.url;
    asked.api_key = provider.key.reveal();
    asked.flavor = word(provider.flavor);
    asked.allow_private = provider.allow_private;
    auto created = create_provider(tx, master, now, asked);
    if (!created) return fail(in_words_of_the_command(created.error()));
    auto mapping = add_mapping(tx, now, provider.supplier_id, created->provider.id, 1);
    if (!mapping) return fail(mapping.error());
    return created->provider;
}

std::optional<Provider> find_provider(db::Tx& tx, ProviderId id)
{
    return tx.find<Provider>("FROM api_providers WHERE id = ?", id);
}

std::vector<Provider> all_providers(db::Tx& tx) { return tx.select<Provider>("FROM api_providers ORDER BY id"); }

std::vector<Provider> active_providers(db::Tx& tx)
{
    return tx.select<Provider>("FROM api_providers WHERE is_active = 1 ORDER BY id");
}

std::optional<Provider> provider_for(db::Tx& tx, std::string_view supplier_id)
{
    return tx.find<Provider>(
        "FROM api_providers WHERE is_active = 1 AND id IN "
        "(SELECT api_provider_id FROM supplier_api_mappings WHERE supplier_id = ?) "
        "ORDER BY (SELECT MIN(priority) FROM supplier_api_mappings WHERE supplier_id = ? AND "
        "api_provider_id = api_providers.id) LIMIT 1",
        supplier_id, supplier_id);
}

std::string key_place(ProviderId id) { return fmt::format("api_providers|api_key|{}", id.value); }
std::string password_place(ProviderId id) { return fmt::format("api_providers|password|{}", id.value); }

std::optional<Secret> key_of(const MasterKey& master, const Provider& provider)
{
    return provider.api_key ? master.open(*provider.api_key, key_place(provider.id)) : std::nullopt;
}

Result<Endpoint> endpoint_of(db::Tx& tx, const MasterKey& master, const settings::Settings& settings,
                             const Provider& provider)
{
    auto key = key_of(master, provider);
    if (!key)
        return fail(Code::failed, fmt::format("the API key of supplier {} cannot be opened: enter it again", provider.name));
    Endpoint endpoint;
    endpoint.provider = provider.id;
    endpoint.calls_per_second = provider.calls_per_second;
    endpoint.sends_per_second = provider.sends_per_second;
    endpoint.retry_percent = static_cast<int>(settings.integer("calls.retry_percent"));
    endpoint.url = provider.api_url;
    endpoint.key = *key;
    endpoint.flavor = provider.flavor;
    endpoint.allow_private = provider.allow_private;
    endpoint.edge_rejects = provider.edge_rejects;
    endpoint.classified = classified_texts(tx);
    endpoint.connect_timeout = settings.seconds("sending.connect_timeout_s");
    endpoint.add_timeout = settings.seconds("sending.timeout_s");
    endpoint.read_timeout = settings.seconds("calls.timeout_s");
    return endpoint;
}

bool pause_provider(db::Tx& tx, Time now, ProviderId id, const std::string& reason)
{
    tx.announce({"providers", id.value});
    return tx.execute("UPDATE api_providers SET paused_at = ?, paused_reason = ? WHERE id = ? AND paused_at IS NULL", now,
                      cut(reason, longest_reason), id) == 1;
}

bool release_provider(db::Tx& tx, ProviderId id)
{
    tx.announce({"providers", id.value});
    return tx.execute(
               "UPDATE api_providers SET paused_at = NULL, paused_reason = NULL WHERE id = ? AND paused_at IS NOT NULL",
               id) == 1;
}

void note_answer(db::Tx& tx, Time now, ProviderId id)
{
    tx.execute("UPDATE api_providers SET answered_at = ? WHERE id = ?", now, id);
}

void note_status(db::Tx& tx, Time now, ProviderId id)
{
    tx.execute("UPDATE api_providers SET status_at = ?, answered_at = ? WHERE id = ?", now, now, id);
}

void note_balance(db::Tx& tx, Time now, ProviderId id, Money balance, const std::string& currency)
{
    tx.execute(
        "UPDATE api_providers SET api_balance = ?, currency = COALESCE(?, currency), balance_at = ?, balance_error = NULL, "
        "answered_at = ? WHERE id = ?",
        balance, currency.empty() ? std::nullopt : std::optional(cut(currency, 8)), now, now, id);
}

void note_balance_error(db::Tx& tx, Time now, ProviderId id, const std::string& error)
{
    tx.execute("UPDATE api_providers SET balance_error = ?, updated_at = ? WHERE id = ?", cut(error, longest_reason), now,
               id);
}

std::string lane_of(ProviderId id) { return fmt::format("{}{}", lane_prefix, id.value); }

std::optional<ProviderId> provider_of_lane(std::string_view lane)
{
    if (!lane.starts_with(lane_prefix)) return std::nullopt;
    auto id = json::as_integer(json::value(std::string(lane.substr(lane_prefix.size()))));
    if (!id) return std::nullopt;
    return ProviderId{*id};
}

void clock_was_set_back(db::Tx& tx, Time now)
{
    for (auto column : {"funds_probe_at", "balance_at", "answered_at", "status_at"})
        tx.execute(fmt::format("UPDATE api_providers SET {0} = ? WHERE {0} > ?", column), now, now);
}

std::string subject_of(ProviderId id) { return fmt::format("supplier {}", id.value); }

}  // namespace smg::suppliers
