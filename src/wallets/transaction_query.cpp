#include "wallets/transaction_query.hpp"

#include <fmt/core.h>

namespace smg::wallets {
namespace {

constexpr int default_page = 50, largest_page = 500;
constexpr auto zone = "Europe/Kyiv";  // as days are counted in the list of orders

}  // namespace

Result<Filter> filter_of(const http::Caller& caller, const TransactionQuery& in)
{
    if (in.site_id && !caller.may_see(*in.site_id)) return fail(Code::not_found, "There is no such site.");
    Filter filter;
    filter.sites = caller.sites;
    filter.site = in.site_id;
    filter.wp_user_id = in.wp_user_id;
    filter.user_by_id = in.user_by_id;
    filter.q = in.q;
    filter.operation = in.operation;
    filter.state = in.state;
    filter.limit = in.per_page.value_or(default_page);
    if (in.cursor) filter.before = TransactionId{*in.cursor};
    std::vector<FieldError> wrong;
    auto read = [&](const std::optional<std::string>& text, const char* field, std::optional<Time>& into) {
        if (!text) return;
        into = parse_date(*text, zone);
        if (!into) wrong.push_back({field, fmt::format("The {} field must be a valid date.", field)});
    };
    read(in.from, "from", filter.from);
    read(in.to, "to", filter.to);
    if (filter.limit < 1 || filter.limit > largest_page)
        wrong.push_back({"per_page", fmt::format("The per page field must be between 1 and {}.", largest_page)});
    if (!wrong.empty()) return fail(json::invalid_fields(std::move(wrong)));
    return filter;
}

}  // namespace smg::wallets
