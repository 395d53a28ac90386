#include "suppliers/error_text.hpp"

#include <algorithm>
#include <string>

#include "base/text.hpp"

namespace smg::suppliers {
namespace {

struct Known {
    std::string_view text;  // in lower case, without the final full stop
    Reason reason;
    bool number_follows = false;
};

// Texts of PerfectPanel and its relatives. `Incorrect order ID` and the like are not here: as an answer to `add` they would
// be nonsense, and nonsense proves nothing.
constexpr Known catalogue[] = {
    {"incorrect request", Reason::bad_request},
    {"incorrect action", Reason::bad_request},
    {"invalid api key", Reason::bad_key},
    {"incorrect api key", Reason::bad_key},
    {"incorrect service id", Reason::bad_service},
    {"bad link", Reason::bad_link},
    {"incorrect link", Reason::bad_link},
    {"incorrect quantity", Reason::bad_quantity},
    {"quantity less than minimal", Reason::bad_quantity, true},
    {"quantity more than maximum", Reason::bad_quantity, true},
    {"not enough funds", Reason::no_funds},
    {"not enough funds on balance", Reason::no_funds},
    {"you have active order with this link. please wait until order being completed", Reason::duplicate_link},
    {"active order with this link exists", Reason::duplicate_link},
    {"your account has been suspended", Reason::account_suspended},
    {"too many requests", Reason::rate_limit},

    {"neworder.error.link_duplicate", Reason::duplicate_link},
    {"neworder.error.not_enough_funds", Reason::no_funds},
    {"neworder.error.link", Reason::bad_link},
    {"neworder.error.invalid_link", Reason::bad_link},
    {"neworder.error.link_not_found", Reason::bad_link},
    {"neworder.error.min_quantity", Reason::bad_quantity},
    {"neworder.error.max_quantity", Reason::bad_quantity},
    {"neworder.error.service_inactive", Reason::bad_service},
    {"neworder.error.service_not_found", Reason::bad_service},
    {"neworder.error.too_many_orders", Reason::other},
    {"error.incorrect_service_id", Reason::bad_service},
    {"error.invalid_service", Reason::bad_service},
    {"error.duplicate_order", Reason::duplicate_link},
    {"ip_not_allowed", Reason::not_allowed},
};

// ` 100`, `: 1 000`, or nothing at all.
bool is_number(std::string_view rest)
{
    return rest.empty() || (rest.find_first_of(" :") == 0 && rest.find_first_of("0123456789") != std::string_view::npos &&
                            rest.find_first_not_of(" :,.0123456789") == std::string_view::npos);
}

}  // namespace

std::optional<Reason> known_reason(std::string_view text)
{
    auto normal = lowered(trimmed(text));
    if (normal.ends_with('.')) normal.pop_back();
    auto matches = [&](const Known& known) {
        if (!known.number_follows) return normal == known.text;
        return normal.starts_with(known.text) && is_number(std::string_view(normal).substr(known.text.size()));
    };
    auto found = std::ranges::find_if(catalogue, matches);
    if (found == std::end(catalogue)) return std::nullopt;
    return found->reason;
}

bool passes(Reason reason)
{
    return reason == Reason::no_funds || reason == Reason::rate_limit || reason == Reason::maintenance;
}

bool hopeless(Reason reason) { return reason == Reason::bad_address; }

}  // namespace smg::suppliers
