#pragma once

#include <boost/describe/class.hpp>

#include <optional>
#include <string>

#include "http/caller.hpp"
#include "products/product_store.hpp"

namespace smg::products {

/// What a list of products is asked for, as it stands in an address.
struct ProductQuery {
    std::optional<SiteId> site_id;
    std::optional<std::string> q, category, supplier_id, stock, status, sort;
    std::optional<MappingState> mapping;
    std::optional<std::int64_t> cursor;
    std::optional<int> per_page;
};
BOOST_DESCRIBE_STRUCT(ProductQuery, (), (site_id, q, category, supplier_id, stock, status, sort, mapping, cursor, per_page))

/// The filter, never wider than what the caller may see. Fails with the fields that are wrong, or Code::not_found for a site
/// that is not theirs.
Result<Filter> filter_of(const http::Caller& caller, const ProductQuery& in);

}  // namespace smg::products
