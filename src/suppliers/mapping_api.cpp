#include "suppliers/mapping_api.hpp"

#include <fmt/core.h>

#include "audit/audit_log.hpp"
#include "http/bind.hpp"
#include "suppliers/mapping_store.hpp"
#include "suppliers/provider_store.hpp"

namespace smg::suppliers {
namespace {

using http::Access;
using http::Caller;
using http::Data;
using http::List;
using http::Method;

std::string sentence(const Mapping& mapping)
{
    return fmt::format("supplier id {}, priority {}", mapping.supplier_id, mapping.priority);
}

// GET /api/v1/supplier-mappings
Async<Result<json::object>> list(ProviderDesk& desk)
{
    auto look = [](db::Tx& tx) { return http::data_of(json::from(all_mappings(tx))); };
    co_return co_await desk.db.read(std::move(look));
}

// One of them with the names of its services, which may be many.
json::object data_of(db::Tx& tx, const Mapping& mapping)
{
    auto data = json::from(mapping).get_object();
    data["services"] = json::from(services_of(tx, mapping.id));
    return http::data_of(std::move(data));
}

struct NewMapping {
    std::string supplier_id;
    ProviderId provider_id;
    std::optional<int> priority;
    std::optional<bool> same_services;
    std::optional<ServiceNames> services;
};
BOOST_DESCRIBE_STRUCT(NewMapping, (), (supplier_id, provider_id, priority, same_services, services))

// POST /api/v1/supplier-mappings
Async<Result<http::Reply<json::object>>> map(ProviderDesk& desk, Caller caller, NewMapping in)
{
    auto write = [&](db::Tx& tx) -> Result<http::Reply<json::object>> {
        auto now = desk.clock.now();
        auto mapping = add_mapping(tx, now, in.supplier_id, in.provider_id, in.priority.value_or(1));
        if (mapping) mapping = change_mapping(tx, now, mapping->id, {{}, in.same_services, in.services});
        if (!mapping) return fail(mapping.error());
        audit::note(tx, now, audit::actor_of(caller), "supplier.map", subject_of(mapping->provider_id), sentence(*mapping));
        return http::Reply<json::object>{data_of(tx, *mapping), 201};
    };
    co_return co_await desk.db.write(std::move(write));
}

struct OneMapping {
    std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(OneMapping, (), (id))

// GET /api/v1/supplier-mappings/{id}
Async<Result<json::object>> show(ProviderDesk& desk, OneMapping in)
{
    auto look = [&](db::Tx& tx) -> Result<json::object> {
        auto mapping = find_mapping(tx, in.id);
        if (!mapping) return fail(Code::not_found, "There is no such mapping.");
        return data_of(tx, *mapping);
    };
    co_return co_await desk.db.read(std::move(look));
}

struct EditMapping : MappingChange {
    std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(EditMapping, (MappingChange), (id))

// PATCH /api/v1/supplier-mappings/{id}: its priority, and what its supplier calls the services.
Async<Result<json::object>> change(ProviderDesk& desk, Caller caller, EditMapping in)
{
    auto write = [&](db::Tx& tx) -> Result<json::object> {
        auto now = desk.clock.now();
        auto mapping = change_mapping(tx, now, in.id, in);
        if (!mapping) return fail(mapping.error());
        auto detail = fmt::format("{}; {} services named, others {}", sentence(*mapping), mapping->services_named,
                                  mapping->same_services ? "the same" : "not offered");
        audit::note(tx, now, audit::actor_of(caller), "supplier.map_change", subject_of(mapping->provider_id), detail);
        return data_of(tx, *mapping);
    };
    co_return co_await desk.db.write(std::move(write));
}

// DELETE /api/v1/supplier-mappings/{id}
Async<Result<void>> remove(ProviderDesk& desk, Caller caller, OneMapping in)
{
    auto write = [&](db::Tx& tx) -> Result<void> {
        auto mapping = find_mapping(tx, in.id);
        if (!mapping || !remove_mapping(tx, desk.clock.now(), in.id))
            return fail(Code::not_found, "There is no such mapping.");
        audit::note(tx, desk.clock.now(), audit::actor_of(caller), "supplier.unmap", subject_of(mapping->provider_id),
                    sentence(*mapping));
        return {};
    };
    co_return co_await desk.db.write(std::move(write));
}

// As the API reference shows it; a test compares it with what is answered.
struct ShownMapping : Mapping {
    ServiceNames services;
};
BOOST_DESCRIBE_STRUCT(ShownMapping, (Mapping), (services))

}  // namespace

http::Routes mapping_routes(ProviderDesk& desk)
{
    return {
        {Method::GET, "/api/v1/supplier-mappings", Access::manager, http::bind<list>(desk),
         http::about("Which supplier id of a shop leads to which supplier").gives<List<Mapping>>()},
        {Method::POST, "/api/v1/supplier-mappings", Access::admin, http::bind<map>(desk),
         http::about("Lets a supplier id lead to a supplier")
             .more("`services` says what that supplier calls the services: `{\"101\":\"2044\"}`.")
             .gives<Data<ShownMapping>>(201)
             .example(R"({"supplier_id":"77","provider_id":1,"priority":2,"same_services":true})")},
        {Method::GET, "/api/v1/supplier-mappings/{id}", Access::admin, http::bind<show>(desk),
         http::about("One mapping with the names of its services").gives<Data<ShownMapping>>()},
        {Method::PATCH, "/api/v1/supplier-mappings/{id}", Access::admin, http::bind<change>(desk),
         http::about("Changes a mapping's priority or its names of services")
             .gives<Data<ShownMapping>>()
             .example(R"({"priority":3})")},
        {Method::DELETE, "/api/v1/supplier-mappings/{id}", Access::admin, http::bind<remove>(desk),
         http::about("Removes a mapping")},
    };
}

}  // namespace smg::suppliers
