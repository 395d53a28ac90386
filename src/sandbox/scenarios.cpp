#include "sandbox/scenarios.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "sandbox/payloads.hpp"
#include "sandbox/spoilers.hpp"

namespace smg::sandbox {
namespace {

constexpr Duration slow_by = std::chrono::seconds(3);
constexpr Duration drip_every = std::chrono::seconds(1);
constexpr std::uint64_t huge_bytes = 10ULL << 30;
constexpr std::size_t bomb_megabytes = 32, nesting_levels = 100'000, many_services = 10'000, flood_of_heads = 100'000;

using A = Answer;
using Q = const Asked;
using Spoil = void (*)(Answer&, const Asked&);

constexpr Scenario every(std::string_view name, Takes takes, std::string_view help, Spoil spoil)
{
    return {.name = name, .takes = takes, .spoil = spoil, .help = help};
}

constexpr Scenario add(std::string_view name, Takes takes, std::string_view help, Spoil spoil)
{
    return {.name = name, .stage = Stage::add, .takes = takes, .spoil = spoil, .help = help};
}

constexpr Scenario ends(std::string_view name, End end, std::string_view help)
{
    return {.name = name, .stage = Stage::add, .end = end, .help = help};
}

constexpr Scenario status(std::string_view name, std::string_view help, Spoil spoil)
{
    return {.name = name, .stage = Stage::status, .spoil = spoil, .help = help};
}

constexpr Scenario services(std::string_view name, std::string_view help, Spoil spoil)
{
    return {.name = name, .stage = Stage::services, .spoil = spoil, .help = help};
}

// Orders that end in other ways than completed.
constexpr Scenario orders_end[] = {
    ends("partial", End::partial, "The order ends Partial with a quarter remaining.").of_service(907),
    ends("canceled", End::canceled, "The order ends Canceled, its charge comes back.").of_service(908),
    ends("refunded", End::refunded, "The order ends Refunded.").of_service(921),
    ends("never_ends", End::never, "The order stays In progress for ever.").of_service(920),
};

// Below HTTP.
constexpr Scenario below_http[] = {
    every("slow", Takes::yes, "Three seconds later.", [](A& a, Q&) { a.reply.delay += slow_by; }),
    every("drip", Takes::yes, "One byte a second.", [](A& a, Q&) { a.reply.drip = drip_every; }),
    every("hang_before", Takes::no, "Makes no order and never answers.", [](A& a, Q&) { a.reply.ending = Ending::hang; })
        .of_service(914),
    every("hang_after", Takes::yes, "Makes the order and never answers.", [](A& a, Q&) { a.reply.ending = Ending::hang; })
        .of_service(901),
    every("close_before", Takes::no, "Makes no order and closes the connection.",
          [](A& a, Q&) { a.reply.ending = Ending::close; }),
    every("close_after", Takes::yes, "Makes the order and closes the connection without a byte.",
          [](A& a, Q&) { a.reply.ending = Ending::close; })
        .of_service(902),
    every("reset_before", Takes::no, "Makes no order and resets the connection.",
          [](A& a, Q&) { a.reply.ending = Ending::reset; }),
    every("reset_after", Takes::yes, "Makes the order and resets the connection.",
          [](A& a, Q&) { a.reply.ending = Ending::reset; })
        .of_service(911),
    every("half_body", Takes::yes, "Closes in the middle of the body.",
          [](A& a, Q&) { a.reply.ending = Ending::half_then_close; }),
    every("hang_in_body", Takes::yes, "Stops in the middle of the body.",
          [](A& a, Q&) { a.reply.ending = Ending::half_then_hang; }),
    every("not_http", Takes::yes, "Speaks another protocol.", [](A& a, Q&) { a.reply.bytes = "SSH-2.0-OpenSSH_9.2\r\n"; }),
    every("early_hints_flood", Takes::yes, "Interim replies without end.",
          [](A& a, Q&) {
              for (std::size_t n = 0; n < flood_of_heads; ++n) a.reply.bytes += "HTTP/1.1 103 Early Hints\r\n\r\n";
          }),
    every("endless_header", Takes::yes, "A header of 8 MiB.",
          [](A& a, Q&) { a.reply.bytes = "HTTP/1.1 200 OK\r\nX-Long: " + std::string(8 << 20, 'x'); }),
    every("huge_body", Takes::yes, "A body of 10 GiB.", [](A& a, Q&) { a.reply.filler = huge_bytes; }),
    every("gzip_bomb", Takes::yes, "32 MiB packed into a thousandth.",
          [](A& a, Q&) {
              a.write(gzip_bomb(bomb_megabytes));
              a.reply.headers.emplace_back("Content-Encoding", "gzip");
          }),
};

// HTTP without a usable body.
constexpr Scenario no_usable_body[] = {
    every("html", Takes::yes, "200 with a page; the order is made.", [](A& a, Q&) { html(a, 200, repair_page()); })
        .of_service(904),
    every("status_503_html", Takes::no, "503 with a page; no order.", [](A& a, Q&) { html(a, 503, repair_page()); }),
    every("cloudflare_502", Takes::yes, "The CDN's 502; the order is made behind it.",
          [](A& a, Q&) { html(a, 502, cloudflare_page(502)); })
        .of_service(903),
    every("cloudflare_524", Takes::yes, "The CDN's time-out; the order is made behind it.",
          [](A& a, Q&) { html(a, 524, cloudflare_page(524)); }),
    every("server_error", Takes::yes, "500 with JSON; the order is made.",
          [](A& a, Q&) {
              a.json = json::object{{"message", "Server Error"}};
              a.reply.status = 500;
          }),
    every("rate_limit_429", Takes::no, "429 with JSON and Retry-After.",
          [](A& a, Q&) {
              fails(a, 429, "Too many requests");
              a.reply.headers.emplace_back("Retry-After", "2");
          })
        .of_service(917),
    every("rate_limit_429_bare", Takes::no, "429 without anything.",
          [](A& a, Q&) {
              a.write("");
              a.reply.status = 429;
          }),
    every("unauthorized_401", Takes::no, "401 with JSON.", [](A& a, Q&) { fails(a, 401, "Invalid API key"); }),
    every("forbidden_403_html", Takes::no, "403 with a page, as a firewall answers.",
          [](A& a, Q&) { html(a, 403, "<h1>403 Forbidden</h1>"); }),
    every("ip_not_allowed", Takes::no, "The supplier does not know our address.",
          [](A& a, Q&) { fails(a, "ip_not_allowed"); }),
    every("not_found_404", Takes::no, "404 without JSON.", [](A& a, Q&) { html(a, 404, "Not Found"); }),
    every("redirect", Takes::no, "302 to an address that nobody may call.",
          [](A& a, Q&) { redirects(a, 302, "http://169.254.169.254/latest/meta-data/"); }),
    every("redirect_308", Takes::no, "308 to itself: a client that follows it sends twice.",
          [](A& a, Q&) { redirects(a, 308, "/api/v2/"); }),
    every("empty", Takes::yes, "200 without a body.", [](A& a, Q&) { a.write(""); }),
    every("truncated", Takes::yes, "JSON without its last character.",
          [](A& a, Q&) { a.write(a.text().substr(0, a.text().size() - 1)); })
        .of_service(909),
    every("bad_utf8", Takes::yes, "Bytes that are no text.", [](A& a, Q&) { a.write("{\"error\":\"\xFF\xFE\xC0\x80\"}"); }),
    every("deep_nesting", Takes::yes, "100,000 arrays in each other.",
          [](A& a, Q&) { a.write(deep_nesting(nesting_levels)); }),
    every("json_null", Takes::yes, "The value null.", [](A& a, Q&) { a.write("null"); }),
    every("json_array", Takes::yes, "The right reply within an array.", [](A& a, Q&) { a.json = json::array{a.json}; }),
};

// Habits of clones that a client should forgive.
constexpr Scenario habits[] = {
    every(
        "bom_and_warning", Takes::yes, "A byte order mark and a PHP warning before the JSON.",
        [](A& a, Q&) {
            a.write(
                "\xEF\xBB\xBF<br />\n<b>Warning</b>:  Undefined array key \"ip\" in <b>/www/api.php</b> on line <b>7</b><br "
                "/>\n" +
                    a.text(),
                "text/html");
        })
        .of_service(922),
    every("text_html_json", Takes::yes, "JSON that says it is HTML.",
          [](A& a, Q&) { a.write("\r\n " + a.text(), "text/html"); }),
    every("numbers_as_floats", Takes::yes, "Amounts and counts as numbers with a point.", [](A& a, Q&) { to_floats(a); }),
    every("string_ids", Takes::yes, "Numbers as strings.", [](A& a, Q&) { to_strings(a); }),
    every("data_wrapper", Takes::yes, "Everything within data.", [](A& a, Q&) { wrap_in_data(a); }),
    add("http_201", Takes::yes, "201 in place of 200.", [](A& a, Q&) { a.reply.status = 201; }).of_service(915),
    add("status_success", Takes::yes, "The order's number and a word of praise.",
        [](A& a, Q&) {
            if (a.json.is_object()) a.json.get_object()["status"] = "success";
        }),
    add("order_text", Takes::yes, "The order's number as a string: still a number.",
        [](A& a, Q& q) { order_is(a, fmt::format("\"{}\"", q.order)); }),
};

// Refusals of add.
constexpr Scenario refusals[] = {
    add("no_funds", Takes::no, "Not enough funds on balance.", [](A& a, Q&) { fails(a, "Not enough funds on balance"); })
        .of_service(905),
    add("duplicate_link_text", Takes::no, "An order for the link is active, in words.",
        [](A& a, Q&) { fails(a, "You have active order with this link. Please wait until order being completed."); })
        .of_service(906),
    add("duplicate_link_code", Takes::no, "An order for the link is active, as a code.",
        [](A& a, Q&) { fails(a, "neworder.error.link_duplicate"); })
        .of_service(912),
    add("active_link", Takes::not_while_active, "Refuses a link exactly while an order for it is active, as real panels do.",
        [](A& a, Q&) { fails(a, "You have active order with this link. Please wait until order being completed."); }),
    add("unlisted_error", Takes::no, "A refusal that nobody has heard of.",
        [](A& a, Q&) { fails(a, "Something went wrong, code 51"); })
        .of_service(910),
    add("error_422", Takes::no, "A known refusal with 422.", [](A& a, Q&) { fails(a, 422, "Incorrect service ID"); })
        .of_service(916),
    add("error_then_ok", Takes::not_first, "Refuses the first add of each link, takes the next.",
        [](A& a, Q&) { fails(a, "Not enough funds on balance"); })
        .of_service(918),
    add("error_object", Takes::no, "An error that is no text.",
        [](A& a, Q&) { a.json = json::object{{"error", json::object{{"message", "Incorrect request"}}}}; }),
};

// Replies to add that must not count as accepted.
constexpr Scenario unacceptable[] = {
    add("both_order_and_error", Takes::yes, "A number and an error.",
        [](A& a, Q& q) { a.json = json::object{{"order", q.order}, {"error", "Incorrect request"}}; })
        .of_service(913),
    add("duplicate_keys", Takes::yes, "Two numbers.",
        [](A& a, Q& q) { a.write(fmt::format("{{\"order\":{},\"order\":{}}}", q.order, q.order + 1)); }),
    add("order_zero", Takes::yes, "Number 0.", [](A& a, Q&) { order_is(a, "0"); }),
    add("order_negative", Takes::yes, "Number -1.", [](A& a, Q&) { order_is(a, "-1"); }),
    add("order_huge", Takes::yes, "Number 1e99.", [](A& a, Q&) { order_is(a, "1e99"); }),
    add("order_float", Takes::yes, "A number with a half.", [](A& a, Q& q) { order_is(a, fmt::format("{}.5", q.order)); }),
    add("order_array", Takes::yes, "A list of one number.", [](A& a, Q& q) { order_is(a, fmt::format("[{}]", q.order)); }),
    add("order_object", Takes::yes, "An object.", [](A& a, Q& q) { order_is(a, fmt::format("{{\"id\":{}}}", q.order)); }),
    add("order_word", Takes::yes, "A word.", [](A& a, Q&) { order_is(a, "\"x\""); }),
    add("order_empty", Takes::yes, "An empty string.", [](A& a, Q&) { order_is(a, "\"\""); }),
    add("order_long", Takes::yes, "21 digits.", [](A& a, Q&) { order_is(a, '"' + std::string(21, '9') + '"'); }),
    add("order_null", Takes::yes, "null.", [](A& a, Q&) { order_is(a, "null"); }),
    add("order_true", Takes::yes, "true.", [](A& a, Q&) { order_is(a, "true"); }),
    add("order_missing", Takes::yes, "Praise without a number.",
        [](A& a, Q&) { a.json = json::object{{"status", "success"}}; }),
};

// Replies to status.
constexpr Scenario statuses[] = {
    status("positional_status", "Bulk statuses as a list without ids.", [](A& a, Q&) { drop_ids(a); }),
    status("bare_string_errors", "An error in bulk as a bare string.", [](A& a, Q&) { bare_errors(a); }),
    status("missing_ids", "The first of the ids is left out.", [](A& a, Q&) { drop_first(a); }),
    status("status_spellings", "Known words in other spellings.", [](A& a, Q&) { spell_otherwise(a); }),
    status("unknown_word", "A status nobody has heard of.", [](A& a, Q&) { say_status(a, "On hold"); }),
    status("partial_over_quantity", "Partial with more remaining than ordered.",
           [](A& a, Q&) { say_remains(a, "Partial", "999999999"); }),
    status("completed_with_remains", "Completed, and yet 5 remain.", [](A& a, Q&) { say_remains(a, "Completed", "5"); }),
    status("negative_remains", "Twelve too many delivered.", [](A& a, Q&) { say_remains(a, "Completed", "-12"); }),
    status("unknown_remains", "Remains: Unknown.", [](A& a, Q&) { say_remains(a, "In progress", "Unknown"); }),
    status("null_status_fields", "No start count, no remains, no charge.", [](A& a, Q&) { say_nothing_known(a); }),
};

// Replies to services.
constexpr Scenario catalogues[] = {
    services("no_services", "An object in place of no list.",
             [](A& a, Q&) { a.json = json::object{{"status", "success"}, {"data", "Empty Data"}}; }),
    services("many_services", "10,000 services.", [](A& a, Q&) { fill_up(a, many_services); }),
    services("rates_times_100", "Everything a hundred times as dear.", [](A& a, Q&) { multiply_rates(a, 100); }),
    services("rates_zero", "Everything free.", [](A& a, Q&) { multiply_rates(a, 0); }),
    services("service_vanished", "The first service is gone.", [](A& a, Q&) { drop_first(a); }),
    services("types_lower_case", "custom_comments in place of Custom Comments.", [](A& a, Q&) { lower_types(a); }),
};
std::vector<Scenario> whole_table()
{
    std::vector<Scenario> table{{.name = "ok", .help = "Answers as the documentation says."}};
    for (std::span<const Scenario> part : {std::span<const Scenario>(orders_end), std::span<const Scenario>(below_http),
                                           std::span<const Scenario>(no_usable_body), std::span<const Scenario>(habits),
                                           std::span<const Scenario>(refusals), std::span<const Scenario>(unacceptable),
                                           std::span<const Scenario>(statuses), std::span<const Scenario>(catalogues)})
        table.insert(table.end(), part.begin(), part.end());
    return table;
}

}  // namespace

std::span<const Scenario> scenarios()
{
    static const auto table = whole_table();
    return table;
}

const Scenario* find_scenario(std::string_view name)
{
    auto found = std::ranges::find(scenarios(), name, &Scenario::name);
    return found == scenarios().end() ? nullptr : &*found;
}

const Scenario* scenario_of_service(std::int64_t service)
{
    auto found = std::ranges::find(scenarios(), service, [](const Scenario& row) { return std::int64_t{row.service}; });
    return service == 0 || found == scenarios().end() ? nullptr : &*found;
}

}  // namespace smg::sandbox
