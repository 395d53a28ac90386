#include "orders/status_word_store.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"

namespace smg::orders {
namespace {

constexpr std::size_t longest_value = 64, longest_name = 255;
constexpr int last_position = 10'000;

bool is_value(std::string_view value)
{
    return !value.empty() && value.size() <= longest_value &&
           std::ranges::all_of(value, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

// Nothing but this reaches a style.
bool is_color(std::string_view color)
{
    return color.size() == 7 && color[0] == '#' &&
           std::ranges::all_of(color.substr(1), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_name(const std::string& name) { return !name.empty() && valid_utf8(name) && code_points(name) <= longest_name; }

Result<StatusWord> applied(StatusWord word, const StatusWordChange& in)
{
    std::vector<FieldError> wrong;
    if (word.is_system && in.status_value && *in.status_value != word.status_value)
        wrong.push_back({"status_value", "The value of a system status cannot be changed."});
    if (in.status_value) word.status_value = *in.status_value;
    if (in.name) word.name = trimmed(*in.name);
    if (in.name_en) word.name_en = trimmed(*in.name_en);
    if (in.color) word.color = lowered(*in.color);
    if (in.position) word.position = *in.position;
    if (word.name_en.empty()) word.name_en = word.name;
    if (!is_value(word.status_value))
        wrong.push_back({"status_value", "The status value must be made of a-z, 0-9 and _, at most 64 of them."});
    if (!is_name(word.name)) wrong.push_back({"name", "The name must have 1 to 255 characters."});
    else if (!is_name(word.name_en)) wrong.push_back({"name_en", "The name en must have 1 to 255 characters."});
    if (!is_color(word.color)) wrong.push_back({"color", "The color must be written as #rrggbb."});
    if (word.position < 0 || word.position > last_position)
        wrong.push_back({"position", "The position must be between 0 and 10000."});
    if (!wrong.empty()) return fail(json::invalid_fields(std::move(wrong)));
    return word;
}

}  // namespace

std::vector<StatusWord> all_status_words(db::Tx& tx)
{
    return tx.select<StatusWord>("FROM order_statuses ORDER BY position, id");
}

std::optional<StatusWord> find_status_word(db::Tx& tx, std::int64_t id)
{
    return tx.find<StatusWord>("FROM order_statuses WHERE id = ?", id);
}

Result<StatusWord> add_status_word(db::Tx& tx, Time now, const StatusWordChange& in)
{
    auto word = applied({}, in);
    if (!word) return word;
    if (!tx.insert_new("INSERT INTO order_statuses (status_value, name, name_en, color, position, created_at, updated_at) "
                       "VALUES (?, ?, ?, ?, ?, ?, ?)",
                       word->status_value, word->name, word->name_en, word->color, word->position, now, now))
        return fail_field("status_value", "The status value has already been taken.");
    return *tx.find<StatusWord>("FROM order_statuses WHERE status_value = ?", word->status_value);
}

// The value of a word that orders have would change under them: a new word is what is wanted then.
Result<StatusWord> change_status_word(db::Tx& tx, Time now, const StatusWord& word, const StatusWordChange& in)
{
    auto changed = applied(word, in);
    if (!changed) return changed;
    if (changed->status_value != word.status_value) {
        if (tx.first<std::int64_t>("SELECT id FROM orders WHERE status = ? LIMIT 1", word.status_value))
            return fail_field("status_value", "Orders have this status: its value cannot be changed.");
        if (tx.first<std::int64_t>("SELECT id FROM order_statuses WHERE status_value = ?", changed->status_value))
            return fail_field("status_value", "The status value has already been taken.");
    }
    tx.execute(
        "UPDATE order_statuses SET status_value = ?, name = ?, name_en = ?, color = ?, position = ?, updated_at = ? WHERE "
        "id = "
        "?",
        changed->status_value, changed->name, changed->name_en, changed->color, changed->position, now, word.id);
    return changed;
}

Result<void> remove_status_word(db::Tx& tx, const StatusWord& word)
{
    if (word.is_system) return fail(Code::conflict, "This status belongs to the system: it can be renamed, not removed.");
    for (auto users :
         {"SELECT id FROM orders WHERE status = ? LIMIT 1", "SELECT id FROM free_orders WHERE status = ? LIMIT 1"})
        if (tx.first<std::int64_t>(users, word.status_value))
            return fail(Code::conflict, "Orders have this status: give them another one first.");
    tx.execute("DELETE FROM order_statuses WHERE id = ?", word.id);
    return {};
}

}  // namespace smg::orders
