#include "sandbox/wordpress_wares.hpp"

#include <fmt/core.h>

#include <iterator>

namespace smg::sandbox {
namespace {

constexpr int variable_every = 10, no_service_every = 13, unmapped_every = 17, out_of_stock_every = 19, first_id = 100;

constexpr std::string_view networks[] = {"Instagram", "Telegram", "TikTok", "YouTube", "Facebook"};
constexpr std::string_view kinds[] = {"Підписники", "Лайки", "Перегляди", "Коментарі"};
constexpr int services_there[] = {101, 103, 104, 121, 122, 131, 142, 151, 181};

json::object ware(int place, int parent, int variation, std::string_view currency)
{
    auto network = networks[static_cast<std::size_t>(place) % std::size(networks)];
    auto kind = kinds[static_cast<std::size_t>(place / 5) % std::size(kinds)];
    auto category = place % static_cast<int>(std::size(networks) * std::size(kinds));
    auto pieces = 100 * (1 + place % 20) * (variation + 1);
    auto price = fmt::format("{}.{:02}", 5 + place % 90 + 40 * variation, place * 7 % 100);
    json::object row{
        {"id", first_id + place},
        {"parent_id", parent},
        {"type", parent ? "variation" : "simple"},
        {"name", fmt::format("{} {}, {} шт.", kind, network, pieces)},
        {"sku", fmt::format("SMG-{}", first_id + place)},
        {"status", "publish"},
        {"price", price},
        {"regular_price", price},
        {"sale_price", nullptr},
        {"currency", currency},
        {"stock_status", place % out_of_stock_every == out_of_stock_every - 1 ? "outofstock" : "instock"},
        {"stock_quantity", nullptr},
        {"categories", json::array{json::object{{"id", category + 1},
                                                {"name", fmt::format("{} {}", network, kind)},
                                                {"slug", fmt::format("category-{}", category + 1)}}}},
        {"supplier_id", place % unmapped_every == unmapped_every - 1 ? "77" : "1"},
        {"service_id", std::to_string(services_there[static_cast<std::size_t>(place) % std::size(services_there)])},
        {"order_type", "Default"},
        {"quantity", pieces},
        {"modified_at", "2026-11-28T18:04:05Z"},
        {"permalink", fmt::format("https://shop.example/product/{}/", first_id + place)}};
    if (place % no_service_every == no_service_every - 1)
        row["supplier_id"] = row["service_id"] = row["order_type"] = row["quantity"] = nullptr;
    return row;
}

}  // namespace

json::array wares(int count, std::string_view currency, bool services)
{
    json::array out;
    int parent = 0;
    for (int place = 0; place < count; ++place) {
        auto within = place % variable_every;  // a variable product, then its two variations
        auto row = ware(place, within == 1 || within == 2 ? parent : 0, within == 2 ? 1 : 0, currency);
        if (within == 0) {
            row["type"] = "variable";
            parent = first_id + place;
        }
        if (!services || !row["service_id"].is_null()) out.push_back(std::move(row));
    }
    return out;
}

}  // namespace smg::sandbox
