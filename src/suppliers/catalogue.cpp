#include "suppliers/catalogue.hpp"

#include <optional>

#include "base/text.hpp"
#include "suppliers/loose_json.hpp"

namespace smg::suppliers {
namespace {

constexpr std::size_t max_id_bytes = 64;
constexpr std::size_t max_name_bytes = 500;
constexpr std::size_t max_type_bytes = 64;
constexpr std::size_t max_description_bytes = 4096;

std::optional<OfferedService> read_service(const json::value& in)
{
    if (!in.is_object()) return std::nullopt;
    const auto& row = in.get_object();
    auto id = loose_text(row.if_contains("service"));
    auto name = loose_text(row.if_contains("name"));
    auto rate = loose_money(row.if_contains("rate"));
    if (id.empty() || id.size() > max_id_bytes || name.empty() || !rate || rate->units < 0) return std::nullopt;
    OfferedService out{std::move(id)};
    out.name = cut(name, max_name_bytes);
    out.type = cut(loose_text(row.if_contains("type")), max_type_bytes);
    out.category = cut(loose_text(row.if_contains("category")), max_name_bytes);
    out.rate = *rate;
    out.min = loose_integer(row.if_contains("min")).value_or(0);
    out.max = loose_integer(row.if_contains("max")).value_or(0);
    out.refill = loose_flag(row.if_contains("refill"));
    out.cancel = loose_flag(row.if_contains("cancel"));
    out.dripfeed = loose_flag(row.if_contains("dripfeed"));
    out.description = cut(loose_text(row.if_contains("desc")), max_description_bytes);
    return out;
}

void take(Catalogue& catalogue, const json::value& row)
{
    if (auto service = read_service(row)) catalogue.services.push_back(std::move(*service));
    else ++catalogue.unreadable;
}

}  // namespace

Result<Catalogue> read_catalogue(const json::value& in)
{
    Catalogue out;
    if (in.is_array()) {
        for (const auto& row : in.get_array()) take(out, row);
        return out;
    }
    if (!in.is_object()) return fail(Code::failed, "The supplier's reply is not a list of services.");
    const auto& object = in.get_object();
    if (auto error = error_in(object); !error.empty()) return fail(Code::failed, std::move(error));
    if (auto data = object.if_contains("data")) {
        if (data->is_array() || data->is_object()) return read_catalogue(*data);
        if (lowered(loose_text(data)) == "empty data") return out;
        return fail(Code::failed, "The supplier's reply is not a list of services.");
    }
    for (const auto& [key, row] : object) {
        if (!row.is_object()) return fail(Code::failed, "The supplier's reply is not a list of services.");
        take(out, row);
    }
    return out;
}

}  // namespace smg::suppliers
