#include "orders/add_form.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

#include "base/crypto.hpp"
#include "suppliers/order_type.hpp"

namespace smg::orders {

Result<AddFields> form_of(const Order& order)
{
    auto type = suppliers::find_order_type(order.order_type);
    if (!type || !order.params.is_object()) return fail(Code::invalid, "its order type is not known any more");
    if (!order.supplier_service_id) return fail(Code::invalid, "it names no service of the supplier");
    auto params = suppliers::params_in(*type, order.params.get_object());
    if (!params) return fail(params.error());
    suppliers::OrderFields given{order.url, order.quantity, std::move(*params)};
    if (!type->needs_quantity()) given.quantity.reset();
    auto valid = suppliers::validate(order.order_type, given);
    if (!valid) return fail(valid.error());
    AddFields fields{{"service", *order.supplier_service_id}};
    std::ranges::move(suppliers::form_fields(*type, valid->fields), std::back_inserter(fields));
    return fields;
}

bool takes_repeats(const suppliers::Provider& provider)
{
    return provider.ask_again && (provider.request_id_field || provider.dedup_window_s > 0);
}

void add_request_id(db::Tx& tx, const suppliers::Provider& provider, const Order& order, AddFields& fields)
{
    constexpr std::size_t enough_of_it = 16;  // tells two installations with one key apart
    if (!provider.request_id_field) return;
    auto refusals = tx.first<std::int64_t>("SELECT COUNT(*) FROM attempts WHERE order_id = ? AND state = ?", order.id,
                                           AttemptState::rejected);
    fields.emplace_back(
        *provider.request_id_field,
        fmt::format("{}-{}-{}", order.id.value, order.identity.substr(0, enough_of_it), refusals.value_or(0)));
}

std::string request_hash(const suppliers::Endpoint& endpoint, const AddFields& fields)
{
    auto all = endpoint.url + '\n' + endpoint.key.reveal();
    for (const auto& [name, value] : fields) all += fmt::format("\n{}:{}={}:{}", name.size(), name, value.size(), value);
    return sha256_hex(all);
}

void make_repeatable(db::Tx& tx, const suppliers::Provider& provider, const Order& order, const Attempt& attempt,
                     const suppliers::Endpoint& endpoint, AddFields& fields)
{
    add_request_id(tx, provider, order, fields);
    if (takes_repeats(provider))
        tx.execute("UPDATE attempts SET request_hash = ? WHERE id = ?", request_hash(endpoint, fields), attempt.id);
}

}  // namespace smg::orders
