#pragma once

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "db/tx.hpp"

namespace smg::sites {

/// Sites that belong together: a project.
struct Group {
    std::int64_t id = 0;
    std::string name;
    std::optional<std::string> description;
};
BOOST_DESCRIBE_STRUCT(Group, (), (id, name, description))

std::vector<Group> all_groups(db::Tx& tx);
std::optional<Group> find_group(db::Tx& tx, std::int64_t id);
std::vector<SiteId> sites_of_group(db::Tx& tx, std::int64_t group);

/// What is missing stays as it is.
struct GroupChange {
    std::optional<std::string> name, description;
    std::optional<std::vector<SiteId>> site_ids;  // replaces those in it; a site is in one group at most
};
BOOST_DESCRIBE_STRUCT(GroupChange, (), (name, description, site_ids))

/// Fail with the field that is wrong.
Result<Group> add_group(db::Tx& tx, Time now, const GroupChange& in);
Result<Group> change_group(db::Tx& tx, Time now, const Group& group, const GroupChange& in);

/// Its sites stay, without a group; access that was given by it goes with it.
void remove_group(db::Tx& tx, Time now, std::int64_t id);

}  // namespace smg::sites
