#include "users/view_store.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

namespace smg::users {
namespace {

constexpr std::size_t longest_page = 32, longest_name = 100, longest_query = 2000;
constexpr std::int64_t most_views = 50;  // of one person

Result<void> check(const View& view)
{
    std::vector<FieldError> wrong;
    if (view.page.empty() || view.page.size() > longest_page) wrong.push_back({"page", "The selected page is invalid."});
    if (view.name.empty() || code_points(view.name) > longest_name)
        wrong.push_back({"name", "The name must have 1 to 100 characters."});
    if (code_points(view.query) > longest_query) wrong.push_back({"query", "The query is too long."});
    if (!wrong.empty()) return fail(json::invalid_fields(std::move(wrong)));
    return {};
}

std::unexpected<Error> taken() { return fail_field("name", "A view with this name is there already."); }

}  // namespace

std::vector<View> views_of(db::Tx& tx, UserId user)
{
    return tx.select<View>("FROM saved_views WHERE user_id = ? ORDER BY id", user);
}

std::optional<View> find_view(db::Tx& tx, UserId user, std::int64_t id)
{
    return tx.find<View>("FROM saved_views WHERE id = ? AND user_id = ?", id, user);
}

Result<View> add_view(db::Tx& tx, Time now, UserId user, View view)
{
    if (auto good = check(view); !good) return fail(good.error());
    auto there = tx.first<std::int64_t>("SELECT COUNT(*) FROM saved_views WHERE user_id = ?", user).value();
    if (there >= most_views) return fail_field("name", "There are 50 views already: remove one first.");
    if (!tx.insert_new("INSERT INTO saved_views (user_id, page, name, query, created_at) VALUES (?, ?, ?, ?, ?)", user,
                       view.page, view.name, view.query, now))
        return taken();
    return *tx.find<View>("FROM saved_views WHERE user_id = ? AND page = ? AND name = ?", user, view.page, view.name);
}

Result<View> change_view(db::Tx& tx, UserId user, View view)
{
    if (auto good = check(view); !good) return fail(good.error());
    auto twin = tx.first<std::int64_t>("SELECT id FROM saved_views WHERE user_id = ? AND page = ? AND name = ? AND id <> ?",
                                       user, view.page, view.name, view.id);
    if (twin) return taken();
    tx.execute("UPDATE saved_views SET name = ?, query = ? WHERE id = ? AND user_id = ?", view.name, view.query, view.id,
               user);
    return view;
}

bool remove_view(db::Tx& tx, UserId user, std::int64_t id)
{
    return tx.execute("DELETE FROM saved_views WHERE id = ? AND user_id = ?", id, user) == 1;
}

}  // namespace smg::users
