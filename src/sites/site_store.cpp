#include "sites/site_store.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "net/url.hpp"

namespace smg::sites {
namespace {

constexpr std::size_t longest = 255;

std::string without_slashes(std::string_view url)
{
    std::string out(trimmed(url));
    while (out.ends_with('/')) out.pop_back();
    return out;
}

template <class Id>
bool is_there(db::Tx& tx, std::string_view sql, Id id)
{
    return tx.first<std::int64_t>(sql, id).has_value();
}

Result<Site> applied(db::Tx& tx, Site site, const SiteChange& in)
{
    if (in.url) site.url = without_slashes(*in.url);
    if (in.name) site.name = trimmed(*in.name);
    if (in.time_zone) site.time_zone = *in.time_zone;
    if (in.currency_id) site.currency_id = *in.currency_id;
    if (in.site_group_id) site.site_group_id = *in.site_group_id == 0 ? std::nullopt : in.site_group_id;
    site.allow_private = in.allow_private.value_or(site.allow_private);
    site.is_active = in.is_active.value_or(site.is_active);
    std::vector<FieldError> wrong;
    if (!net::parse_url(site.url)) wrong.push_back({"url", "The url must be an address such as https://shop.example."});
    else if (site.url.size() > longest) wrong.push_back({"url", "The url must not be longer than 255 characters."});
    if (site.name.empty() || !valid_utf8(site.name) || code_points(site.name) > longest)
        wrong.push_back({"name", "The name must have 1 to 255 characters."});
    if (!known_zone(site.time_zone)) wrong.push_back({"time_zone", "The time zone is not known."});
    if (!is_there(tx, "SELECT id FROM currencies WHERE id = ?", site.currency_id))
        wrong.push_back({"currency_id", "The currency is not known: add it to the currencies first."});
    if (site.site_group_id && !is_there(tx, "SELECT id FROM site_groups WHERE id = ?", *site.site_group_id))
        wrong.push_back({"site_group_id", "The selected site group id is invalid."});
    if (!wrong.empty()) return fail(json::invalid_fields(std::move(wrong)));
    return site;
}

}  // namespace

Result<Site> add_site(db::Tx& tx, Time now, const NewSite& in)
{
    auto currency = tx.first<std::int64_t>("SELECT id FROM currencies WHERE code = ?", in.currency);
    if (!currency) return fail_field("currency", "The currency is not known: add it to the currencies first.");
    auto url = without_slashes(in.url);
    if (tx.first<SiteId>("SELECT id FROM sites WHERE url = ?", url))
        return fail(Code::conflict, "a site with the address " + url + " is there already");
    return create_site(
        tx, now, SiteChange{.url = in.url, .name = in.name, .currency_id = *currency, .allow_private = in.allow_private});
}

Result<Site> create_site(db::Tx& tx, Time now, const SiteChange& in)
{
    auto site = applied(tx, {}, in);
    if (!site) return site;
    if (!tx.insert_new(
            "INSERT INTO sites (url, name, currency_id, site_group_id, time_zone, allow_private, is_active, created_at, "
            "updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            site->url, site->name, site->currency_id, site->site_group_id, site->time_zone, site->allow_private,
            site->is_active, now, now))
        return fail_field("url", "A site with this address is there already.");
    return *tx.find<Site>("FROM sites WHERE url = ?", site->url);
}

Result<Site> change_site(db::Tx& tx, Time now, const Site& site, const SiteChange& in)
{
    auto changed = applied(tx, site, in);
    if (!changed) return changed;
    if (changed->url != site.url && tx.first<std::int64_t>("SELECT id FROM sites WHERE url = ?", changed->url))
        return fail_field("url", "A site with this address is there already.");
    tx.execute(
        "UPDATE sites SET url = ?, name = ?, currency_id = ?, site_group_id = ?, time_zone = ?, allow_private = ?, "
        "is_active = "
        "?, updated_at = ? WHERE id = ?",
        changed->url, changed->name, changed->currency_id, changed->site_group_id, changed->time_zone,
        changed->allow_private, changed->is_active, now, site.id);
    tx.announce({"sites", site.id.value, site.id.value});
    return changed;
}

std::vector<Site> sites_among(db::Tx& tx, const std::optional<std::vector<SiteId>>& visible)
{
    auto all = tx.select<Site>("FROM sites ORDER BY name, id");
    if (visible)
        std::erase_if(all, [&](const Site& site) { return std::ranges::find(*visible, site.id) == visible->end(); });
    return all;
}

std::optional<Site> find_site(db::Tx& tx, SiteId id) { return tx.find<Site>("FROM sites WHERE id = ?", id); }

}  // namespace smg::sites
