#include "suppliers/provider_store.hpp"

#include <fmt/core.h>

#include <map>
#include <memory>

#include "base/text.hpp"
#include "net/url.hpp"

namespace smg::suppliers {
namespace {

constexpr std::size_t longest_name = 255, longest_url = 500, longest_supplier_id = 64, longest_reason = 500;
constexpr std::string_view lane_prefix = "supplier:";
constexpr std::size_t text_key_bytes = 191;

std::string place_of(ProviderId id) { return fmt::format("api_providers|api_key|{}", id.value); }

std::string text_key(std::string_view text) { return cut(lowered(trimmed(text)), text_key_bytes); }

Result<void> check(const NewProvider& provider)
{
    auto fits = [](const std::string& text, std::size_t most) {
        return !text.empty() && valid_utf8(text) && code_points(text) <= most;
    };
    if (!fits(provider.supplier_id, longest_supplier_id))
        return fail_field("supplier_id", "The supplier id must have 1 to 64 characters.");
    if (!fits(provider.name, longest_name)) return fail_field("name", "The name must have 1 to 255 characters.");
    if (!net::parse_url(provider.url) || provider.url.size() > longest_url)
        return fail_field("url", "The url must be an address such as https://supplier.example/api/v2.");
    if (provider.key.empty()) return fail_field("key", "The key field is required.");
    return {};
}

}  // namespace

Result<Provider> add_provider(db::Tx& tx, const MasterKey& master, Time now, const NewProvider& provider)
{
    if (auto good = check(provider); !good) return fail(good.error());
    if (provider_for(tx, provider.supplier_id))
        return fail(Code::conflict, fmt::format("supplier id {} is mapped to a supplier already", provider.supplier_id));
    auto id = *tx.first<ProviderId>("INSERT INTO api_providers (name, api_url, flavor, allow_private, created_at, updated_at) "
                                    "VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
                                    provider.name, provider.url, provider.flavor, provider.allow_private, now, now);
    tx.execute("UPDATE api_providers SET api_key = ? WHERE id = ?", master.seal(provider.key, place_of(id)), id);
    tx.execute("INSERT INTO supplier_api_mappings (supplier_id, api_provider_id, priority, created_at, updated_at) VALUES (?, ?, 1, ?, ?)",
               provider.supplier_id, id, now, now);
    tx.announce({"providers", id.value});
    return *find_provider(tx, id);
}

std::optional<Provider> find_provider(db::Tx& tx, ProviderId id) { return tx.find<Provider>("FROM api_providers WHERE id = ?", id); }

std::vector<Provider> active_providers(db::Tx& tx)
{
    return tx.select<Provider>("FROM api_providers WHERE is_active = 1 ORDER BY id");
}

std::optional<Provider> provider_for(db::Tx& tx, std::string_view supplier_id)
{
    return tx.find<Provider>("FROM api_providers WHERE is_active = 1 AND id IN "
                             "(SELECT api_provider_id FROM supplier_api_mappings WHERE supplier_id = ?) "
                             "ORDER BY (SELECT MIN(priority) FROM supplier_api_mappings WHERE supplier_id = ? AND "
                             "api_provider_id = api_providers.id) LIMIT 1",
                             supplier_id, supplier_id);
}

Result<Endpoint> endpoint_of(db::Tx& tx, const MasterKey& master, const settings::Settings& settings, const Provider& provider)
{
    auto key = provider.api_key ? master.open(*provider.api_key, place_of(provider.id)) : std::nullopt;
    if (!key) return fail(Code::failed, fmt::format("the API key of supplier {} cannot be opened: enter it again", provider.name));
    Endpoint endpoint;
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
    return tx.execute("UPDATE api_providers SET paused_at = NULL, paused_reason = NULL WHERE id = ? AND paused_at IS NOT NULL", id) == 1;
}

void note_answer(db::Tx& tx, Time now, ProviderId id)
{
    tx.execute("UPDATE api_providers SET answered_at = ? WHERE id = ?", now, id);
}

void note_balance(db::Tx& tx, Time now, ProviderId id, Money balance, const std::string& currency)
{
    tx.execute("UPDATE api_providers SET api_balance = ?, currency = COALESCE(?, currency), balance_at = ?, balance_error = NULL, "
               "answered_at = ? WHERE id = ?",
               balance, currency.empty() ? std::nullopt : std::optional(cut(currency, 8)), now, now, id);
}

void note_balance_error(db::Tx& tx, Time now, ProviderId id, const std::string& error)
{
    tx.execute("UPDATE api_providers SET balance_error = ?, updated_at = ? WHERE id = ?", cut(error, longest_reason), now, id);
}

Classified classified_texts(db::Tx& tx)
{
    auto known = std::make_shared<std::map<std::string, Reason>>();
    for (auto& [key, reason] : tx.query<std::tuple<std::string, Reason>>("SELECT text_key, reason FROM reply_texts"))
        known->emplace(std::move(key), reason);
    return [known](std::string_view text) -> std::optional<Reason> {
        auto found = known->find(text_key(text));
        if (found == known->end()) return std::nullopt;
        return found->second;
    };
}

void classify_text(db::Tx& tx, Time now, std::string_view text, Reason reason, const std::string& who)
{
    auto key = text_key(text);
    if (!tx.insert_new("INSERT INTO reply_texts (text_key, reason, created_by, created_at) VALUES (?, ?, ?, ?)", key, reason, who, now))
        tx.execute("UPDATE reply_texts SET reason = ?, created_by = ?, created_at = ? WHERE text_key = ?", reason, who, now, key);
}

std::string lane_of(ProviderId id) { return fmt::format("{}{}", lane_prefix, id.value); }

std::optional<ProviderId> provider_of_lane(std::string_view lane)
{
    if (!lane.starts_with(lane_prefix)) return std::nullopt;
    auto id = json::as_integer(json::value(std::string(lane.substr(lane_prefix.size()))));
    if (!id) return std::nullopt;
    return ProviderId{*id};
}

}  // namespace smg::suppliers
