#include "suppliers/provider_change.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "jobs/job.hpp"
#include "net/url.hpp"
#include "suppliers/mapping_store.hpp"
#include "suppliers/order_type.hpp"

namespace smg::suppliers {
namespace {

constexpr std::size_t longest_name = 255, longest_url = 500, longest_secret = 500, longest_currency = 8;

bool fits(const std::string& text, std::size_t least, std::size_t most)
{
    return valid_utf8(text) && code_points(text) >= least && code_points(text) <= most;
}

bool is_currency(const std::string& code)
{
    return code.size() <= longest_currency &&
           std::ranges::all_of(code, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

void tidy(ProviderChange& in)
{
    for (auto* text :
         {&in.name, &in.api_url, &in.api_key, &in.login, &in.flavor, &in.currency, &in.trigger_price, &in.request_id_field})
        if (*text) *text = std::string(trimmed(**text));
    if (in.currency)
        for (char& c : *in.currency)
            if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
}

bool is_threshold(const std::string& text)
{
    auto price = Money::parse(text);
    return text.empty() || (price && price->units >= 0);
}

// Not one of those that an order has: it would be ordered otherwise. Empty: none.
bool is_field_name(const std::string& name)
{
    constexpr std::size_t longest_field = 64;
    auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    };
    for (std::string_view own : {"key", "action", "service"})
        if (name == own) return false;
    for (const auto& type : order_types())
        if (type.field(name)) return false;
    return name.size() <= longest_field && std::ranges::all_of(name, plain);
}

Result<ProviderChange> checked(ProviderChange in)
{
    std::vector<FieldError> wrong;
    auto expect = [&](bool good, std::string field, std::string message) {
        if (!good) wrong.push_back({std::move(field), std::move(message)});
    };
    auto between = [](const std::optional<int>& number, int most) { return !number || (*number >= 1 && *number <= most); };
    tidy(in);
    expect(!in.name || fits(*in.name, 1, longest_name), "name", "The name must have 1 to 255 characters.");
    expect(!in.api_url || (in.api_url->size() <= longest_url && net::parse_url(*in.api_url)), "api_url",
           "The api url must be an address such as https://supplier.example/api/v2.");
    expect(!in.api_key || fits(*in.api_key, 1, longest_secret), "api_key", "The api key must have 1 to 500 characters.");
    expect(!in.login || fits(*in.login, 0, longest_name), "login", "The login must have at most 255 characters.");
    expect(!in.password || fits(*in.password, 0, longest_secret), "password",
           "The password must have at most 500 characters.");
    auto flavor = in.flavor ? flavor_of(*in.flavor) : Result<Flavor>(Flavor{});
    expect(flavor.has_value(), "flavor", flavor ? "" : flavor.error().message);
    expect(!in.currency || is_currency(*in.currency), "currency", "The currency must be a code such as USD.");
    expect(between(in.parallel_sends, most_parallel_sends), "parallel_sends",
           "The parallel sends must be between 1 and 15.");
    expect(between(in.calls_per_second, most_calls_per_second), "calls_per_second",
           "The calls per second must be between 1 and 100.");
    expect(!in.sends_per_second || *in.sends_per_second == 0 || between(in.sends_per_second, most_sends_per_second),
           "sends_per_second", "The sends per second must be between 1 and 1000, or 0 for no limit.");
    expect(!in.trigger_price || is_threshold(*in.trigger_price), "trigger_price",
           "The trigger price must be an amount with at most 8 decimals.");
    expect(!in.request_id_field || is_field_name(*in.request_id_field), "request_id_field",
           "The request id field must be the name of a field, and none that `add` has already.");
    expect(!in.dedup_window_s || (*in.dedup_window_s >= 0 && *in.dedup_window_s <= longest_dedup_window_s), "dedup_window_s",
           "The dedup window s must be between 0 and 86400.");
    if (!wrong.empty()) return fail(json::invalid_fields(std::move(wrong)));
    return in;
}

Result<void> check_all_there(const ProviderChange& in)
{
    std::vector<FieldError> missing;
    auto need = [&](const std::optional<std::string>& text, std::string field) {
        if (!text) missing.push_back({field, json::about(field, "The :attribute field is required.")});
    };
    need(in.name, "name");
    need(in.api_url, "api_url");
    need(in.api_key, "api_key");
    if (!missing.empty()) return fail(json::invalid_fields(std::move(missing)));
    return {};
}

// The columns that an UPDATE sets, and what the audit log says of them.
class Columns {
public:
    explicit Columns(db::Dialect dialect) : dialect_(dialect) {}

    template <class T>
    void put(std::string_view column, const T& was, const std::optional<T>& asked)
    {
        if (!asked || *asked == was) return;
        auto said = fmt::format("{}: {} -> {}", column, json::text_of(json::from(was)), json::text_of(json::from(*asked)));
        put_quietly(column, *asked, said);
    }

    template <class T>
    void put_quietly(std::string_view column, const T& value, std::string_view said)
    {
        (sets_ += sets_.empty() ? "" : ", ") += fmt::format("`{}` = ?", column);
        values_.push_back(db::to_param(dialect_, value));
        (said_ += said_.empty() ? "" : "; ") += said;
    }

    void update(db::Tx& tx, Time now, ProviderId id)
    {
        auto values = values_;
        values.push_back(db::to_param(dialect_, now));
        values.push_back(db::to_param(dialect_, id));
        tx.execute_with("UPDATE api_providers SET " + sets_ + ", updated_at = ? WHERE id = ?", std::move(values));
    }

    bool empty() const { return values_.empty(); }
    const std::string& said() const { return said_; }

private:
    db::Dialect dialect_;
    std::string sets_, said_;
    std::vector<db::Param> values_;
};

// The query of an address may hold what only the supplier is to know.
std::string without_query(const std::string& url) { return url.substr(0, url.find('?')); }

using MayBeEmpty = std::optional<std::optional<std::string>>;

MayBeEmpty clearable(const std::optional<std::string>& text)
{
    MayBeEmpty out;
    if (text) out.emplace();
    if (text && !text->empty()) out->emplace(*text);
    return out;
}

// A kept key stays sealed to its row, whatever else changes: it opens at the new address as well.
void put_secrets(Columns& columns, const MasterKey& master, const Provider& was, const ProviderChange& asked)
{
    if (asked.api_key) {
        Secret key(*asked.api_key);
        columns.put_quietly("api_key", master.seal(key, key_place(was.id)), "api_key replaced by " + key.last_four());
    }
    if (!asked.password) return;
    if (!asked.password->empty())
        columns.put_quietly("password", master.seal(Secret(*asked.password), password_place(was.id)), "password replaced");
    else if (was.password) columns.put_quietly("password", nullptr, "password taken away");
}

Columns columns_of(db::Dialect dialect, const MasterKey& master, const Provider& was, const ProviderChange& asked)
{
    Columns columns(dialect);
    columns.put("name", was.name, asked.name);
    if (asked.api_url && *asked.api_url != was.api_url)
        columns.put_quietly("api_url", *asked.api_url,
                            fmt::format("api_url: {} -> {}", without_query(was.api_url), without_query(*asked.api_url)));
    put_secrets(columns, master, was, asked);
    columns.put("login", was.login, clearable(asked.login));
    columns.put("flavor", was.flavor, asked.flavor ? from_word<Flavor>(*asked.flavor) : std::nullopt);
    columns.put("currency", was.currency, clearable(asked.currency));
    columns.put("allow_private", was.allow_private, asked.allow_private);
    columns.put("is_active", was.is_active, asked.is_active);
    columns.put("parallel_sends", was.parallel_sends, asked.parallel_sends);
    columns.put("calls_per_second", was.calls_per_second, asked.calls_per_second);
    columns.put("sends_per_second", was.sends_per_second, asked.sends_per_second);
    columns.put("edge_rejects", was.edge_rejects, asked.edge_rejects);
    columns.put("api_check", was.api_check, asked.api_check);
    columns.put("api_send_tg", was.api_send_tg, asked.api_send_tg);
    columns.put("request_id_field", was.request_id_field, clearable(asked.request_id_field));
    columns.put("gap_scan", was.gap_scan, asked.gap_scan);
    columns.put("key_shared", was.key_shared, asked.key_shared);
    columns.put("ask_again", was.ask_again, asked.ask_again);
    columns.put("dedup_window_s", was.dedup_window_s, asked.dedup_window_s);
    std::optional<std::optional<Money>> threshold;
    if (asked.trigger_price) threshold.emplace(Money::parse(*asked.trigger_price));  // an empty one is none
    columns.put("trigger_price", was.trigger_price, threshold);
    return columns;
}

}  // namespace

Result<ChangedProvider> change_provider(db::Tx& tx, const MasterKey& master, Time now, const Provider& provider,
                                        const ProviderChange& asked)
{
    auto good = checked(asked);
    if (!good) return fail(good.error());
    auto columns = columns_of(tx.dialect(), master, provider, *good);
    if (columns.empty()) return ChangedProvider{provider, ""};
    columns.update(tx, now, provider.id);
    tx.announce({"providers", provider.id.value});
    if (good->api_url || good->api_key || good->allow_private || good->is_active.value_or(false))
        jobs::hurry_lane(tx, now, lane_of(provider.id));
    if (good->is_active) routes_changed(tx, now);
    return ChangedProvider{*find_provider(tx, provider.id), columns.said()};
}

Result<ChangedProvider> create_provider(db::Tx& tx, const MasterKey& master, Time now, const ProviderChange& asked)
{
    if (auto all = check_all_there(asked); !all) return fail(all.error());
    auto good = checked(asked);
    if (!good) return fail(good.error());
    auto id = tx.first<ProviderId>(
        "INSERT INTO api_providers (name, api_url, created_at, updated_at) VALUES (?, ?, ?, ?) RETURNING id", *good->name,
        *good->api_url, now, now);
    auto changed = change_provider(tx, master, now, *find_provider(tx, *id), *good);
    if (changed) changed->detail = fmt::format("{} at {}; {}", *good->name, without_query(*good->api_url), changed->detail);
    return changed;
}

}  // namespace smg::suppliers
