#include "suppliers/mapping_store.hpp"

#include <fmt/core.h>

#include "base/text.hpp"

namespace smg::suppliers {
namespace {

constexpr std::size_t longest_supplier_id = 64;
constexpr std::string_view with_names =
    "SELECT m.id, m.supplier_id, m.api_provider_id, p.name, m.priority FROM supplier_api_mappings m "
    "JOIN api_providers p ON p.id = m.api_provider_id ";

Result<void> check(db::Tx& tx, std::string_view supplier_id, ProviderId provider, int priority)
{
    if (supplier_id.empty() || !valid_utf8(supplier_id) || code_points(supplier_id) > longest_supplier_id)
        return fail_field("supplier_id", "The supplier id must have 1 to 64 characters.");
    if (priority < 1 || priority > lowest_priority)
        return fail_field("priority", fmt::format("The priority must be between 1 and {}.", lowest_priority));
    if (!tx.first<std::int64_t>("SELECT id FROM api_providers WHERE id = ?", provider))
        return fail_field("provider_id", "There is no such supplier.");
    if (tx.first<std::int64_t>("SELECT id FROM supplier_api_mappings WHERE supplier_id = ? AND api_provider_id = ?",
                               supplier_id, provider))
        return fail(Code::conflict, fmt::format("Supplier id {} is mapped to this supplier already.", supplier_id));
    return {};
}

}  // namespace

std::vector<Mapping> all_mappings(db::Tx& tx)
{
    return tx.query<Mapping>(std::string(with_names) + "ORDER BY m.supplier_id, m.priority");
}

std::optional<Mapping> find_mapping(db::Tx& tx, std::int64_t id)
{
    return tx.first<Mapping>(std::string(with_names) + "WHERE m.id = ?", id);
}

bool is_mapped(db::Tx& tx, std::string_view supplier_id)
{
    return tx.first<std::int64_t>("SELECT id FROM supplier_api_mappings WHERE supplier_id = ? LIMIT 1", supplier_id)
        .has_value();
}

Result<Mapping> add_mapping(db::Tx& tx, Time now, std::string_view supplier_id, ProviderId provider, int priority)
{
    auto name = trimmed(supplier_id);
    if (auto good = check(tx, name, provider, priority); !good) return fail(good.error());
    try {
        auto id = tx.first<std::int64_t>(
            "INSERT INTO supplier_api_mappings (supplier_id, api_provider_id, priority, created_at, updated_at) "
            "VALUES (?, ?, ?, ?, ?) RETURNING id",
            name, provider, priority, now, now);
        tx.announce({"providers", provider.value});
        return *find_mapping(tx, *id);
    } catch (const db::DuplicateKey&) {
        return fail(Code::conflict, fmt::format("Supplier id {} has a supplier of priority {} already.", name, priority));
    }
}

bool remove_mapping(db::Tx& tx, std::int64_t id)
{
    auto mapping = find_mapping(tx, id);
    if (!mapping || tx.execute("DELETE FROM supplier_api_mappings WHERE id = ?", id) != 1) return false;
    tx.announce({"providers", mapping->provider_id.value});
    return true;
}

}  // namespace smg::suppliers
