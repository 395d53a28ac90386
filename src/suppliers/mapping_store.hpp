#pragma once

#include <boost/describe/class.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "db/tx.hpp"

namespace smg::suppliers {

/// Orders that wait may go to another supplier than before.
inline constexpr std::string_view routes_job = "supplier.routes";
void routes_changed(db::Tx& tx, Time now);

/// A shop's supplier_id stands for this supplier; of several the active one with the lowest priority gets the orders.
struct Mapping {
    std::int64_t id = 0;
    std::string supplier_id;
    ProviderId provider_id;
    std::string provider_name;
    int priority = 1;
    bool same_services = false;       // what services_of() does not name is called as the shop calls it
    std::int64_t services_named = 0;  // how many services_of() gives
};
BOOST_DESCRIBE_STRUCT(Mapping, (), (id, supplier_id, provider_id, provider_name, priority, same_services, services_named))

constexpr int lowest_priority = 100;
constexpr std::size_t most_named_services = 20'000;

/// What the supplier of a mapping calls a service, by what shops call it: {"101":"2044"}.
using ServiceNames = std::map<std::string, std::string>;

/// By supplier id and priority.
std::vector<Mapping> all_mappings(db::Tx& tx);
std::optional<Mapping> find_mapping(db::Tx& tx, std::int64_t id);
bool is_mapped(db::Tx& tx, std::string_view supplier_id);

/// Fails with the field that is wrong, or Code::conflict when the supplier id has this supplier or this priority already.
Result<Mapping> add_mapping(db::Tx& tx, Time now, std::string_view supplier_id, ProviderId provider, int priority);

/// What is missing stays as it is; `services` replaces all names.
struct MappingChange {
    std::optional<int> priority;
    std::optional<bool> same_services;
    std::optional<ServiceNames> services;
};
BOOST_DESCRIBE_STRUCT(MappingChange, (), (priority, same_services, services))

/// Fails as add_mapping() does, or with Code::not_found.
Result<Mapping> change_mapping(db::Tx& tx, Time now, std::int64_t id, const MappingChange& change);

ServiceNames services_of(db::Tx& tx, std::int64_t mapping);

/// False when there is none.
bool remove_mapping(db::Tx& tx, Time now, std::int64_t id);

/// An active supplier that may get an order, and what it calls the service.
struct Offer {
    ProviderId provider;
    std::string provider_name;
    std::string service_id;
    bool knows = false;  // a mapping says so; otherwise the shop's word is taken for the supplier's
    bool paused = false, out_of_funds = false;

    bool takes() const { return !paused && !out_of_funds; }
};

/// For what a shop asks of a supplier id, the first by priority first. A mapping that names services, and not this one, and
/// does not say `same_services`, offers nothing: its supplier may call something else by this number.
std::vector<Offer> offers_for(db::Tx& tx, std::string_view supplier_id, std::string_view service_id);

}  // namespace smg::suppliers
