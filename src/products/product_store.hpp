#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/tx.hpp"
#include "products/product.hpp"

// What people read of the table products; what writes it is in refresh_store.
namespace smg::products {

enum class Sort { name, name_down, price, price_down, id };

struct Filter {
    std::optional<std::vector<SiteId>> sites;  // no value = all
    std::optional<std::string> q, category, supplier_id, stock, status;
    std::optional<MappingState> mapping;
    Sort sort = Sort::name;
    std::optional<std::int64_t> after;  // the id of the row before
    int limit = 50;
};

/// One more than the limit when there are more. Fails when the row before is gone.
Result<std::vector<Product>> list_products(db::Tx& tx, const Filter& filter);

/// Counted no further than `most` + 1.
std::int64_t count_products(db::Tx& tx, const Filter& filter, std::int64_t most);

/// What there is to choose from.
struct Choices {
    std::vector<std::string> categories, supplier_ids;
};
BOOST_DESCRIBE_STRUCT(Choices, (), (categories, supplier_ids))
Choices choices(db::Tx& tx, const std::optional<std::vector<SiteId>>& sites);

/// The name of the product that a variation belongs to.
std::optional<std::string> name_of(db::Tx& tx, SiteId site, std::int64_t product_id);

}  // namespace smg::products
