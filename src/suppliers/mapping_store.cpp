#include "suppliers/mapping_store.hpp"

#include <fmt/core.h>

#include <tuple>
#include <utility>

#include "base/text.hpp"
#include "jobs/job.hpp"

namespace smg::suppliers {
namespace {

constexpr std::size_t longest_supplier_id = 64, longest_service_id = 64;
constexpr std::string_view with_names =
    "SELECT m.id, m.supplier_id, m.api_provider_id, p.name, m.priority, m.same_services, "
    "(SELECT COUNT(*) FROM mapping_services s WHERE s.mapping_id = m.id) FROM supplier_api_mappings m "
    "JOIN api_providers p ON p.id = m.api_provider_id ";

std::string priority_taken(std::string_view supplier_id, int priority)
{
    return fmt::format("Supplier id {} has a supplier of priority {} already.", supplier_id, priority);
}

Result<void> check_priority(int priority)
{
    if (priority >= 1 && priority <= lowest_priority) return {};
    return fail_field("priority", fmt::format("The priority must be between 1 and {}.", lowest_priority));
}

bool is_service_id(const std::string& text)
{
    return !text.empty() && trimmed(text) == text && valid_utf8(text) && code_points(text) <= longest_service_id;
}

Result<void> check_names(const ServiceNames& names)
{
    if (names.size() > most_named_services)
        return fail_field("services", fmt::format("The services may be at most {}.", most_named_services));
    for (const auto& [ours, theirs] : names)
        if (!is_service_id(ours) || !is_service_id(theirs))
            return fail_field("services",
                              "The services must be an object such as {\"101\":\"2044\"}, each number a text of "
                              "1 to 64 characters.");
    return {};
}

struct NamedService {
    std::int64_t mapping_id = 0;
    std::string service_id, supplier_service_id;
};
BOOST_DESCRIBE_STRUCT(NamedService, (), (mapping_id, service_id, supplier_service_id))

void replace_names(db::Tx& tx, std::int64_t mapping, const ServiceNames& names)
{
    constexpr std::size_t at_once = 500;
    tx.execute("DELETE FROM mapping_services WHERE mapping_id = ?", mapping);
    std::vector<db::Param> params;
    std::string marks;
    auto flush = [&] {
        if (marks.empty()) return;
        tx.execute_with("INSERT INTO mapping_services (mapping_id, service_id, supplier_service_id) VALUES " + marks,
                        std::exchange(params, {}));
        marks.clear();
    };
    for (const auto& [ours, theirs] : names) {
        marks += marks.empty() ? "(?, ?, ?)" : ", (?, ?, ?)";
        for (auto param :
             {db::to_param(tx.dialect(), mapping), db::to_param(tx.dialect(), ours), db::to_param(tx.dialect(), theirs)})
            params.push_back(std::move(param));
        if (params.size() >= 3 * at_once) flush();
    }
    flush();
}

Result<void> check(db::Tx& tx, std::string_view supplier_id, ProviderId provider, int priority)
{
    if (supplier_id.empty() || !valid_utf8(supplier_id) || code_points(supplier_id) > longest_supplier_id)
        return fail_field("supplier_id", "The supplier id must have 1 to 64 characters.");
    if (auto good = check_priority(priority); !good) return good;
    if (!tx.first<std::int64_t>("SELECT id FROM api_providers WHERE id = ?", provider))
        return fail_field("provider_id", "There is no such supplier.");
    if (tx.first<std::int64_t>("SELECT id FROM supplier_api_mappings WHERE supplier_id = ? AND api_provider_id = ?",
                               supplier_id, provider))
        return fail(Code::conflict, fmt::format("Supplier id {} is mapped to this supplier already.", supplier_id));
    return {};
}

}  // namespace

void routes_changed(db::Tx& tx, Time now)
{
    jobs::NewJob job;
    job.kind = routes_job;
    job.dedup_key = routes_job;
    jobs::enqueue(tx, now, job);
}

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
        routes_changed(tx, now);
        tx.announce({"providers", provider.value});
        return *find_mapping(tx, *id);
    } catch (const db::DuplicateKey&) {
        return fail(Code::conflict, priority_taken(name, priority));
    }
}

Result<Mapping> change_mapping(db::Tx& tx, Time now, std::int64_t id, const MappingChange& change)
{
    auto mapping = find_mapping(tx, id);
    if (!mapping) return fail(Code::not_found, "There is no such mapping.");
    auto priority = change.priority.value_or(mapping->priority);
    if (auto good = check_priority(priority); !good) return fail(good.error());
    if (change.services)
        if (auto good = check_names(*change.services); !good) return fail(good.error());
    try {
        tx.execute("UPDATE supplier_api_mappings SET priority = ?, same_services = ?, updated_at = ? WHERE id = ?", priority,
                   change.same_services.value_or(mapping->same_services), now, id);
    } catch (const db::DuplicateKey&) {
        return fail(Code::conflict, priority_taken(mapping->supplier_id, priority));
    }
    if (change.services) replace_names(tx, id, *change.services);
    routes_changed(tx, now);
    tx.announce({"providers", mapping->provider_id.value});
    return *find_mapping(tx, id);
}

ServiceNames services_of(db::Tx& tx, std::int64_t mapping)
{
    ServiceNames names;
    for (auto& row : tx.select<NamedService>("FROM mapping_services WHERE mapping_id = ?", mapping))
        names[row.service_id] = row.supplier_service_id;
    return names;
}

bool remove_mapping(db::Tx& tx, Time now, std::int64_t id)
{
    auto mapping = find_mapping(tx, id);
    if (mapping) tx.execute("DELETE FROM mapping_services WHERE mapping_id = ?", id);
    if (!mapping || tx.execute("DELETE FROM supplier_api_mappings WHERE id = ?", id) != 1) return false;
    routes_changed(tx, now);
    tx.announce({"providers", mapping->provider_id.value});
    return true;
}

std::vector<Offer> offers_for(db::Tx& tx, std::string_view supplier_id, std::string_view service_id)
{
    using Row = std::tuple<ProviderId, std::string, bool, bool, std::optional<std::string>, bool, bool, bool>;
    auto rows = tx.query<Row>(
        "SELECT p.id, p.name, p.is_active, m.same_services, n.supplier_service_id, "
        "EXISTS (SELECT 1 FROM mapping_services s WHERE s.mapping_id = m.id), "
        "p.paused_at IS NOT NULL, p.funds_out_at IS NOT NULL FROM supplier_api_mappings m "
        "JOIN api_providers p ON p.id = m.api_provider_id "
        "LEFT JOIN mapping_services n ON n.mapping_id = m.id AND n.service_id = ? "
        "WHERE m.supplier_id = ? ORDER BY m.priority",
        service_id, supplier_id);
    std::vector<Offer> offers;
    bool first = true;  // by its numbers shops order, unless it says otherwise
    for (auto& [id, name, active, same, named, names_some, paused, dry] : rows) {
        bool base = std::exchange(first, false);
        bool knows = named || same || (base && !names_some);
        if (!active || (names_some && !named && !same)) continue;
        offers.push_back({id, std::move(name), named.value_or(std::string(service_id)), knows, paused, dry});
    }
    return offers;
}

}  // namespace smg::suppliers
