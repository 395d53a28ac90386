#include "users/access.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "base/json.hpp"
#include "base/text.hpp"

namespace smg::users {
namespace {

std::optional<std::int64_t> positive(std::string_view text)
{
    std::int64_t number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number < 1) return std::nullopt;
    return number;
}

std::vector<SiteId> from_json(std::string_view text)
{
    auto parsed = json::parse(text);
    if (!parsed || !parsed->is_array()) return {};
    std::vector<SiteId> sites;
    for (const auto& item : parsed->get_array())
        if (auto id = json::as_integer(item); id && *id > 0) sites.push_back({*id});
    return sites;
}

/// PHP's serialize() of an array of integers or strings; reads nothing else, and makes no objects.
class PhpArray {
public:
    explicit PhpArray(std::string_view text) : rest_(text) {}

    std::vector<SiteId> sites()
    {
        auto count = take("a:") ? number_up_to(':') : std::nullopt;
        if (!count || !take("{")) return {};
        std::vector<SiteId> out;
        for (std::int64_t i = 0; i < *count; ++i) {
            auto key = value(), item = value();
            if (!key || !item) return {};
            if (*item > 0) out.push_back({*item});
        }
        return rest_ == "}" ? out : std::vector<SiteId>{};
    }

private:
    bool take(std::string_view what)
    {
        if (!rest_.starts_with(what)) return false;
        rest_.remove_prefix(what.size());
        return true;
    }

    std::optional<std::int64_t> number_up_to(char end)
    {
        auto at = rest_.find(end);
        if (at == std::string_view::npos) return std::nullopt;
        std::int64_t number = 0;
        auto [stop, error] = std::from_chars(rest_.data(), rest_.data() + at, number);
        if (error != std::errc{} || stop != rest_.data() + at || number < 0) return std::nullopt;
        rest_.remove_prefix(at + 1);
        return number;
    }

    // `i:5;` or `s:1:"5";`; a text that is no number counts as 0.
    std::optional<std::int64_t> value()
    {
        if (take("i:")) return number_up_to(';');
        if (!take("s:")) return std::nullopt;
        auto size = number_up_to(':');
        if (!size || !take("\"") || rest_.size() < static_cast<std::size_t>(*size)) return std::nullopt;
        auto text = rest_.substr(0, static_cast<std::size_t>(*size));
        rest_.remove_prefix(text.size());
        if (!take("\";")) return std::nullopt;
        return positive(text).value_or(0);
    }

    std::string_view rest_;
};

std::vector<SiteId> from_list(std::string_view text)
{
    std::vector<SiteId> sites;
    while (!text.empty()) {
        auto end = text.find(',');
        auto id = positive(trimmed(text.substr(0, end)));
        if (!id) return {};
        sites.push_back({*id});
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return sites;
}

template <class T>
std::vector<T> each_once(std::vector<T> list)
{
    std::ranges::sort(list);
    auto twice = std::ranges::unique(list);
    list.erase(twice.begin(), twice.end());
    return list;
}

Result<void> give_sites(db::Tx& tx, Time now, UserId user, const std::vector<SiteId>& sites)
{
    tx.execute("DELETE FROM user_site_access WHERE user_id = ?", user);
    for (auto site : each_once(sites)) {
        if (!tx.first<SiteId>("SELECT id FROM sites WHERE id = ?", site))
            return fail_field("site_ids", "The selected site ids hold a site that is not there.");
        tx.execute("INSERT INTO user_site_access (user_id, site_id, created_at, updated_at) VALUES (?, ?, ?, ?)", user, site,
                   now, now);
    }
    return {};
}

Result<void> give_groups(db::Tx& tx, Time now, UserId user, const std::vector<std::int64_t>& groups)
{
    tx.execute("DELETE FROM user_group_access WHERE user_id = ?", user);
    for (auto group : each_once(groups)) {
        if (!tx.first<std::int64_t>("SELECT id FROM site_groups WHERE id = ?", group))
            return fail_field("site_group_ids", "The selected site group ids hold a group that is not there.");
        tx.execute("INSERT INTO user_group_access (user_id, site_group_id, created_at) VALUES (?, ?, ?)", user, group, now);
    }
    return {};
}

}  // namespace

std::vector<SiteId> managed_sites(std::string_view text)
{
    text = trimmed(text);
    if (text.starts_with('[')) return from_json(text);
    if (text.starts_with("a:")) return PhpArray(text).sites();
    return from_list(text);
}

std::optional<std::vector<SiteId>> sites_of(db::Tx& tx, const User& user)
{
    if (user.role == http::Role::admin) return std::nullopt;
    auto sites = tx.query<SiteId>(
        "SELECT site_id FROM user_site_access WHERE user_id = ? UNION SELECT s.id FROM sites s JOIN user_group_access g ON "
        "g.site_group_id = s.site_group_id WHERE g.user_id = ?",
        user.id, user.id);
    auto managed = managed_sites(user.managed_sites.value_or(""));
    sites.insert(sites.end(), managed.begin(), managed.end());
    return each_once(std::move(sites));
}

Granted access_of(db::Tx& tx, UserId user)
{
    return {tx.query<SiteId>("SELECT site_id FROM user_site_access WHERE user_id = ? ORDER BY site_id", user),
            tx.query<std::int64_t>("SELECT site_group_id FROM user_group_access WHERE user_id = ? ORDER BY site_group_id",
                                   user)};
}

Result<void> give_access(db::Tx& tx, Time now, UserId user, const std::optional<std::vector<SiteId>>& sites,
                         const std::optional<std::vector<std::int64_t>>& groups)
{
    if (sites)
        if (auto given = give_sites(tx, now, user, *sites); !given) return given;
    if (groups)
        if (auto given = give_groups(tx, now, user, *groups); !given) return given;
    tx.announce({"users", user.value});
    return {};
}

}  // namespace smg::users
