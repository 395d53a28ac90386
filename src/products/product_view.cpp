#include "products/product_view.hpp"

#include "products/product_store.hpp"
#include "sites/site_store.hpp"
#include "suppliers/mapping_store.hpp"

namespace smg::products {

Surroundings::Surroundings(db::Tx& tx) : tx_(tx)
{
    for (auto& mapping : suppliers::all_mappings(tx))
        suppliers_[mapping.supplier_id].push_back(std::move(mapping.provider_name));
    for (auto& site : sites::sites_among(tx, std::nullopt)) sites_[site.id.value] = std::move(site.name);
}

ShownProduct Surroundings::shown(const http::Caller& caller, Product product)
{
    ShownProduct out;
    static_cast<Product&>(out) = std::move(product);
    out.site_name = sites_[out.site_id.value];
    if (out.parent_id > 0) {
        auto [at, fresh] = parents_.try_emplace({out.site_id.value, out.parent_id});
        if (fresh) at->second = name_of(tx_, out.site_id, out.parent_id);
        out.parent_name = at->second;
    }
    if (!out.service_id) return out;
    auto known = suppliers_.find(out.supplier_id.value_or(""));
    out.mapping = known == suppliers_.end() ? MappingState::unmapped : MappingState::mapped;
    if (known != suppliers_.end() && caller.role != http::Role::user) out.suppliers = known->second;
    return out;
}

}  // namespace smg::products
