#pragma once

#include <map>
#include <string>
#include <vector>

#include "db/tx.hpp"
#include "http/caller.hpp"
#include "products/product.hpp"

namespace smg::products {

/// A product as people see it; the names of suppliers are for managers.
struct ShownProduct : Product {
    std::string site_name;
    std::optional<std::string> parent_name;
    MappingState mapping = MappingState::no_service;
    std::vector<std::string> suppliers;  // behind its supplier_id, by priority
};
BOOST_DESCRIBE_STRUCT(ShownProduct, (Product), (site_name, parent_name, mapping, suppliers))

/// What stands around products: read once for a whole page.
class Surroundings {
public:
    explicit Surroundings(db::Tx& tx);

    ShownProduct shown(const http::Caller& caller, Product product);

private:
    db::Tx& tx_;
    std::map<std::string, std::vector<std::string>> suppliers_;
    std::map<std::int64_t, std::string> sites_;
    std::map<std::pair<std::int64_t, std::int64_t>, std::optional<std::string>> parents_;
};

}  // namespace smg::products
