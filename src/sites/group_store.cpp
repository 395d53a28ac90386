#include "sites/group_store.hpp"

#include "base/text.hpp"

namespace smg::sites {
namespace {

constexpr std::size_t longest_name = 255, longest_description = 10'000;

Result<Group> applied(Group group, const GroupChange& in)
{
    if (in.name) group.name = trimmed(*in.name);
    if (in.description) group.description = in.description->empty() ? std::nullopt : in.description;
    if (group.name.empty() || !valid_utf8(group.name) || code_points(group.name) > longest_name)
        return fail_field("name", "The name must have 1 to 255 characters.");
    if (group.description && (!valid_utf8(*group.description) || group.description->size() > longest_description))
        return fail_field("description", "The description is too long.");
    return group;
}

Result<void> put_sites(db::Tx& tx, Time now, std::int64_t group, const std::optional<std::vector<SiteId>>& sites)
{
    if (!sites) return {};
    tx.execute("UPDATE sites SET site_group_id = NULL, updated_at = ? WHERE site_group_id = ?", now, group);
    for (auto site : *sites) {
        if (!tx.first<SiteId>("SELECT id FROM sites WHERE id = ?", site))
            return fail_field("site_ids", "The selected site ids hold a site that is not there.");
        tx.execute("UPDATE sites SET site_group_id = ?, updated_at = ? WHERE id = ?", group, now, site);
    }
    tx.announce({"sites"});
    return {};
}

}  // namespace

std::vector<Group> all_groups(db::Tx& tx) { return tx.select<Group>("FROM site_groups ORDER BY name, id"); }

std::optional<Group> find_group(db::Tx& tx, std::int64_t id) { return tx.find<Group>("FROM site_groups WHERE id = ?", id); }

std::vector<SiteId> sites_of_group(db::Tx& tx, std::int64_t group)
{
    return tx.query<SiteId>("SELECT id FROM sites WHERE site_group_id = ? ORDER BY id", group);
}

Result<Group> add_group(db::Tx& tx, Time now, const GroupChange& in)
{
    auto group = applied({}, in);
    if (!group) return group;
    group->id = tx.first<std::int64_t>(
                      "INSERT INTO site_groups (name, description, created_at, updated_at) VALUES (?, ?, ?, ?) RETURNING id",
                      group->name, group->description, now, now)
                    .value();
    if (auto put = put_sites(tx, now, group->id, in.site_ids); !put) return fail(put.error());
    return group;
}

Result<Group> change_group(db::Tx& tx, Time now, const Group& group, const GroupChange& in)
{
    auto changed = applied(group, in);
    if (!changed) return changed;
    tx.execute("UPDATE site_groups SET name = ?, description = ?, updated_at = ? WHERE id = ?", changed->name,
               changed->description, now, group.id);
    if (auto put = put_sites(tx, now, group.id, in.site_ids); !put) return fail(put.error());
    return changed;
}

void remove_group(db::Tx& tx, Time now, std::int64_t id)
{
    tx.execute("UPDATE sites SET site_group_id = NULL, updated_at = ? WHERE site_group_id = ?", now, id);
    tx.execute("DELETE FROM user_group_access WHERE site_group_id = ?", id);
    tx.execute("DELETE FROM site_groups WHERE id = ?", id);
    tx.announce({"sites"});
}

}  // namespace smg::sites
