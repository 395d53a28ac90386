#include "sites/shop_reply.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/loose_json.hpp"
#include "base/text.hpp"
#include "net/url.hpp"

namespace smg::sites {
namespace {

constexpr int ok_from = 200, redirect_from = 300, client_error_from = 400, server_error_from = 500;
constexpr int moved = 307, moved_for_good = 308, not_found = 404, timed_out = 408, too_many = 429;
constexpr std::size_t most_words = 300;  // of the plugin's own words

std::unexpected<ShopFailure> failed(ShopTrouble kind, std::string message, bool unchanged = false, int status = 0)
{
    ShopFailure failure;
    failure.kind = kind;
    failure.message = std::move(message);
    failure.unchanged = unchanged;
    failure.status = status;
    return std::unexpected(std::move(failure));
}

std::unexpected<ShopFailure> no_answer(const net::HttpFailure& failure)
{
    using net::Failure;
    bool unchanged = !failure.sent;
    switch (failure.kind) {
        case Failure::bad_url:
        case Failure::bad_request:
        case Failure::refused_address: return failed(ShopTrouble::refused_here, failure.message, true);
        case Failure::timeout:
            return failed(ShopTrouble::slow, "The shop does not answer in time. " + failure.message, unchanged);
        case Failure::too_large: return failed(ShopTrouble::not_json, "The shop answers more than can be right.", unchanged);
        case Failure::protocol: return failed(ShopTrouble::not_json, "What answers there does not speak HTTP.", unchanged);
        case Failure::resolve:
        case Failure::connect:
        case Failure::tls:
        case Failure::aborted:
        case Failure::reset: break;
    }
    return failed(ShopTrouble::unreachable, "The shop cannot be reached. " + failure.message, unchanged);
}

std::string text_in(const json::object& object, std::string_view name)
{
    auto found = object.if_contains(name);
    return found && found->is_string() ? std::string(found->get_string()) : std::string();
}

std::unexpected<ShopFailure> said_no(int status, json::object answer, int retry_after_s)
{
    auto code = text_in(answer, "code");
    auto words = cut(text_in(answer, "message"), most_words);
    ShopFailure failure;
    failure.status = status;
    failure.code = code;
    failure.retry_after_s = retry_after_s;
    failure.unchanged = true;
    if (status == 401 || status == 403) {
        failure.kind = ShopTrouble::unauthorized;
        failure.message =
            "The shop does not take our signature. Is the token in the plugin's settings one of this site's, and do both "
            "clocks go right?";
    } else if (code == "rest_no_route" || code == "rest_invalid_namespace") {
        failure.kind = ShopTrouble::no_plugin;
        failure.message = "WordPress answers, but the plugin SMG CRM is not active there, or too old.";
    } else if (status >= server_error_from || status == too_many) {
        failure.kind = ShopTrouble::busy;
        failure.message = fmt::format("The shop cannot do it now (HTTP {}). {}", status, words);
        // The plugin itself says when nothing was decided; an error of PHP in the middle says nothing.
        failure.unchanged = code.starts_with("smgcrm_") || status == too_many;
    } else if (code.starts_with("smgcrm_") || code.starts_with("rest_")) {
        failure.kind = ShopTrouble::refused;
        failure.message = words.empty() ? fmt::format("The shop refuses (HTTP {}).", status) : words;
    } else {
        failure.kind = ShopTrouble::not_understood;
        failure.message = fmt::format("The shop answers HTTP {}, but not as the plugin does.", status);
        failure.unchanged = false;
    }
    failure.answer = std::move(answer);
    return std::unexpected(std::move(failure));
}

// What was no JSON object.
std::unexpected<ShopFailure> a_page(const net::HttpReply& reply)
{
    auto body = without_mark(reply.body);
    if (reply.status >= server_error_from || reply.status == too_many || reply.status == timed_out) {
        auto failure = failed(ShopTrouble::busy, fmt::format("The shop answers HTTP {} with a page.", reply.status),
                              reply.status == too_many, reply.status);
        failure.error().retry_after_s = reply.retry_after_s;
        return failure;
    }
    if (reply.status == not_found)
        return failed(ShopTrouble::no_plugin,
                      "There is a page of HTTP 404 in place of the plugin: is it active, and is this the shop's address?",
                      true, reply.status);
    if (reply.status >= client_error_from)
        return failed(ShopTrouble::not_json,
                      fmt::format("The shop answers HTTP {} with a page: its hoster or a security plugin turns us away.",
                                  reply.status),
                      true, reply.status);
    if (body.empty()) return failed(ShopTrouble::cut_short, "The shop answers nothing at all.", false, reply.status);
    if (body.starts_with('{'))
        return failed(ShopTrouble::cut_short, "The shop's answer ends in the middle or is no right JSON.", false,
                      reply.status);
    return failed(ShopTrouble::not_json, "The shop answers with a page in place of data.", false, reply.status);
}

std::string_view without_www(std::string_view host)
{
    if (host.starts_with("www.")) host.remove_prefix(4);
    return host;
}

std::string_view without_slash(std::string_view path)
{
    while (path.ends_with('/')) path.remove_suffix(1);
    return path;
}

}  // namespace

ShopResult<json::object> read_shop_reply(const net::HttpResult& result)
{
    if (!result) return no_answer(result.error());
    if (result->status >= redirect_from && result->status < client_error_from) {
        auto failure = failed(ShopTrouble::redirected,
                              "The shop sends us to another address; the site's address here should be the shop's own.",
                              true, result->status);
        failure.error().location = result->location;
        return failure;
    }
    auto json = loose_parse(result->body);
    if (!json || !json->is_object()) return a_page(*result);
    if (result->status < ok_from || result->status >= redirect_from)
        return said_no(result->status, std::move(json->get_object()), result->retry_after_s);
    return std::move(json->get_object());
}

std::optional<std::string> followed(std::string_view method, std::string_view url, const ShopFailure& redirect)
{
    bool keeps = redirect.status == moved || redirect.status == moved_for_good;
    if (redirect.location.empty() || (method != "GET" && !keeps)) return std::nullopt;
    auto from = net::parse_url(url);
    auto to = net::parse_url(redirect.location);
    if (!from || !to) return std::nullopt;
    bool same_shop = without_www(from->host) == without_www(to->host);
    bool safer_or_same = to->scheme == from->scheme ? to->port == from->port : to->scheme == "https";
    bool same_route = without_slash(to->path) == without_slash(from->path) && to->query == from->query;
    if (!same_shop || !safer_or_same || !same_route) return std::nullopt;
    return redirect.location;
}

}  // namespace smg::sites
