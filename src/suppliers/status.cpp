#include "suppliers/status.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "suppliers/loose_json.hpp"

namespace smg::suppliers {
namespace {

constexpr std::size_t max_word_bytes = 64;
constexpr std::size_t max_currency_bytes = 8;
constexpr std::size_t max_child_orders = 10'000;
constexpr auto unexplained = "The supplier did not say why.";

struct Spelling {
    std::string_view word;
    StatusWord means;
};

// `success` is missing on purpose: it is the envelope's word, not the order's. So is `expired`: a subscription ends with it,
// and an order that nobody paid for may as well.
constexpr Spelling spellings[] = {
    {"pending", StatusWord::waiting},     {"queued", StatusWord::waiting},     {"in queue", StatusWord::waiting},
    {"new", StatusWord::waiting},         {"waiting", StatusWord::waiting},    {"awaiting", StatusWord::waiting},
    {"creating", StatusWord::waiting},    {"paused", StatusWord::waiting},     {"in progress", StatusWord::running},
    {"inprogress", StatusWord::running},  {"progress", StatusWord::running},   {"processing", StatusWord::running},
    {"active", StatusWord::running},      {"running", StatusWord::running},    {"started", StatusWord::running},
    {"completed", StatusWord::completed}, {"complete", StatusWord::completed}, {"done", StatusWord::completed},
    {"finished", StatusWord::completed},  {"partial", StatusWord::partial},    {"partially completed", StatusWord::partial},
    {"canceled", StatusWord::canceled},   {"cancelled", StatusWord::canceled}, {"cancel", StatusWord::canceled},
    {"refunded", StatusWord::refunded},   {"refund", StatusWord::refunded},    {"fail", StatusWord::failed},
    {"failed", StatusWord::failed},       {"error", StatusWord::failed},       {"rejected", StatusWord::failed},
};

std::string normalised(std::string_view raw)
{
    std::string out;
    for (char c : lowered(trimmed(raw))) {
        if (c == '_' || c == '-') c = ' ';
        if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;
    }
    return out;
}

std::string upper(std::string text)
{
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

std::vector<std::string> ids_in(const json::value* in)
{
    std::vector<std::string> ids;
    if (!in || !in->is_array()) return ids;
    for (const auto& item : in->get_array())
        if (auto id = loose_text(&item); !id.empty() && ids.size() < max_child_orders) ids.push_back(std::move(id));
    return ids;
}

bool asked(std::span<const std::string> ids, const std::string& id) { return std::ranges::find(ids, id) != ids.end(); }

// The id under the first of `names` that the object has.
std::string id_in(const json::object& object, std::initializer_list<std::string_view> names)
{
    for (auto name : names)
        if (auto id = loose_text(object.if_contains(name)); !id.empty()) return id;
    return "";
}

std::unexpected<Error> not_understood(std::string_view what)
{
    return fail(Code::failed, "The supplier's reply is not " + std::string(what) + ".");
}

// The whole object may deny what its member grants: then nothing was granted.
Answer read_answer(const json::object& object, std::string_view member)
{
    Answer answer;
    answer.error = error_in(object);
    auto in = object.if_contains(member);
    if (!answer.error.empty()) return answer;
    if (in && in->is_object()) {
        answer.error = error_in(in->get_object());
        if (answer.error.empty()) answer.error = unexplained;
        return answer;
    }
    answer.number = loose_text(in);
    if (auto number = loose_integer(in); number && *number > 0) return answer;
    answer.error = answer.number.empty() || answer.number == "0" ? unexplained : answer.number;
    answer.number.clear();
    return answer;
}

// Real orders end with `Fail` as well, but then the panel has figures to tell. Without any, `error`, `fail` and `failed` are
// about the call: `Too many requests, try later` must not end an order that runs.
bool has_figures(const json::object& object)
{
    return loose_money(object.if_contains("charge")) || loose_integer(object.if_contains("remains")) ||
           loose_integer(object.if_contains("start_count"));
}

RefillWord refill_word(std::string_view raw)
{
    auto word = normalised(raw);
    if (word == "rejected" || word == "reject") return RefillWord::rejected;
    switch (status_word(raw)) {
        case StatusWord::waiting: return RefillWord::waiting;
        case StatusWord::running: return RefillWord::running;
        case StatusWord::completed: return RefillWord::completed;
        case StatusWord::canceled:
        case StatusWord::failed: return RefillWord::rejected;
        default: return RefillWord::unknown_word;
    }
}

// A refill has no figures: `failed` is its own word only where the refill is named and nothing else is told.
bool names_refill(const json::object& object)
{
    return (object.contains("refill") || object.contains("refill_id")) && told_in(object).empty();
}

RefillStatus read_refill_status(const json::value* in)
{
    RefillStatus status;
    if (in && in->is_object()) {
        const auto& object = in->get_object();
        in = object.if_contains("status");
        if (in && in->is_object()) return read_refill_status(in);
        status.error = names_refill(object) ? given_error(object) : error_in(object);
        if (!status.error.empty()) return status;
    }
    status.raw_word = cut(loose_text(in), max_word_bytes);
    status.word = refill_word(status.raw_word);
    if (status.raw_word.empty()) status.error = "The supplier gave no status.";
    return status;
}

}  // namespace

StatusWord status_word(std::string_view raw)
{
    auto word = normalised(raw);
    auto found = std::ranges::find(spellings, word, &Spelling::word);
    return found == std::end(spellings) ? StatusWord::unknown_word : found->means;
}

std::int64_t clamped_remains(std::int64_t remains, std::int64_t quantity)
{
    return std::clamp<std::int64_t>(remains, 0, std::max<std::int64_t>(quantity, 0));
}

OrderStatus read_status(const json::value& in)
{
    OrderStatus out;
    out.reply = json::text_of(in);
    if (!in.is_object()) {
        out.error = loose_text(&in);  // SmartPanel: `"7": "Incorrect order ID"`
        if (out.error.empty()) out.error = "The supplier gave no status.";
        return out;
    }
    const auto& object = in.get_object();
    out.error = has_figures(object) ? given_error(object) : error_in(object);
    if (!out.error.empty()) return out;
    out.raw_word = cut(loose_text(object.if_contains("status")), max_word_bytes);
    if (out.raw_word.empty()) {
        out.error = "The supplier gave no status.";
        return out;
    }
    out.word = status_word(out.raw_word);
    out.charge = loose_money(object.if_contains("charge"));
    out.currency = upper(cut(loose_text(object.if_contains("currency")), max_currency_bytes));
    out.start_count = loose_integer(object.if_contains("start_count"));
    if (out.start_count && *out.start_count < 0) out.start_count.reset();
    out.remains = loose_integer(object.if_contains("remains"));
    if (out.remains && *out.remains < 0) {
        out.over_delivered = -std::max(*out.remains, -std::numeric_limits<std::int64_t>::max());
        out.remains = 0;
    }
    out.runs = loose_integer(object.if_contains("runs"));
    out.posts = loose_integer(object.if_contains("posts"));
    out.orders = ids_in(object.if_contains("orders"));
    return out;
}

Result<Statuses> read_statuses(const json::value& in, std::span<const std::string> ids)
{
    Statuses out;
    if (in.is_array()) {
        for (const auto& item : in.get_array()) {
            auto id = item.is_object() ? id_in(item.get_object(), {"order", "order_id", "id"}) : "";
            if (id.empty())
                return fail(Code::conflict, "The supplier's reply does not say which status belongs to which order.");
            if (asked(ids, id)) out[id] = read_status(item);
        }
        return out;
    }
    if (!in.is_object()) return not_understood("a list of statuses");
    for (const auto& [key, value] : in.get_object())
        if (std::string id(key); asked(ids, id)) out[id] = read_status(value);
    if (out.empty() && !ids.empty() && !in.get_object().empty()) return not_understood("about any order that was asked for");
    return out;
}

Result<Balance> read_balance(const json::value& in)
{
    if (!in.is_object()) return not_understood("a balance");
    const auto& object = in.get_object();
    if (auto error = error_in(object); !error.empty()) return fail(Code::failed, std::move(error));
    auto amount = loose_money(object.if_contains("balance"));
    if (!amount) return not_understood("a balance");
    return Balance{*amount, upper(cut(loose_text(object.if_contains("currency")), max_currency_bytes))};
}

Result<Answers> read_answers(const json::value& in, std::string_view member, std::span<const std::string> ids)
{
    Answers out;
    if (in.is_object() && ids.size() == 1 && in.get_object().contains(member)) {  // the form for a single order
        out[ids.front()] = read_answer(in.get_object(), member);
        return out;
    }
    if (!in.is_array()) return not_understood("a list of answers");
    for (const auto& item : in.get_array()) {
        if (!item.is_object()) continue;
        auto id = id_in(item.get_object(), {"order", "order_id", "id"});
        if (!asked(ids, id)) continue;
        out[id] = read_answer(item.get_object(), member);
    }
    return out;
}

Result<RefillStatuses> read_refill_statuses(const json::value& in, std::span<const std::string> ids)
{
    RefillStatuses out;
    if (in.is_object() && ids.size() == 1) {
        out[ids.front()] = read_refill_status(&in);
        return out;
    }
    if (!in.is_array()) return not_understood("a list of refills");
    for (const auto& item : in.get_array()) {
        auto id = item.is_object() ? id_in(item.get_object(), {"refill", "refill_id", "id"}) : "";
        if (asked(ids, id)) out[id] = read_refill_status(&item);
    }
    return out;
}

}  // namespace smg::suppliers
