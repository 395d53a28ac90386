// A whole request up to the handler's struct: never a 500, every reply is JSON with the status of its kind and a head that
// no value can add a line to, the path's values win over the body's, and what a form or JSON says survives being said again.
#include <boost/asio/co_spawn.hpp>

#include <algorithm>

#include "base/text.hpp"
#include "http/bind.hpp"
#include "http/head.hpp"
#include "http/router.hpp"
#include "http/wire.hpp"
#include "net/url.hpp"
#include "target.hpp"

namespace smg::fuzz {
namespace {

struct Desk {};

struct Inner {
    std::string name = {};
    std::optional<std::int64_t> count = {};
};
BOOST_DESCRIBE_STRUCT(Inner, (), (name, count))

struct Everything {
    std::int64_t id = 0;
    std::optional<std::string> text = {};
    std::optional<Money> amount = {};
    std::optional<Time> date = {};
    std::optional<bool> flag = {};
    std::optional<http::Method> word = {};
    std::optional<std::vector<std::int64_t>> list = {};
    std::optional<std::map<std::string, std::string>> map = {};
    std::optional<Inner> inner = {};
    std::optional<std::vector<Inner>> inners = {};
};
BOOST_DESCRIBE_STRUCT(Everything, (), (id, text, amount, date, flag, word, list, map, inner, inners))

Async<Result<http::Reply<Everything>>> take(Desk&, const http::Request& request, Everything in)
{
    must(
        std::to_string(in.id) == request.path_values.at("id") || json::as_integer(json::value(request.path_values.at("id"))),
        request.path);
    auto again = json::to<Everything>(json::from(in), json::Extra::refused);
    must(again && json::text_of(json::from(*again)) == json::text_of(json::from(in)), json::text_of(json::from(in)));
    http::Reply<Everything> reply{std::move(in), 201};
    reply.headers.emplace_back("X-Text", reply.body.text.value_or(""));
    co_return reply;
}

Async<Result<json::object>> list(Desk&, json::object in) { co_return in; }

Async<Result<void>> remove(Desk&, json::object) { co_return Result<void>(); }

constexpr auto row = http::unlisted("A row of the test");

struct Site {
    ManualClock clock{Time{std::chrono::hours(24 * 20'000)}};
    http::RateLimiter limiter{clock, {}};
    http::Metrics metrics;
    Desk desk;
    http::Router router{{{http::Method::POST, "/orders/{id}", http::Access::anyone, http::bind<take>(desk), row},
                         {http::Method::GET, "/orders", http::Access::anyone, http::bind<list>(desk), row},
                         {http::Method::DELETE, "/orders/{id}/{part}", http::Access::anyone, http::bind<remove>(desk), row},
                         {http::Method::GET, "/secret", http::Access::admin, http::bind<list>(desk), row}},
                        [](const http::Request&) { return nobody(); },
                        limiter,
                        metrics,
                        [](std::exception_ptr) -> http::Response { std::abort(); }};

    static Async<Result<http::Caller>> nobody() { co_return http::Caller{}; }
};

http::Response answer(http::Request request)
{
    static Site site;
    boost::asio::io_context io;
    http::Response response;
    bool answered = false;
    boost::asio::co_spawn(io, site.router.answer(std::move(request)), [&](std::exception_ptr thrown, http::Response reply) {
        must(!thrown);
        answered = true;
        response = std::move(reply);
    });
    io.run();
    must(answered);
    return response;
}

void check_reply(const http::Response& response, const http::Request& request)
{
    constexpr int statuses[] = {200, 201, 204, 400, 401, 404, 405, 415, 422};
    must(std::ranges::find(statuses, response.status) != std::end(statuses), request.path);
    must(request.path != "/secret" || response.status != 200, request.path);
    if (response.status != 204) must(json::parse(response.body).has_value(), response.body);
    auto head = http::reply_head(response, {}, Time{});
    must(head.find("\r\n\r\n") == head.size() - 4 && !head.contains("\nX-Text: \n"), head);
    auto lines = std::ranges::count(head, '\n');
    must(lines == std::ranges::count(head, '\r') && lines <= 10, head);
}

// What was read, said again in JSON, is read as the same; and as a form, where it is flat.
void check_input(const http::Request& request)
{
    auto input = http::read_input(request);
    if (!input) {
        must(input.error().status == 400 || input.error().status == 415 || input.error().status == 422, request.body);
        return;
    }
    http::Request again;
    again.method = http::Method::POST;
    again.headers = {{"content-type", "application/json"}};
    again.body = json::text_of(input->values);
    auto said = http::read_input(again);
    must(said && said->values == input->values, again.body);

    std::vector<std::pair<std::string, std::string>> fields;
    json::object flat;
    for (const auto& [name, value] : input->values) {
        if (!value.is_string() || value.get_string().empty() || std::string_view(name).contains('[')) continue;
        fields.emplace_back(name, value.get_string());
        flat[name] = value;
    }
    if (fields.size() > http::max_form_fields) return;
    again.headers = {{"content-type", "application/x-www-form-urlencoded"}};
    again.body = net::form_encoded(fields);
    said = http::read_input(again);
    must(said && said->values == flat, again.body);
}

}  // namespace

// The input is a request as it comes over the wire; the body needs no length.
void one_input(std::string_view input)
{
    std::size_t seen = 0;
    auto end = http::head_end(input, seen);
    if (!end || *end == 0) return;
    auto head = http::parse_head(input.substr(0, *end));
    if (!head) return;
    auto request = std::move(head->request);
    request.body = input.substr(*end);
    check_input(request);
    auto response = answer(request);
    check_reply(response, request);
}

}  // namespace smg::fuzz
