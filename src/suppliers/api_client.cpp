#include "suppliers/api_client.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/crypto.hpp"
#include "base/loose_json.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "jobs/backoff.hpp"
#include "net/url.hpp"
#include "suppliers/key_mask.hpp"
#include "suppliers/loose_json.hpp"

namespace smg::suppliers {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t longest_id = 64;
constexpr Duration longest_retry_wait = std::chrono::minutes(10);
constexpr int first_server_error = 500;

// Panels repeat the key in their complaints about it. It goes before the cut, which could leave half of it.
std::string shown(std::string text, const Secret& key) { return cut(without_key(std::move(text), key), max_error_bytes); }

net::HttpRequest request_to(const Endpoint& endpoint, const std::string& action, const Fields& fields)
{
    Fields form{{"key", endpoint.key.reveal()}, {"action", action}};
    form.insert(form.end(), fields.begin(), fields.end());
    net::HttpRequest request;
    request.url = endpoint.url;
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
    request.body = net::form_encoded(form);
    request.connect_timeout = endpoint.connect_timeout;
    request.timeout = endpoint.read_timeout;
    request.max_body = max_reply_body;
    request.allow_private = endpoint.allow_private;
    return request;
}

// SmartPanel's envelope: `{"status":"success","data":{…}}`. One that denies stays closed, or an error were an empty list.
json::value unwrapped(json::value in, Flavor flavor)
{
    if (flavor != Flavor::smartpanel || !in.is_object()) return in;
    auto data = in.get_object().if_contains("data");
    if (!data || !(data->is_object() || data->is_array()) || !error_in(in.get_object()).empty()) return in;
    return json::value(*data);
}

// Less than known_reason() asks for: what is said here proves nothing, it only says when to ask again.
bool speaks_of_limits(std::string_view text)
{
    auto small = lowered(text);
    return small.find("too many requests") != std::string::npos || small.find("rate limit") != std::string::npos;
}

// An error as the supplier gave it in place of the whole reply; ours to raise except where it may be about a single order.
std::optional<Error> whole_error(const json::value& in, const Secret& key)
{
    auto text = in.is_object() ? shown(error_in(in.get_object()), key) : "";
    if (text.empty()) return std::nullopt;
    auto reason = known_reason(text);
    auto code = Code::failed;
    if (reason == Reason::bad_key || reason == Reason::account_suspended) code = Code::unauthenticated;
    if (reason == Reason::rate_limit || speaks_of_limits(text)) code = Code::limited;
    return Error{code, std::move(text)};
}

// JSON at any status below 500, since panels tell their errors with 200, 401 and 422 alike.
Result<json::value> read_reply(const net::HttpResult& result, Flavor flavor)
{
    if (!result) return fail(Code::unavailable, result.error().message);
    if (result->status >= 500) return fail(Code::unavailable, fmt::format("The supplier answers HTTP {}.", result->status));
    if (result->status == 429) {
        Error error{Code::limited, "The supplier says that these are too many requests."};
        error.retry_after_s = result->retry_after_s;
        return fail(std::move(error));
    }
    auto json = loose_parse(result->body);
    if (!json)
        return fail(Code::failed,
                    fmt::format("The supplier answers HTTP {} with something that is not JSON.", result->status));
    if (result->status >= 300) {  // such a reply can explain itself, and tells nothing else
        auto error = json->is_object() ? error_in(json->get_object()) : "";
        if (error.empty()) return fail(Code::failed, fmt::format("The supplier answers HTTP {}.", result->status));
        return json::object{{"error", error}};
    }
    return unwrapped(std::move(*json), flavor);
}

// The key may stand in every error, in those of single orders as well.
template <class T>
Result<T> with_errors_shown(Result<T> found, const Secret& key)
{
    if (!found) found.error().message = shown(std::move(found.error().message), key);
    else if constexpr (requires { found->begin()->second.error; })
        for (auto& [id, one] : *found) one.error = shown(std::move(one.error), key);
    return found;
}

// How the connection ended, when it ended without a reply: nothing for a reply, and for what is our own doing.
std::optional<std::string> broken(const net::HttpResult& result)
{
    if (result) return std::nullopt;
    switch (result.error().kind) {
        case net::Failure::bad_url:
        case net::Failure::bad_request:
        case net::Failure::refused_address:
        case net::Failure::aborted: return std::nullopt;
        default: return result.error().message;
    }
}

// Worth another try at once: nothing was lost by waiting, and the next connection may be whole.
bool broke_off(const net::HttpResult& result)
{
    using net::Failure;
    if (result) return false;
    auto kind = result.error().kind;
    return kind == Failure::resolve || kind == Failure::connect || kind == Failure::reset;
}

void note(Circuits& circuits, const Endpoint& endpoint, const net::HttpResult& result)
{
    auto failure = broken(result);
    if (!result && !failure) return;
    if (result && result->status >= first_server_error) failure = fmt::format("HTTP {}", result->status);
    if (failure && endpoint.probe) circuits.probe_failed(endpoint.provider, *failure);
    else if (failure) circuits.failed(endpoint.provider, *failure);
    else if (endpoint.probe) circuits.probe_answered(endpoint.provider);
    else circuits.answered(endpoint.provider);
}

bool is_id(const std::string& id)
{
    return !id.empty() && id.size() <= longest_id && std::ranges::all_of(id, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
    });
}

Result<std::string> id_list(const std::vector<std::string>& ids)
{
    if (ids.empty() || ids.size() > max_ids)
        return fail(Code::invalid, fmt::format("One call takes 1 to {} orders.", max_ids));
    if (!std::ranges::all_of(ids, is_id)) return fail(Code::invalid, "This is not a supplier's number.");
    std::string list;
    for (const auto& id : ids) (list += list.empty() ? "" : ",") += id;
    return list;
}

}  // namespace

Async<Result<json::value>> ApiClient::ask(std::string action, Fields fields, std::size_t max_body)
{
    auto request = request_to(endpoint_, action, fields);
    request.max_body = max_body;
    bool only_reads = action != "refill" && action != "cancel";
    traffic_.retries.called(endpoint_.provider, endpoint_.retry_percent);
    auto result = co_await perform(request);
    if (only_reads && broke_off(result) && traffic_.retries.take(endpoint_.provider)) {
        co_await sleep_for(jobs::backoff(endpoint_.retry_after, longest_retry_wait, 0, random_below(UINT32_MAX)));
        result = co_await perform(std::move(request));
    }
    co_return read_reply(result, endpoint_.flavor);
}

Async<net::HttpResult> ApiClient::perform(net::HttpRequest request)
{
    auto& circuits = traffic_.circuits;
    auto blocked = endpoint_.probe ? std::nullopt : circuits.blocked(endpoint_.provider);
    if (!blocked) {
        co_await traffic_.calls.turn(endpoint_.provider, endpoint_.calls_per_second);
        if (!endpoint_.probe) blocked = circuits.blocked(endpoint_.provider);  // it may have opened while others had theirs
    }
    if (blocked) {
        net::HttpFailure failure{net::Failure::aborted, false, blocked->reason};
        co_return std::unexpected(std::move(failure));
    }
    auto result = co_await http_.perform(std::move(request));
    note(circuits, endpoint_, result);
    co_return result;
}

Async<Result<json::value>> ApiClient::call(std::string action, Fields fields, std::size_t max_body)
{
    auto reply = co_await ask(std::move(action), std::move(fields), max_body);
    if (reply)
        if (auto error = whole_error(*reply, endpoint_.key)) co_return fail(std::move(*error));
    co_return reply;
}

Async<Result<Statuses>> ApiClient::status(std::vector<std::string> ids)
{
    auto list = id_list(ids);
    if (!list) co_return fail(list.error());
    if (ids.size() == 1) co_return co_await status_of_each(std::move(ids));
    auto asked = ids;
    auto statuses = co_await status_in_one(std::move(asked));
    if (!statuses && statuses.error().code == Code::conflict) co_return co_await status_of_each(std::move(ids));
    co_return statuses;
}

Async<Result<Statuses>> ApiClient::status_in_one(std::vector<std::string> ids)
{
    auto list = id_list(ids);
    if (!list) co_return fail(list.error());
    Fields fields{{"orders", *list}};
    auto reply = co_await call("status", std::move(fields), max_reply_body);
    if (!reply) co_return fail(reply.error());
    co_return with_errors_shown(read_statuses(*reply, ids), endpoint_.key);
}

Async<Result<Statuses>> ApiClient::status_of_each(std::vector<std::string> ids)
{
    Statuses out;
    for (const auto& id : ids) {
        Fields fields{{"order", id}};
        auto reply = co_await ask("status", std::move(fields), max_reply_body);
        if (!reply) co_return fail(reply.error());
        // A bad key or too many requests end it all; any other error, such as `Incorrect order ID`, is about this order.
        auto error = whole_error(*reply, endpoint_.key);
        if (error && error->code != Code::failed) co_return fail(std::move(*error));
        out[id] = read_status(*reply);
    }
    Result<Statuses> all = std::move(out);
    co_return with_errors_shown(std::move(all), endpoint_.key);
}

Async<Result<Catalogue>> ApiClient::services()
{
    Fields none;
    auto reply = co_await call("services", std::move(none), max_catalogue_body);
    if (!reply) co_return fail(reply.error());
    co_return with_errors_shown(read_catalogue(*reply), endpoint_.key);
}

Async<Result<Balance>> ApiClient::balance()
{
    Fields none;
    auto reply = co_await call("balance", std::move(none), max_reply_body);
    if (!reply) co_return fail(reply.error());
    co_return with_errors_shown(read_balance(*reply), endpoint_.key);
}

// One order is asked for in the single form, which older panels have too.
Async<Result<Answers>> ApiClient::refill(std::vector<std::string> ids)
{
    auto list = id_list(ids);
    if (!list) co_return fail(list.error());
    Fields fields{{ids.size() == 1 ? "order" : "orders", *list}};
    auto reply = co_await call("refill", std::move(fields), max_reply_body);
    if (!reply) co_return fail(reply.error());
    co_return with_errors_shown(read_answers(*reply, "refill", ids), endpoint_.key);
}

Async<Result<RefillStatuses>> ApiClient::refill_status(std::vector<std::string> refills)
{
    auto list = id_list(refills);
    if (!list) co_return fail(list.error());
    Fields fields{{refills.size() == 1 ? "refill" : "refills", *list}};
    auto reply = co_await call("refill_status", std::move(fields), max_reply_body);
    if (!reply) co_return fail(reply.error());
    co_return with_errors_shown(read_refill_statuses(*reply, refills), endpoint_.key);
}

Async<Result<Answers>> ApiClient::cancel(std::vector<std::string> ids)
{
    auto list = id_list(ids);
    if (!list) co_return fail(list.error());
    Fields fields{{"orders", *list}};
    auto reply = co_await call("cancel", std::move(fields), max_reply_body);
    if (!reply) co_return fail(reply.error());
    co_return with_errors_shown(read_answers(*reply, "cancel", ids), endpoint_.key);
}

AddOutcome add(const Endpoint& endpoint, const std::vector<std::pair<std::string, std::string>>& fields,
               const std::function<bool()>& before_write)
{
    auto request = request_to(endpoint, "add", fields);
    request.timeout = endpoint.add_timeout;
    auto result = net::send_once(request, before_write);
    AddOutcome outcome;
    outcome.verdict = classify(result, {endpoint.flavor, endpoint.edge_rejects, endpoint.classified, endpoint.key});
    outcome.sent = result ? true : result.error().sent;
    if (!result) return outcome;
    outcome.http_status = result->status;
    outcome.retry_after_s = result->retry_after_s;
    outcome.body = cut(without_key(result->body, endpoint.key), max_evidence_bytes);
    outcome.body_sha256 = sha256_hex(result->body);
    return outcome;
}

void note_add(Circuits& circuits, ProviderId provider, const AddOutcome& outcome)
{
    bool no_reply = outcome.sent && outcome.http_status == 0;
    bool unreachable = !outcome.sent && outcome.verdict.reason == Reason::unreachable;
    if (no_reply || unreachable || outcome.http_status >= first_server_error)
        circuits.failed(provider, outcome.verdict.text);
    else if (outcome.sent) circuits.answered(provider);
}

}  // namespace smg::suppliers
