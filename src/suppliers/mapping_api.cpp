#include "suppliers/mapping_api.hpp"

#include <fmt/core.h>

#include "http/bind.hpp"
#include "suppliers/audit.hpp"
#include "suppliers/mapping_store.hpp"

namespace smg::suppliers {
namespace {

using http::Access;
using http::Caller;
using http::Method;

std::string sentence(const Mapping& mapping)
{
    return fmt::format("supplier id {}, priority {}", mapping.supplier_id, mapping.priority);
}

// GET /api/v1/supplier-mappings
Async<Result<json::object>> list(ProviderDesk& desk)
{
    auto look = [](db::Tx& tx) {
        json::object out;
        out["data"] = json::from(all_mappings(tx));
        return out;
    };
    co_return co_await desk.db.read(std::move(look));
}

struct NewMapping {
    std::string supplier_id;
    ProviderId provider_id;
    std::optional<int> priority;
};
BOOST_DESCRIBE_STRUCT(NewMapping, (), (supplier_id, provider_id, priority))

// POST /api/v1/supplier-mappings
Async<Result<http::Reply<json::object>>> add(ProviderDesk& desk, Caller caller, NewMapping in)
{
    auto write = [&](db::Tx& tx) -> Result<http::Reply<json::object>> {
        auto now = desk.clock.now();
        auto mapping = add_mapping(tx, now, in.supplier_id, in.provider_id, in.priority.value_or(1));
        if (!mapping) return fail(mapping.error());
        audit(tx, now, caller.name, "supplier.map", subject_of(mapping->provider_id), sentence(*mapping));
        json::object out;
        out["data"] = json::from(*mapping);
        return http::Reply<json::object>{std::move(out), 201};
    };
    co_return co_await desk.db.write(std::move(write));
}

struct OneMapping {
    std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(OneMapping, (), (id))

// DELETE /api/v1/supplier-mappings/{id}
Async<Result<void>> remove(ProviderDesk& desk, Caller caller, OneMapping in)
{
    auto write = [&](db::Tx& tx) -> Result<void> {
        auto mapping = find_mapping(tx, in.id);
        if (!mapping || !remove_mapping(tx, in.id)) return fail(Code::not_found, "There is no such mapping.");
        audit(tx, desk.clock.now(), caller.name, "supplier.unmap", subject_of(mapping->provider_id), sentence(*mapping));
        return {};
    };
    co_return co_await desk.db.write(std::move(write));
}

}  // namespace

http::Routes mapping_routes(ProviderDesk& desk)
{
    return {
        {Method::GET, "/api/v1/supplier-mappings", Access::admin, http::bind<list>(desk)},
        {Method::POST, "/api/v1/supplier-mappings", Access::admin, http::bind<add>(desk)},
        {Method::DELETE, "/api/v1/supplier-mappings/{id}", Access::admin, http::bind<remove>(desk)},
    };
}

}  // namespace smg::suppliers
