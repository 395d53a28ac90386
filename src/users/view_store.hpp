#pragma once

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "db/tx.hpp"

namespace smg::users {

/// A list's filter under a name of a person's own: `query` is what stands behind `?` in the page's address.
struct View {
    std::int64_t id = 0;
    std::string page, name, query;
};
BOOST_DESCRIBE_STRUCT(View, (), (id, page, name, query))

/// In the order in which they were made.
std::vector<View> views_of(db::Tx& tx, UserId user);
std::optional<View> find_view(db::Tx& tx, UserId user, std::int64_t id);

/// Both fail with the field that is wrong: too long, or a name that the page has already.
Result<View> add_view(db::Tx& tx, Time now, UserId user, View view);
Result<View> change_view(db::Tx& tx, UserId user, View view);

/// False when the person has no such view.
bool remove_view(db::Tx& tx, UserId user, std::int64_t id);

}  // namespace smg::users
