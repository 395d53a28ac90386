#include "suppliers/price.hpp"

#include <algorithm>

#include "suppliers/order_type.hpp"

namespace smg::suppliers {

std::optional<Money> price_of(const Catalogue& catalogue, std::string_view service_id, std::int64_t charged_quantity)
{
    auto service = std::ranges::find(catalogue.services, service_id, &OfferedService::id);
    if (service == catalogue.services.end() || service->rate.units <= 0) return std::nullopt;
    auto type = find_order_type(service->type);
    if (type && type->per_item()) return service->rate;
    if (charged_quantity <= 0) return std::nullopt;
    return price_for(service->rate, charged_quantity);
}

}  // namespace smg::suppliers
