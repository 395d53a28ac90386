#pragma once

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "db/tx.hpp"

namespace smg::suppliers {

/// A shop's supplier_id stands for this supplier; of several the active one with the lowest priority gets the orders.
struct Mapping {
    std::int64_t id = 0;
    std::string supplier_id;
    ProviderId provider_id;
    std::string provider_name;
    int priority = 1;
};
BOOST_DESCRIBE_STRUCT(Mapping, (), (id, supplier_id, provider_id, provider_name, priority))

constexpr int lowest_priority = 100;

/// By supplier id and priority.
std::vector<Mapping> all_mappings(db::Tx& tx);
std::optional<Mapping> find_mapping(db::Tx& tx, std::int64_t id);
bool is_mapped(db::Tx& tx, std::string_view supplier_id);

/// Fails with the field that is wrong, or Code::conflict when the supplier id has this supplier or this priority already.
Result<Mapping> add_mapping(db::Tx& tx, Time now, std::string_view supplier_id, ProviderId provider, int priority);

/// False when there is none.
bool remove_mapping(db::Tx& tx, std::int64_t id);

}  // namespace smg::suppliers
