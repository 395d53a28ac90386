#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

// What each type of service wants to know (docs of PerfectPanel, section `add`). One table: validation, the form that is
// sent and the charged quantity come from it.
namespace smg::suppliers {

enum class FieldKind {
    text,     // one line
    integer,  // from `least` to `most`
    lines,    // a list: comments, usernames, hashtags …, one a line
    date,     // d/m/Y
    one_of,   // an integer of `choices`
};

struct Field {
    std::string_view name;
    FieldKind kind = FieldKind::text;
    bool required = true;
    std::int64_t least = 0, most = 0;
    std::span<const int> choices = {};
    // Belongs to the order only when that other field has this value.
    std::string_view when = {};
    std::string_view has = {};
};

/// How many pieces a supplier charges for.
enum class Charged {
    quantity,  // the quantity, times `runs` of a drip-feed
    lines,     // the lines of `counted`
    once,      // a package: its price is for one, not for a thousand
    later,     // a subscription: as posts appear
};

struct OrderType {
    std::optional<int> id;  // the panels' own number, where it is known
    std::string_view name;  // as `services` gives it
    std::span<const Field> fields;
    Charged charged = Charged::quantity;
    std::string_view counted = {};

    const Field* field(std::string_view name) const;
    bool needs_link() const { return field("link") != nullptr; }
    bool needs_quantity() const { return field("quantity") != nullptr; }
    bool per_item() const { return charged == Charged::once; }
};

std::span<const OrderType> order_types();

/// By name, however it is spelled (`custom_comments`, `Custom Comments`), or by number; nullptr when there is none.
const OrderType* find_order_type(std::string_view name);

/// What a shop orders: `link` is its `url`. `params` are the fields of the order's type by their protocol names.
struct OrderFields {
    std::string link = {};
    std::optional<std::int64_t> quantity = {};
    std::map<std::string, std::string> params = {};
};

struct ValidOrder {
    const OrderType* type = nullptr;
    OrderFields fields;                 // only those of its type, trimmed, lists with \n
    std::int64_t charged_quantity = 0;  // 0: not known beforehand
};

constexpr std::int64_t max_quantity = 1'000'000'000;
constexpr std::int64_t max_runs = 10'000;
constexpr std::int64_t max_interval_min = 525'600;
constexpr std::size_t max_text = 2048;               // code points of a link or a name
constexpr std::size_t max_params_bytes = 32 * 1024;  // of all fields together: they rest as JSON in a TEXT column
constexpr std::size_t max_lines = 10'000;

/// The params of `type` among the members of a JSON object: an order's body or orders.params. Lists may be arrays.
Result<std::map<std::string, std::string>> params_in(const OrderType& type, const json::object& body);

/// Fails with every wrong field in Laravel's words (`url` for the link, `order_type` for the type).
Result<ValidOrder> validate(std::string_view type, const OrderFields& given);

/// The form of `add` without key, action and service, in the table's order.
std::vector<std::pair<std::string, std::string>> form_fields(const OrderType& type, const OrderFields& order);

}  // namespace smg::suppliers
