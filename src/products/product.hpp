#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/json.hpp"
#include "base/money.hpp"

namespace smg::products {

/// What a shop sells, as it said when it was last asked. A variation of a product is a row of its own.
struct Product {
    std::int64_t id = 0;
    SiteId site_id;
    std::int64_t product_id = 0, parent_id = 0;
    std::string type, name;
    std::optional<std::string> sku, status;
    std::optional<Money> price, regular_price, sale_price;
    std::string currency;
    std::optional<std::string> stock_status;
    std::optional<std::int64_t> stock_quantity;
    json::value categories = json::array();
    std::optional<std::string> supplier_id, service_id, order_type;
    std::optional<std::int64_t> quantity;  // pieces in one sold unit
    std::optional<Time> modified_at;
    std::optional<std::string> permalink;
};
BOOST_DESCRIBE_STRUCT(Product, (),
                      (id, site_id, product_id, parent_id, type, name, sku, status, price, regular_price, sale_price,
                       currency, stock_status, stock_quantity, categories, supplier_id, service_id, order_type, quantity,
                       modified_at, permalink))

/// Whether an order of it finds its supplier.
enum class MappingState {
    mapped,
    unmapped,    // it has a service, but nobody says which supplier its supplier_id stands for
    no_service,  // nothing is ordered for it
};
BOOST_DESCRIBE_ENUM(MappingState, mapped, unmapped, no_service)

enum class RefreshState { running, done, failed };
BOOST_DESCRIBE_ENUM(RefreshState, running, done, failed)

/// How the last reading of a shop's products goes or went.
struct Refresh {
    SiteId site_id;
    std::int64_t number = 1;
    RefreshState state = RefreshState::running;
    std::int64_t page = 0, total_pages = 0;  // `page`: the last one that is written
    std::int64_t total = 0, done = 0;        // products
    std::int64_t unreadable = 0;
    bool complete = true;    // all of it was read as one list: what was not in it is gone
    std::int64_t tries = 0;  // of the next page, that failed
    Time started_at;
    std::optional<Time> finished_at, ok_at;     // `ok_at`: the last one that succeeded
    std::optional<std::string> trouble, error;  // `trouble`: a word of sites::ShopTrouble
    std::string asked_by;
};
BOOST_DESCRIBE_STRUCT(Refresh, (),
                      (site_id, number, state, page, total_pages, total, done, unreadable, complete, tries, started_at,
                       finished_at, ok_at, trouble, error, asked_by))

}  // namespace smg::products
