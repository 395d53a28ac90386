#include "sites/shop_client.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/random.hpp"
#include "net/url.hpp"
#include "sites/shop_signature.hpp"
#include "sites/token_store.hpp"

namespace smg::sites {
namespace {

constexpr std::size_t max_list_body = 16 * 1024 * 1024;  // 500 products with their categories are some 400 KB
constexpr std::string_view space = "/smgcrm/v1/";

std::string_view without_slash(std::string_view text)
{
    if (text.ends_with('/')) text.remove_suffix(1);
    return text;
}

std::string without_slashes(std::string_view url)
{
    while (url.ends_with('/')) url.remove_suffix(1);
    return std::string(url);
}

std::string address(std::string_view shop, std::string_view route, std::string_view query, bool pretty)
{
    auto base = without_slashes(shop);
    if (pretty) return fmt::format("{}/wp-json{}{}{}{}", base, space, route, query.empty() ? "" : "?", query);
    return fmt::format("{}/?rest_route={}{}{}{}", base, space, route, query.empty() ? "" : "&", query);
}

std::unexpected<ShopFailure> not_understood(const Error& error)
{
    ShopFailure failure;
    failure.kind = ShopTrouble::not_understood;
    failure.message = "The shop's answer is not as expected. " + error.message;
    return std::unexpected(std::move(failure));
}

template <class T>
ShopResult<T> as(ShopResult<json::object> answer)
{
    if (!answer) return std::unexpected(std::move(answer.error()));
    auto out = json::to<T>(json::value(std::move(*answer)));
    if (!out) return not_understood(out.error());
    return std::move(*out);
}

std::optional<std::int64_t> number_in(const json::object& object, std::string_view name)
{
    auto found = object.if_contains(name);
    return found ? json::as_integer(*found) : std::nullopt;
}

bool is_page(const ShopFailure& failure)
{
    bool no_data = failure.kind == ShopTrouble::not_json || failure.kind == ShopTrouble::cut_short;
    return no_data && failure.status == 200;
}

// Worth asking in the other form: a site with plain permalinks answers `/wp-json/…` with a page of 404 or, where its server
// leads every path to WordPress, with its front page. Nothing is done twice by it: each POST of ours says what is to be done
// once.
bool form_is_wrong(const ShopFailure& failure, bool form_is_known)
{
    if (failure.kind == ShopTrouble::no_plugin) return failure.code.empty();
    return is_page(failure) && !form_is_known;
}

}  // namespace

bool ShopPing::can(std::string_view capability) const
{
    return std::ranges::find(capabilities, capability) != capabilities.end();
}

Shop shop_of(db::Tx& tx, const MasterKey& master, const Site& site)
{
    return {site.id, site.url, site.allow_private, sign_keys(tx, master, site.id)};
}

Secret ShopClient::key_of(const Shop& shop) const
{
    auto known = known_.find(shop.site.value);
    for (const auto& key : shop.keys)
        if (known != known_.end() && sha256_hex(key.reveal()) == known->second.key_hash) return key;
    return {};
}

std::string ShopClient::address_of(const Shop& shop, std::string_view route) const
{
    auto known = known_.find(shop.site.value);
    return address(shop.url, route, "", known == known_.end() || known->second.form == Form::pretty);
}

net::HttpRequest ShopClient::request_for(const Shop& shop, Patience patience, const Call& call, Form form,
                                         const Secret& key) const
{
    auto query = net::form_encoded(call.query);
    auto route = std::string(space) + std::string(without_slash(call.route));
    auto timestamp = std::to_string(std::chrono::floor<std::chrono::seconds>(clock_.now()).time_since_epoch().count());
    auto nonce = random_token();
    net::HttpRequest request;
    request.method = call.method;
    request.url = address(shop.url, call.route, query, form == Form::pretty);
    request.headers = {
        {"Accept", "application/json"},
        {"X-SMG-Timestamp", timestamp},
        {"X-SMG-Nonce", nonce},
        {"X-SMG-Signature", signature_of(key.reveal(), {call.method, route, query, call.body, timestamp, nonce})}};
    if (!call.body.empty()) request.headers.emplace_back("Content-Type", "application/json");
    request.body = call.body;
    request.connect_timeout = patience.connect_timeout;
    request.timeout = patience.timeout;
    request.max_body = call.max_body;
    request.allow_private = shop.allow_private;
    return request;
}

// A redirect of the whole site, say from http to https, is followed once; the second request has a nonce of its own.
Async<ShopResult<json::object>> ShopClient::ask_with(const Shop& shop, Patience patience, const Call& call, Form form,
                                                     Secret key)
{
    auto request = request_for(shop, patience, call, form, key);
    auto url = request.url;
    auto reply = co_await perform_(std::move(request));
    auto answer = read_shop_reply(reply);
    if (answer || answer.error().kind != ShopTrouble::redirected) co_return answer;
    auto to = followed(call.method, url, answer.error());
    if (!to) co_return answer;
    auto again = request_for(shop, patience, call, form, key);
    again.url = std::move(*to);
    auto other = co_await perform_(std::move(again));
    co_return read_shop_reply(other);
}

// With one token after another, the one that fitted last time first: which of them was pasted there only the shop knows.
Async<ShopResult<json::object>> ShopClient::ask_in(const Shop& shop, Patience patience, const Call& call, Form form)
{
    auto keys = shop.keys;
    if (auto known = key_of(shop); !known.empty())
        std::ranges::partition(keys, [&](const Secret& key) { return key.reveal() == known.reveal(); });
    ShopResult<json::object> answer;
    for (const auto& key : keys) {
        answer = co_await ask_with(shop, patience, call, form, key);
        if (!answer && answer.error().kind == ShopTrouble::unauthorized) continue;
        // Whoever answers in the plugin's own words has taken the signature.
        if (answer || answer.error().kind == ShopTrouble::refused)
            known_[shop.site.value] = {form, sha256_hex(key.reveal())};
        break;
    }
    co_return answer;
}

Async<ShopResult<json::object>> ShopClient::ask(Shop shop, Patience patience, Call call)
{
    if (shop.keys.empty()) {
        ShopFailure failure;
        failure.kind = ShopTrouble::no_token;
        failure.message = "The site has no token: make one and paste it into the plugin's settings.";
        failure.unchanged = true;
        co_return std::unexpected(std::move(failure));
    }
    auto known = known_.find(shop.site.value);
    bool form_is_known = known != known_.end();
    auto form = form_is_known ? known->second.form : Form::pretty;
    auto answer = co_await ask_in(shop, patience, call, form);
    if (answer) co_return answer;
    if (is_page(answer.error())) known_.erase(shop.site.value);  // its form may have changed: next time both are tried
    if (!form_is_wrong(answer.error(), form_is_known)) co_return answer;
    auto other = co_await ask_in(shop, patience, call, form == Form::pretty ? Form::plain : Form::pretty);
    // What the second try proves of itself it does not prove of the first. Only the plugin's own decision counts for both.
    if (!other && !other.error().is_decided()) other.error().unchanged = other.error().unchanged && answer.error().unchanged;
    // Where neither form leads to the plugin, the first one's words tell more: the other is a mere front page.
    co_return other || other.error().kind == ShopTrouble::refused || other.error().kind == ShopTrouble::unauthorized ||
            !other.error().code.empty()
        ? other
        : answer;
}

Async<ShopResult<ShopPing>> ShopClient::ping(Shop shop, Patience patience)
{
    Call call{.route = "ping"};
    co_return as<ShopPing>(co_await ask(std::move(shop), patience, std::move(call)));
}

// A page of 500 with one product that cannot be read is 499 products.
Async<ShopResult<ShopProducts>> ShopClient::list(Shop shop, Patience patience, std::string_view route, std::string_view name,
                                                 int page, int per_page)
{
    Call call{.route = route, .max_body = max_list_body};
    call.query = {{"page", std::to_string(page)}, {"per_page", std::to_string(per_page)}};
    auto answer = co_await ask(std::move(shop), patience, std::move(call));
    if (!answer) co_return std::unexpected(std::move(answer.error()));
    auto rows = answer->if_contains(name);
    auto total = number_in(*answer, "total"), pages = number_in(*answer, "total_pages");
    if (!rows || !rows->is_array() || !total || !pages) co_return not_understood({Code::failed, "There is no list in it."});
    ShopProducts out{.page = page, .total = *total, .total_pages = *pages};
    for (const auto& row : rows->get_array()) {
        auto product = json::to<ShopProduct>(row);
        if (product) out.products.push_back(std::move(*product));
        else ++out.unreadable;
    }
    co_return out;
}

Async<ShopResult<ShopProducts>> ShopClient::products(Shop shop, Patience patience, int page, int per_page)
{
    co_return co_await list(std::move(shop), patience, "get-products", "products", page, per_page);
}

Async<ShopResult<ShopProducts>> ShopClient::services(Shop shop, Patience patience, int page, int per_page)
{
    co_return co_await list(std::move(shop), patience, "get-services/", "services", page, per_page);
}

Async<ShopResult<ShopWallet>> ShopClient::wallet(Shop shop, Patience patience, std::int64_t user_id)
{
    Call call{.route = "get-user-balance/"};
    call.query = {{"user_id", std::to_string(user_id)}};
    co_return as<ShopWallet>(co_await ask(std::move(shop), patience, std::move(call)));
}

Async<ShopResult<std::vector<ShopWallet>>> ShopClient::find_wallets(Shop shop, Patience patience, std::string search)
{
    Call call{.route = "get-user-balance/"};
    call.query = {{"search", std::move(search)}};
    auto answer = co_await ask(std::move(shop), patience, std::move(call));
    if (!answer) co_return std::unexpected(std::move(answer.error()));
    auto users = answer->if_contains("users");
    std::vector<ShopWallet> out;
    if (!users || json::read(*users, out)) co_return not_understood({Code::failed, "There are no users in it."});
    co_return out;
}

Async<ShopResult<ChangedWallet>> ShopClient::change_wallet(Shop shop, Patience patience, WalletChange change)
{
    json::object body{{"user_id", change.user_id},
                      {"operation", change.operation},
                      {"amount", change.amount.text()},
                      {"operation_id", change.operation_id},
                      {"reason", change.reason}};
    if (change.expected_balance) body["expected_balance"] = change.expected_balance->text();
    Call call{.method = "POST", .route = "set-user-balance/"};
    call.body = json::text_of(body);
    co_return as<ChangedWallet>(co_await ask(std::move(shop), patience, std::move(call)));
}

Async<ShopResult<PaidLines>> ShopClient::paid_orders(Shop shop, Patience patience, Time since, int page, int per_page)
{
    auto seconds = std::chrono::floor<std::chrono::seconds>(since).time_since_epoch().count();
    Call call{.route = "paid-orders", .max_body = max_list_body};
    call.query = {
        {"since", std::to_string(seconds)}, {"page", std::to_string(page)}, {"per_page", std::to_string(per_page)}};
    co_return as<PaidLines>(co_await ask(std::move(shop), patience, std::move(call)));
}

Async<ShopResult<MonoKeys>> ShopClient::mono_keys(Shop shop, Patience patience)
{
    Call call{.route = "update-mono-api-key"};
    co_return as<MonoKeys>(co_await ask(std::move(shop), patience, std::move(call)));
}

Async<ShopResult<MonoKeys>> ShopClient::write_mono_key(Shop shop, Patience patience, Secret api_key)
{
    Call call{.method = "POST", .route = "update-mono-api-key"};
    call.body = json::text_of(json::object{{"api_key", api_key.reveal()}});
    co_return as<MonoKeys>(co_await ask(std::move(shop), patience, std::move(call)));
}

}  // namespace smg::sites
