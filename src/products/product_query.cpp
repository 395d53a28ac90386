#include "products/product_query.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace smg::products {
namespace {

constexpr int default_page = 50, largest_page = 500;

struct SortWord {
    std::string_view word;
    Sort sort;
};
constexpr auto sorts = std::to_array<SortWord>(
    {{"name", Sort::name}, {"-name", Sort::name_down}, {"price", Sort::price}, {"-price", Sort::price_down}});

}  // namespace

Result<Filter> filter_of(const http::Caller& caller, const ProductQuery& in)
{
    if (in.site_id && !caller.may_see(*in.site_id)) return fail(Code::not_found, "There is no such site.");
    Filter filter;
    filter.sites = in.site_id ? std::optional(std::vector{*in.site_id}) : caller.sites;
    filter.q = in.q;
    filter.category = in.category;
    filter.supplier_id = in.supplier_id;
    filter.stock = in.stock;
    filter.status = in.status;
    filter.mapping = in.mapping;
    filter.after = in.cursor;
    filter.limit = in.per_page.value_or(default_page);
    if (filter.limit < 1 || filter.limit > largest_page)
        return fail_field("per_page", fmt::format("The per page field must be between 1 and {}.", largest_page));
    auto sort = std::ranges::find(sorts, in.sort.value_or("name"), &SortWord::word);
    if (sort == sorts.end()) return fail_field("sort", "The selected sort is invalid.");
    filter.sort = sort->sort;
    return filter;
}

}  // namespace smg::products
