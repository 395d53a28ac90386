#include "sandbox/wordpress.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "base/crypto.hpp"
#include "sandbox/wordpress_wares.hpp"

namespace smg::sandbox {
namespace {

constexpr std::int64_t max_latency_ms = 3'600'000, max_products = 100'000, window_s = 300;
constexpr std::string_view pretty = "/wp-json/smgcrm/v1/", space = "/smgcrm/v1/", sign_purpose = "smgcrm-sign-v1";

constexpr auto table = std::to_array<WordPressScenario>({
    {"ok", "Answers as the plugin does."},
    {"html", "200 with a page in place of data."},
    {"not_found_page", "404 with a page: no WordPress there, or no plugin."},
    {"no_plugin", "WordPress without the plugin: rest_no_route."},
    {"plain_permalinks", "Pages of 404 below /wp-json; ?rest_route= works."},
    {"redirect", "301 to another shop."},
    {"slash_redirect", "301 to the same address with or without a slash at its end."},
    {"silent", "Takes the request and never answers."},
    {"half", "Half an answer, then the connection ends."},
    {"half_json", "Half an answer that claims to be whole."},
    {"notices", "PHP warnings before the JSON."},
    {"unauthorized", "401 to every signature."},
    {"busy", "503 of the plugin: nothing was decided."},
    {"error_page", "500 with a page."},
    {"no_paid_orders", "Answers as the plugin does, but 500 with a page for its paid orders."},
    {"weak", "500 with a page for more than 50 paid orders at once."},
    {"lost_answer", "Does what it was asked for and closes the connection without an answer."},
});

bool known(std::string_view scenario) { return std::ranges::find(table, scenario, &WordPressScenario::name) != table.end(); }

RawReply page(int status)
{
    RawReply reply;
    reply.status = status;
    reply.content_type = "text/html";
    reply.body = "<!doctype html><html><head><title>A shop</title></head><body><h1>Welcome</h1></body></html>";
    return reply;
}

// The route asked for, `get-products`, in either form; empty for other addresses.
std::string route_in(const http::Request& request)
{
    std::string route;
    if (request.path.starts_with(pretty)) route = request.path.substr(pretty.size());
    else if (request.path == "/" || request.path == "/index.php") {
        auto fields = read_fields(request);
        auto asked = fields ? field(*fields, "rest_route") : "";
        if (asked.starts_with(space)) route = asked.substr(space.size());
    }
    while (route.ends_with('/')) route.pop_back();
    return route;
}

std::string without_route(std::string_view query)
{
    std::string out;
    while (!query.empty()) {
        auto pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        if (pair.empty() || pair.starts_with("rest_route=")) continue;
        if (!out.empty()) out += '&';
        out += pair;
    }
    return out;
}

constexpr std::int64_t weak_shop_can = 50;

std::int64_t asked_for(const http::Request& request)
{
    auto fields = read_fields(request);
    return fields ? number(field(*fields, "per_page")).value_or(0) : 0;
}

std::string other_slash(const http::Request& request)
{
    auto path = request.path;
    if (path.ends_with('/')) path.pop_back();
    else path += '/';
    return request.query.empty() ? path : path + "?" + request.query;
}

}  // namespace

std::span<const WordPressScenario> wordpress_scenarios() { return table; }

WordPressSimulator::WordPressSimulator(const Clock& clock, WordPressOptions options)
    : clock_(clock), options_(std::move(options)), wallets_(clock, options_.currency)
{
    if (!known(options_.scenario)) throw std::invalid_argument("there is no scenario `" + options_.scenario + "`");
}

RawReply WordPressSimulator::handle(const RawRequest& request)
{
    const auto& http = request.http;
    bool post = http.method == http::Method::POST;
    if (auto asked = route_in(http); !asked.empty()) {
        ++asked_[asked];
        return route(http, asked);
    }
    if (http.path == "/ledger" && !post) return json_reply(wallets_.ledger());
    if (http.path == "/events" && !post) return json_reply(events_);
    if (http.path == "/requests" && !post) {
        json::object counts;
        for (const auto& [name, count] : asked_) counts[name] = count;
        return json_reply(counts);
    }
    if (http.path == "/scenarios" && !post) {
        json::array list;
        for (const auto& row : table) list.push_back({{"name", row.name}, {"help", row.help}});
        return json_reply(list);
    }
    if (http.path == "/pay" && post) return pay(http);
    if (http.path == "/control" && post) return control(http);
    if (http.path == "/reset" && post) {
        wallets_.reset();
        asked_.clear();
        events_.clear();
        paid_.clear();
        return json_reply(json::object{{"ok", true}});
    }
    return page(http.path == "/" ? 200 : 404);
}

// The shop's mood, then what it says.
RawReply WordPressSimulator::route(const http::Request& request, const std::string& route)
{
    auto mood = options_.scenario;
    RawReply reply;
    if (mood == "html") reply = page(200);
    else if (mood == "not_found_page") reply = page(404);
    else if (mood == "error_page" || (mood == "no_paid_orders" && route == "paid-orders")) reply = page(500);
    else if (mood == "weak" && route == "paid-orders" && asked_for(request) > weak_shop_can) reply = page(500);
    else if (mood == "no_plugin")
        reply = wordpress_error(404, "rest_no_route", "No route was found matching the URL and request method.");
    else if (mood == "plain_permalinks" && request.path.starts_with(pretty)) reply = page(404);
    else if (mood == "redirect") {
        reply = page(301);
        reply.headers.emplace_back("Location", "https://another.example" + request.path);
    } else if (mood == "slash_redirect" && request.path.starts_with(pretty) && !request.path.ends_with('/')) {
        reply = page(301);
        reply.headers.emplace_back("Location", other_slash(request));
    } else if (mood == "silent") reply.ending = Ending::hang;
    else if (mood == "unauthorized") reply = wordpress_error(401, "smgcrm_unauthorized", "You are not allowed to do that.");
    else if (mood == "busy") {
        reply = wordpress_error(503, "smgcrm_busy", "The wallet is busy. Ask again.");
        reply.headers.emplace_back("Retry-After", "1");
    } else {
        reply = answer(request, route);
        if (mood == "half") reply.ending = Ending::half_then_close;
        if (mood == "half_json") reply.body.resize(reply.body.size() / 2);
        if (mood == "lost_answer") reply.ending = Ending::close;
        if (mood == "notices")
            reply.body =
                "<br />\n<b>Warning</b>:  Undefined array key \"x\" in <b>/srv/plugin.php</b> on line <b>7</b><br />\n" +
                reply.body;
    }
    reply.delay += options_.latency;
    return reply;
}

bool WordPressSimulator::is_signed(const http::Request& request, const std::string& route)
{
    auto timestamp = std::string(request.header("x-smg-timestamp")), nonce = std::string(request.header("x-smg-nonce"));
    auto at = number(timestamp);
    auto now = std::chrono::floor<std::chrono::seconds>(clock_.now()).time_since_epoch().count();
    if (!at || std::abs(*at - now) > window_s || nonce.size() < 16 || !nonces_.insert(nonce).second) return false;
    if (options_.token.empty()) return true;
    auto key = hex(hmac_sha256(options_.token.reveal(), sign_purpose));
    auto text = fmt::format("v1\n{}\n{}{}\n{}\n{}\n{}\n{}", word(request.method), space, route, without_route(request.query),
                            timestamp, nonce, sha256_hex(request.body));
    return equal_in_constant_time(hex(hmac_sha256(key, text)), request.header("x-smg-signature"));
}

RawReply WordPressSimulator::answer(const http::Request& request, const std::string& route)
{
    bool post = request.method == http::Method::POST;
    if (route == "order-event" && post) return take_event(request);
    if (!is_signed(request, route)) return wordpress_error(401, "smgcrm_unauthorized", "You are not allowed to do that.");
    auto fields = read_fields(request);
    if (!fields) return wordpress_error(400, "rest_invalid_json", "Invalid JSON body passed.");
    if (route == "ping" && !post) return ping();
    if (route == "get-products" && !post) return products(*fields, false);
    if (route == "get-services" && !post) return products(*fields, true);
    if (route == "get-user-balance") return wallets_.find(*fields);
    if (route == "set-user-balance" && post) return wallets_.change(*fields);
    if (route == "paid-orders" && !post) return paid_orders();
    if (route == "update-mono-api-key") return mono(request);
    return wordpress_error(404, "rest_no_route", "No route was found matching the URL and request method.");
}

RawReply WordPressSimulator::ping() const
{
    auto now = std::chrono::floor<std::chrono::seconds>(clock_.now()).time_since_epoch().count();
    json::array can;
    for (auto word : {"services", "products", "products.modified_after", "wallet.find", "wallet.set", "wallet.credit",
                      "wallet.debit", "wallet.ledger", "mono.read", "mono.write", "paid-orders", "order-event"})
        can.emplace_back(word);
    return json_reply(json::object{{"plugin", "smgcrm"},
                                   {"version", "1.0.0"},
                                   {"wordpress", "6.1.9"},
                                   {"php", "8.2.0"},
                                   {"woocommerce", "9.4.0"},
                                   {"hpos", true},
                                   {"wallet", "smgcrm"},
                                   {"action_scheduler", true},
                                   {"currency", options_.currency},
                                   {"site_url", "http://127.0.0.1"},
                                   {"rest_url", "http://127.0.0.1/wp-json/smgcrm/v1/"},
                                   {"time", now},
                                   {"serves_since", now},
                                   {"capabilities", std::move(can)},
                                   {"outbox", json::object{{"queued", paid_.size()}, {"failed", 0}, {"oldest_s", 0}}}});
}

RawReply WordPressSimulator::products(const Fields& fields, bool services) const
{
    constexpr std::int64_t most = 500;
    auto page = std::max<std::int64_t>(1, number(field(fields, "page")).value_or(1));
    auto per_page = std::clamp<std::int64_t>(number(field(fields, "per_page")).value_or(100), 1, most);
    auto all = wares(options_.products, options_.currency, services);
    auto total = std::ssize(all);
    json::array rows;
    for (auto at = (page - 1) * per_page; at < std::min<std::int64_t>(total, page * per_page); ++at)
        rows.push_back(std::move(all[static_cast<std::size_t>(at)]));
    return json_reply(json::object{{services ? "services" : "products", std::move(rows)},
                                   {"page", page},
                                   {"per_page", per_page},
                                   {"total", total},
                                   {"total_pages", (total + per_page - 1) / per_page},
                                   {"woocommerce", true}});
}

RawReply WordPressSimulator::paid_orders() const
{
    return json_reply(json::object{{"lines", paid_}, {"page", 1}, {"per_page", 200}, {"more", false}});
}

RawReply WordPressSimulator::pay(const http::Request& request)
{
    auto order = json::parse(request.body);
    if (!order || !order->is_object()) return json_reply(json::object{{"error", "a createOrder body is needed"}}, 422);
    auto text = [&](std::string_view name) {
        auto found = order->get_object().if_contains(name);
        return found ? json::as_text(*found).value_or("") : "";
    };
    auto number = text("wp_order_number"), item = text("item_id");
    paid_.push_back(json::object{{"wp_order_number", number},
                                 {"item_id", item},
                                 {"idempotency_key", fmt::format("wp-order-{}-{}", number, item)},
                                 {"state", "missing"},
                                 {"attempts", 0},
                                 {"last_error", nullptr},
                                 {"crm_order_id", nullptr},
                                 {"order", *order}});
    return json_reply(json::object{{"ok", true}});
}

RawReply WordPressSimulator::mono(const http::Request& request)
{
    if (request.method == http::Method::POST) {
        auto fields = read_fields(request);
        auto key = fields ? field(*fields, "api_key") : "";
        if (key.size() < 8) return wordpress_error(400, "smgcrm_invalid", "Wrong key.", {{"field", "api_key"}});
        mono_key_ = key;
    }
    json::object gateway{{"gateway", "mono_gateway"},
                         {"option", "woocommerce_mono_gateway_settings"},
                         {"enabled", true},
                         {"key_sha256", sha256_hex(mono_key_)},
                         {"last_four", mono_key_.substr(mono_key_.size() - 4)}};
    return json_reply(json::object{{"applied", true}, {"gateways", json::array{std::move(gateway)}}});
}

RawReply WordPressSimulator::take_event(const http::Request& request)
{
    auto key = hex(hmac_sha256(options_.token.reveal(), sign_purpose));
    auto text = fmt::format("{}.{}", request.header("x-smg-timestamp"), request.body);
    auto event = json::parse(request.body);
    bool right = options_.token.empty() ||
                 equal_in_constant_time("sha256=" + hex(hmac_sha256(key, text)), request.header("x-smg-signature"));
    if (!event || !right) return wordpress_error(401, "smgcrm_unauthorized", "You are not allowed to do that.");
    events_.push_back(*event);
    return json_reply(json::object{{"result", "updated"}});
}

RawReply WordPressSimulator::control(const http::Request& request)
{
    auto fields = read_fields(request);
    if (!fields) return json_reply(json::object{{"error", "Incorrect request"}}, 422);
    auto scenario = fields->contains("scenario") ? field(*fields, "scenario") : options_.scenario;
    auto latency = fields->contains("latency_ms") ? number(field(*fields, "latency_ms")) : options_.latency.count();
    auto products = fields->contains("products") ? number(field(*fields, "products")) : options_.products;
    if (!known(scenario)) return json_reply(json::object{{"error", "there is no such scenario; GET /scenarios"}}, 422);
    if (!latency || *latency < 0 || *latency > max_latency_ms || !products || *products < 0 || *products > max_products)
        return json_reply(json::object{{"error", "a number is out of its bounds"}}, 422);
    options_.scenario = scenario;
    options_.latency = Duration(*latency);
    options_.products = static_cast<int>(*products);
    constexpr std::string_view balance = "balance_of_";
    for (const auto& [name, value] : *fields)
        if (auto amount = Money::parse(value); amount && name.starts_with(balance))
            wallets_.set(number(name.substr(balance.size())).value_or(0), *amount);
    return json_reply(json::object{{"ok", true}});
}

}  // namespace smg::sandbox
