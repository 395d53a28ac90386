#include "suppliers/order_type.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <chrono>

#include "base/text.hpp"

namespace smg::suppliers {
namespace {

constexpr int delays[] = {0,   5,   10,  15,  20,  30,  40,  50,  60,  90,  120,
                          150, 180, 210, 240, 270, 300, 360, 420, 480, 540, 600};  // minutes
constexpr int devices[] = {1, 2, 3, 4, 5};  // desktop, Android, iOS, mixed mobile, mixed
constexpr int traffic_kinds[] = {1, 2, 3};  // Google keyword, custom referrer, blank

constexpr Field link{"link"};
constexpr Field quantity{"quantity", FieldKind::integer, true, 1, max_quantity};
constexpr Field runs{"runs", FieldKind::integer, false, 1, max_runs};
constexpr Field interval{"interval", FieldKind::integer, false, 0, max_interval_min};
constexpr Field comments{"comments", FieldKind::lines};
constexpr Field usernames{"usernames", FieldKind::lines};
constexpr Field hashtags{"hashtags", FieldKind::lines};
constexpr Field username{"username"};

constexpr Field of_default[] = {link, quantity, runs, interval};
constexpr Field of_package[] = {link};
constexpr Field of_seo[] = {link, quantity, {"keywords", FieldKind::lines}};
constexpr Field of_comments[] = {link, comments};
constexpr Field of_mentions[] = {link, quantity, usernames};
constexpr Field of_hashtags[] = {link, quantity, usernames, hashtags};
constexpr Field of_custom_list[] = {link, usernames};
constexpr Field of_hashtag[] = {link, quantity, {"hashtag"}};
constexpr Field of_username[] = {link, quantity, username};
constexpr Field of_media[] = {link, quantity, {"media"}};
constexpr Field of_replies[] = {link, username, comments};
constexpr Field of_poll[] = {link, quantity, {"answer_number", FieldKind::integer, true, 0, 1000}};
constexpr Field of_groups[] = {link, quantity, {"groups", FieldKind::lines}};
constexpr Field of_subscriptions[] = {
    username,
    {"min", FieldKind::integer, true, 1, max_quantity},
    {"max", FieldKind::integer, true, 1, max_quantity},
    {"posts", FieldKind::integer, false, 0, 100'000},
    {"old_posts", FieldKind::integer, false, 0, 100'000},
    {"delay", FieldKind::one_of, true, 0, 0, delays},
    {"expiry", FieldKind::date, false},
};
constexpr Field of_traffic[] = {
    link,
    quantity,
    runs,
    interval,
    {"country"},
    {"device", FieldKind::one_of, true, 0, 0, devices},
    {"type_of_traffic", FieldKind::one_of, true, 0, 0, traffic_kinds},
    {"google_keyword", FieldKind::text, true, 0, 0, {}, "type_of_traffic", "1"},
    {"referring_url", FieldKind::text, true, 0, 0, {}, "type_of_traffic", "2"},
};

constexpr OrderType table[] = {
    {0, "Default", of_default},
    {10, "Package", of_package, Charged::once},
    {2, "Custom Comments", of_comments, Charged::lines, "comments"},
    {14, "Custom Comments Package", of_comments, Charged::once},
    {15, "Comment Likes", of_username},
    {std::nullopt, "Comment Replies", of_replies, Charged::lines, "comments"},
    {9, "Mentions", of_mentions},
    {3, "Mentions with Hashtags", of_hashtags},
    {4, "Mentions Custom List", of_custom_list, Charged::lines, "usernames"},
    {6, "Mentions Hashtag", of_hashtag},
    {7, "Mentions User Followers", of_username},
    {8, "Mentions Media Likers", of_media},
    {17, "Poll", of_poll},
    {20, "Invites from Groups", of_groups},
    {100, "Subscriptions", of_subscriptions, Charged::later},
    {102, "Web Traffic", of_traffic},
    {std::nullopt, "SEO", of_seo},
};

// `custom_comments` and ` Custom  Comments ` are `custom comments`.
std::string normalised(std::string_view name)
{
    std::string out;
    for (char c : lowered(trimmed(name))) {
        if (c == '_') c = ' ';
        if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;
    }
    return out;
}

std::optional<std::int64_t> integer(std::string_view text)
{
    std::int64_t number = 0;
    auto end = text.data() + text.size();
    auto [stop, error] = std::from_chars(text.data(), end, number);
    if (text.empty() || error != std::errc{} || stop != end) return std::nullopt;
    return number;
}

bool is_date(std::string_view text)
{
    if (text.size() != 10 || text[2] != '/' || text[5] != '/') return false;
    auto day = integer(text.substr(0, 2)), month = integer(text.substr(3, 2)), year = integer(text.substr(6));
    if (!day || !month || !year || *day < 1 || *month < 1 || *year < 1) return false;
    return std::chrono::year_month_day(std::chrono::year(static_cast<int>(*year)),
                                       std::chrono::month(static_cast<unsigned>(*month)),
                                       std::chrono::day(static_cast<unsigned>(*day)))
        .ok();
}

bool has_control(std::string_view text)
{
    return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

std::string joined(const std::vector<std::string>& lines)
{
    std::string out;
    for (const auto& line : lines) (out += out.empty() ? "" : "\n") += line;
    return out;
}

std::optional<std::string> problem_of_lines(std::string_view text)
{
    auto lines = lines_of(text);
    if (lines.size() > max_lines) return fmt::format("The :attribute field must not have more than {} items.", max_lines);
    if (std::ranges::any_of(lines, has_control)) return "The :attribute field must not hold control characters.";
    return std::nullopt;
}

// Why a trimmed, non-empty value does not fit its field.
std::optional<std::string> problem_of(const Field& field, std::string_view text)
{
    if (!valid_utf8(text)) return "The :attribute field must be a string.";
    auto number = integer(text);
    switch (field.kind) {
        case FieldKind::integer:
            if (!number) return "The :attribute field must be an integer.";
            if (*number < field.least) return fmt::format("The :attribute field must be at least {}.", field.least);
            if (*number > field.most) return fmt::format("The :attribute field must not be greater than {}.", field.most);
            return std::nullopt;
        case FieldKind::one_of:
            if (!number || std::ranges::find(field.choices, *number) == field.choices.end())
                return "The selected :attribute is invalid.";
            return std::nullopt;
        case FieldKind::date:
            if (!is_date(text)) return "The :attribute field must match the format d/m/Y.";
            return std::nullopt;
        case FieldKind::lines: return problem_of_lines(text);
        case FieldKind::text: break;
    }
    if (has_control(text)) return "The :attribute field must not hold control characters.";
    if (code_points(text) > max_text)
        return fmt::format("The :attribute field must not be greater than {} characters.", max_text);
    return std::nullopt;
}

// The order's own columns and its params under one name each.
std::string value_of(const OrderFields& order, std::string_view name)
{
    if (name == "link") return std::string(trimmed(order.link));
    if (name == "quantity") return order.quantity ? std::to_string(*order.quantity) : "";
    auto found = order.params.find(std::string(name));
    return found == order.params.end() ? "" : std::string(trimmed(found->second));
}

std::string_view shown(std::string_view name) { return name == "link" ? "url" : name; }

class Check {
public:
    explicit Check(const OrderType& type) : type_(type) { valid_.type = &type; }

    Result<ValidOrder> of(const OrderFields& given)
    {
        for (const auto& field : type_.fields) take(field, given);
        together("runs", "interval");
        auto least = number("min"), most = number("max");
        if (least && most && *least > *most) wrong("max", fmt::format("The :attribute field must be at least {}.", *least));
        if (bytes_ > max_params_bytes)
            problems_.push_back(
                {"params", fmt::format("The fields of this order must not be greater than {} bytes.", max_params_bytes)});
        if (!problems_.empty()) return fail(json::invalid_fields(std::move(problems_)));
        valid_.charged_quantity = charged();
        return std::move(valid_);
    }

private:
    void wrong(std::string_view name, std::string message)
    {
        problems_.push_back({std::string(shown(name)), json::about(shown(name), std::move(message))});
    }

    void take(const Field& field, const OrderFields& given)
    {
        if (!field.when.empty() && value_of(given, field.when) != field.has) return;
        auto value = value_of(given, field.name);
        if (value.empty()) {
            if (field.required) wrong(field.name, "The :attribute field is required.");
            return;
        }
        if (auto problem = problem_of(field, value)) return wrong(field.name, std::move(*problem));
        if (field.kind == FieldKind::lines) value = joined(lines_of(value));
        bytes_ += value.size();
        if (field.name == "link") valid_.fields.link = std::move(value);
        else if (field.name == "quantity") valid_.fields.quantity = given.quantity;
        else valid_.fields.params[std::string(field.name)] = std::move(value);
    }

    // SmartPanel takes a drip-feed only with both.
    void together(const std::string& one, const std::string& other)
    {
        bool has_one = valid_.fields.params.contains(one), has_other = valid_.fields.params.contains(other);
        if (has_one == has_other || !problems_.empty()) return;
        wrong(has_one ? other : one,
              fmt::format("The :attribute field is required when {} is present.", has_one ? one : other));
    }

    std::optional<std::int64_t> number(const std::string& name) const
    {
        auto found = valid_.fields.params.find(name);
        return found == valid_.fields.params.end() ? std::nullopt : integer(found->second);
    }

    // The limits keep quantity × runs within 10¹³.
    std::int64_t charged() const
    {
        switch (type_.charged) {
            case Charged::quantity: return valid_.fields.quantity.value_or(0) * number("runs").value_or(1);
            case Charged::lines: {
                auto found = valid_.fields.params.find(std::string(type_.counted));
                return found == valid_.fields.params.end() ? 0 : static_cast<std::int64_t>(lines_of(found->second).size());
            }
            case Charged::once: return 1;
            case Charged::later: break;
        }
        return 0;
    }

    const OrderType& type_;
    ValidOrder valid_;
    std::vector<FieldError> problems_;
    std::size_t bytes_ = 0;
};

// A list may come as an array of texts.
std::optional<std::string> text_in(const json::value& in, FieldKind kind)
{
    if (kind != FieldKind::lines || !in.is_array()) return json::as_text(in);
    std::vector<std::string> lines;
    for (const auto& item : in.get_array()) {
        auto line = json::as_text(item);
        if (!line) return std::nullopt;
        lines.push_back(std::move(*line));
    }
    return joined(lines);
}

}  // namespace

const Field* OrderType::field(std::string_view wanted) const
{
    auto found = std::ranges::find(fields, wanted, &Field::name);
    return found == fields.end() ? nullptr : &*found;
}

std::span<const OrderType> order_types() { return table; }

const OrderType* find_order_type(std::string_view name)
{
    auto wanted = normalised(name);
    auto id = integer(wanted);
    auto found = std::ranges::find_if(
        table, [&](const OrderType& type) { return (id && type.id == *id) || normalised(type.name) == wanted; });
    return found == std::end(table) ? nullptr : found;
}

Result<std::map<std::string, std::string>> params_in(const OrderType& type, const json::object& body)
{
    std::map<std::string, std::string> params;
    std::vector<FieldError> problems;
    for (const auto& field : type.fields) {
        if (field.name == "link" || field.name == "quantity") continue;
        auto found = body.if_contains(field.name);
        if (!found || found->is_null()) continue;
        if (auto text = text_in(*found, field.kind)) params[std::string(field.name)] = std::move(*text);
        else
            problems.push_back({std::string(field.name), json::about(field.name, "The :attribute field must be a string.")});
    }
    if (!problems.empty()) return fail(json::invalid_fields(std::move(problems)));
    return params;
}

Result<ValidOrder> validate(std::string_view type, const OrderFields& given)
{
    auto found = find_order_type(type);
    if (!found) return fail_field("order_type", "The selected order type is invalid.");
    return Check(*found).of(given);
}

std::vector<std::pair<std::string, std::string>> form_fields(const OrderType& type, const OrderFields& order)
{
    std::vector<std::pair<std::string, std::string>> form;
    for (const auto& field : type.fields) {
        if (!field.when.empty() && value_of(order, field.when) != field.has) continue;
        auto value = value_of(order, field.name);
        if (!value.empty()) form.emplace_back(field.name, std::move(value));
    }
    return form;
}

}  // namespace smg::suppliers
