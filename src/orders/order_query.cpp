#include "orders/order_query.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "sites/group_store.hpp"

namespace smg::orders {
namespace {

constexpr int default_page = 50, largest_page = 500;
constexpr std::size_t most_listed = 50;  // sites or statuses in one query

std::vector<std::string> listed(std::string_view text)
{
    std::vector<std::string> out;
    while (!text.empty()) {
        auto end = text.find(',');
        if (auto one = trimmed(text.substr(0, end)); !one.empty()) out.emplace_back(one);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return out;
}

std::optional<std::vector<SiteId>> site_ids(const std::string& text)
{
    std::vector<SiteId> sites;
    for (const auto& one : listed(text)) {
        std::int64_t id = 0;
        auto [end, error] = std::from_chars(one.data(), one.data() + one.size(), id);
        if (error != std::errc{} || end != one.data() + one.size() || id < 1) return std::nullopt;
        sites.push_back({id});
    }
    if (sites.empty() || sites.size() > most_listed) return std::nullopt;
    return sites;
}

void narrow(Filter& filter, const std::vector<SiteId>& to)
{
    std::vector<SiteId> both;
    for (auto site : to)
        if (!filter.sites || std::ranges::find(*filter.sites, site) != filter.sites->end()) both.push_back(site);
    filter.sites = std::move(both);
}

class Reader {
public:
    explicit Reader(const OrderQuery& in) : in_(in) {}

    void sites(db::Tx& tx, Filter& filter)
    {
        if (in_.site_group_id) narrow(filter, sites::sites_of_group(tx, *in_.site_group_id));
        if (!in_.site_id) return;
        auto wanted = site_ids(*in_.site_id);
        if (!wanted) return refuse("site_id", "The site id field must hold one site id, or several with commas.");
        narrow(filter, *wanted);
    }

    void phases(Filter& filter)
    {
        if (in_.needs_decision.value_or(false)) filter.phases = {Phase::review, Phase::uncertain};
        if (!in_.phase) return;
        auto phase = from_word<Phase>(*in_.phase);
        if (!phase) return refuse("phase", "The selected phase is invalid.");
        filter.phases = {*phase};
    }

    void statuses(Filter& filter)
    {
        filter.statuses = listed(in_.status.value_or(""));
        if (in_.status && (filter.statuses.empty() || filter.statuses.size() > most_listed))
            refuse("status", "The selected status is invalid.");
    }

    std::optional<Time> date(const std::optional<std::string>& text, const char* field)
    {
        if (!text) return std::nullopt;
        auto time = parse_date(*text, "Europe/Kyiv");
        if (!time) refuse(field, fmt::format("The {} field must be a valid date.", field));
        return time;
    }

    void page(Filter& filter)
    {
        filter.before_id = in_.cursor;
        filter.limit = in_.per_page.value_or(default_page);
        if (filter.limit < 1 || filter.limit > largest_page)
            refuse("per_page", fmt::format("The per page field must be between 1 and {}.", largest_page));
    }

    void refuse(std::string field, std::string message) { wrong_.push_back({std::move(field), std::move(message)}); }

    Result<Filter> done(Filter filter)
    {
        if (!wrong_.empty()) return fail(json::invalid_fields(std::move(wrong_)));
        return filter;
    }

private:
    const OrderQuery& in_;
    std::vector<FieldError> wrong_;
};

// What a shop may not learn it cannot ask for either.
void for_shops(const OrderQuery& in, Filter& filter, Reader& reader)
{
    filter.q_in_supplier_numbers = false;
    if (in.supplier_id) reader.refuse("supplier_id", "The supplier id field is not known here.");
    if (in.provider_id) reader.refuse("provider_id", "The provider id field is not known here.");
    if (in.phase) reader.refuse("phase", "The phase field is not known here.");
    if (in.needs_decision) reader.refuse("needs_decision", "The needs decision field is not known here.");
    if (in.site_group_id) reader.refuse("site_group_id", "The site group id field is not known here.");
}

}  // namespace

Result<Filter> filter_of(db::Tx& tx, const http::Caller& caller, const OrderQuery& in)
{
    Filter filter;
    Reader reader(in);
    filter.sites = caller.sites;
    if (caller.kind == http::Caller::Kind::site) for_shops(in, filter, reader);
    reader.sites(tx, filter);
    reader.statuses(filter);
    reader.phases(filter);
    filter.supplier_id = in.supplier_id;
    filter.provider = in.provider_id;
    filter.wp_order_number = in.wp_order_number;
    filter.type_payment = in.type_payment;
    filter.q = in.q;
    filter.archive = in.archive;
    filter.from = reader.date(in.from, "from");
    filter.to = reader.date(in.to, "to");
    reader.page(filter);
    return reader.done(std::move(filter));
}

}  // namespace smg::orders
