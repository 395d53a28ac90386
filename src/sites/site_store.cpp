#include "sites/site_store.hpp"

#include "base/text.hpp"
#include "net/url.hpp"

namespace smg::sites {
namespace {

constexpr std::size_t longest = 255;

}  // namespace

Result<Site> add_site(db::Tx& tx, Time now, const NewSite& site)
{
    std::string url(trimmed(site.url)), name(trimmed(site.name));
    while (url.ends_with('/')) url.pop_back();
    if (auto parsed = net::parse_url(url); !parsed)
        return fail_field("url", "The url must be an address such as https://shop.example.");
    if (url.size() > longest) return fail_field("url", "The url must not be longer than 255 characters.");
    if (name.empty() || !valid_utf8(name) || code_points(name) > longest)
        return fail_field("name", "The name must have 1 to 255 characters.");
    auto currency = tx.first<std::int64_t>("SELECT id FROM currencies WHERE code = ?", site.currency);
    if (!currency) return fail_field("currency", "The currency is not known: add it to the currencies first.");
    if (!tx.insert_new(
            "INSERT INTO sites (url, name, currency_id, allow_private, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)",
            url, name, *currency, site.allow_private, now, now))
        return fail(Code::conflict, "a site with the address " + url + " is there already");
    return *tx.find<Site>("FROM sites WHERE url = ?", url);
}

std::optional<Site> find_site(db::Tx& tx, SiteId id) { return tx.find<Site>("FROM sites WHERE id = ?", id); }

}  // namespace smg::sites
