#include <fmt/core.h>

#include "sandbox/scenario_rows.hpp"

namespace smg::sandbox {
namespace {

using namespace rows;

constexpr std::size_t nesting_levels = 100'000;

// The good reply under another status.
void with_status(Answer& a, int status) { a.reply.status = status; }

void too_many(Answer& a, Q& q)
{
    fails(a, 429, "Too many requests");
    if (!q.text.empty()) a.reply.headers.emplace_back("Retry-After", q.text);
}

void leads_away(Answer& a, int status, Q& q) { redirects(a, status, std::string(q.lead_to)); }

constexpr Scenario pages[] = {
    every("html", Takes::yes, "200 with a page; the order is made.", [](A& a, Q&) { html(a, 200, repair_page()); })
        .of_service(904),
    every("captcha", Takes::yes, "A page that wants to see a person.",
          [](A& a, Q&) { html(a, 403, "<title>Just a moment...</title><script>location.reload()</script>"); }),
    every("status_503_html", Takes::no, "503 with a page; no order.", [](A& a, Q&) { html(a, 503, repair_page()); }),
    every("cloudflare_502", Takes::yes, "The CDN's 502; the order is made behind it.",
          [](A& a, Q&) { html(a, 502, cloudflare_page(502)); })
        .of_service(903),
    every("cloudflare_520", Takes::yes, "The CDN did not understand; the order is made behind it.",
          [](A& a, Q&) { html(a, 520, cloudflare_page(520)); }),
    every("cloudflare_522", Takes::no, "The CDN could not connect; no order.",
          [](A& a, Q&) { html(a, 522, cloudflare_page(522)); }),
    every("cloudflare_524", Takes::yes, "The CDN's time-out; the order is made behind it.",
          [](A& a, Q&) { html(a, 524, cloudflare_page(524)); }),
    every("forbidden_403_html", Takes::no, "403 with a page, as a firewall answers.",
          [](A& a, Q&) { html(a, 403, "<h1>403 Forbidden</h1>"); }),
    every("not_found_404", Takes::no, "404 without JSON.", [](A& a, Q&) { html(a, 404, "Not Found"); }),
    every("method_405", Takes::no, "405 without JSON.", [](A& a, Q&) { html(a, 405, "Method Not Allowed"); }),
    every("too_large_413", Takes::no, "413 without JSON.", [](A& a, Q&) { html(a, 413, "Too Large"); }),
    every("unavailable_451", Takes::no, "451 without JSON.", [](A& a, Q&) { html(a, 451, "Unavailable"); }),
    every("unauthorized_401_html", Takes::no, "401 that asks for a password.",
          [](A& a, Q&) {
              html(a, 401, "<h1>401</h1>");
              a.reply.headers.emplace_back("WWW-Authenticate", "Basic realm=\"panel\"");
          }),
    every("proxy_407", Takes::no, "407 of a proxy.",
          [](A& a, Q&) {
              html(a, 407, "");
              a.reply.headers.emplace_back("Proxy-Authenticate", "Basic realm=\"proxy\"");
          }),
};

// The order is made, and said so under a status that makes it doubtful.
constexpr Scenario doubtful[] = {
    every("server_error", Takes::yes, "500 with JSON; the order is made.",
          [](A& a, Q&) {
              a.json = json::object{{"message", "Server Error"}};
              a.reply.status = 500;
          }),
    every("good_with_500", Takes::yes, "The good reply with 500.", [](A& a, Q&) { with_status(a, 500); }),
    every("good_with_502", Takes::yes, "The good reply with 502.", [](A& a, Q&) { with_status(a, 502); }),
    every("good_with_504", Takes::yes, "The good reply with 504.", [](A& a, Q&) { with_status(a, 504); }),
    every("good_with_404", Takes::yes, "The good reply with 404.", [](A& a, Q&) { with_status(a, 404); }),
    every("good_with_422", Takes::yes, "The good reply with 422.", [](A& a, Q&) { with_status(a, 422); }),
    every("good_with_303", Takes::yes, "The good reply with 303.", [](A& a, Q&) { with_status(a, 303); }),
    add("good_with_202", Takes::yes, "The good reply with 202: taken to be looked at.",
        [](A& a, Q&) { with_status(a, 202); }),
    add("partial_206", Takes::yes, "The good reply with 206: a part of something.", [](A& a, Q&) { with_status(a, 206); }),
    every("no_content_204", Takes::yes, "204: nothing to say.",
          [](A& a, Q&) { a.reply.bytes = "HTTP/1.1 204 No Content\r\n\r\n"; }),
    every("not_modified_304", Takes::yes, "304: as it was.",
          [](A& a, Q&) { a.reply.bytes = "HTTP/1.1 304 Not Modified\r\n\r\n"; }),
    every("error_with_500", Takes::no, "A known refusal with 500.",
          [](A& a, Q&) { fails(a, 500, "Not enough funds on balance"); }),
};

constexpr Scenario refusing[] = {
    every("rate_limit_429", Takes::no, "429 with JSON and Retry-After.", too_many, "2").of_service(917),
    every("rate_limit_429_bare", Takes::no, "429 without anything.",
          [](A& a, Q&) {
              a.write("");
              a.reply.status = 429;
          }),
    every("retry_after_none", Takes::no, "429 with JSON alone.", too_many),
    every("retry_after_huge", Takes::no, "429, to come again in many ages.", too_many, "99999999999999999999999"),
    every("retry_after_negative", Takes::no, "429, to come again in the past.", too_many, "-5"),
    every("retry_after_date", Takes::no, "429, to come again at the end of the year 9999.", too_many,
          "Fri, 31 Dec 9999 23:59:59 GMT"),
    every("retry_after_words", Takes::no, "429, to come again some time.", too_many, "later"),
    every("unauthorized_401", Takes::no, "401 with JSON.", [](A& a, Q&) { fails(a, 401, "Invalid API key"); }),
    every("ip_not_allowed", Takes::no, "The supplier does not know our address.",
          [](A& a, Q&) { fails(a, "ip_not_allowed"); }),
    every("key_in_error", Takes::no, "Tells the key that it does not like.",
          [](A& a, Q& q) { fails(a, fmt::format("Invalid API key {}", q.key)); }),
    every("key_in_page", Takes::yes, "A page that shows the request with its key.",
          [](A& a, Q& q) { html(a, 200, fmt::format("<pre>POST key={}&action={}</pre>", q.key, q.action)); }),
};

constexpr Scenario leading_away[] = {
    every("redirect", Takes::no, "302 to an address that nobody may call.",
          [](A& a, Q&) { redirects(a, 302, "http://169.254.169.254/latest/meta-data/"); }),
    every("redirect_301", Takes::no, "301 to where `--lead-to` says.", [](A& a, Q& q) { leads_away(a, 301, q); }),
    every("redirect_302", Takes::no, "302 to where `--lead-to` says.", [](A& a, Q& q) { leads_away(a, 302, q); }),
    every("redirect_303", Takes::yes, "303 to where `--lead-to` says; the order is made.",
          [](A& a, Q& q) { leads_away(a, 303, q); }),
    every("redirect_307", Takes::no, "307 to where `--lead-to` says.", [](A& a, Q& q) { leads_away(a, 307, q); }),
    every("redirect_308", Takes::no, "308 to itself: a client that follows it sends twice.",
          [](A& a, Q&) { redirects(a, 308, "/api/v2/"); }),
    every("redirect_to_file", Takes::no, "302 to a file of this machine.",
          [](A& a, Q&) { redirects(a, 302, "file:///etc/passwd"); }),
    every("redirect_nowhere", Takes::no, "302 without an address.", [](A& a, Q&) { html(a, 302, ""); }),
    every("refresh", Takes::yes, "A page and a header that lead to where `--lead-to` says.",
          [](A& a, Q& q) {
              html(a, 200, fmt::format("<meta http-equiv=\"refresh\" content=\"0;url={}\">", q.lead_to));
              a.reply.headers.emplace_back("Refresh", fmt::format("0; url={}", q.lead_to));
          }),
    every("location_with_200", Takes::yes, "The good reply, with headers that lead to where `--lead-to` says.",
          [](A& a, Q& q) {
              a.reply.headers.emplace_back("Location", q.lead_to);
              a.reply.headers.emplace_back("Link", fmt::format("<{}>; rel=preload", q.lead_to));
              a.reply.headers.emplace_back("Alt-Svc", "h2=\":1\"; ma=86400");
          }),
};

constexpr Scenario bodies[] = {
    every("empty", Takes::yes, "200 without a body.", [](A& a, Q&) { a.write(""); }),
    every("truncated", Takes::yes, "JSON without its last character.",
          [](A& a, Q&) { a.write(a.text().substr(0, a.text().size() - 1)); })
        .of_service(909),
    every("bad_utf8", Takes::yes, "Bytes that are no text.", [](A& a, Q&) { a.write("{\"error\":\"\xFF\xFE\xC0\x80\"}"); }),
    every("utf_16", Takes::yes, "The good reply in UTF-16.", [](A& a, Q&) { a.write("\xFF\xFE" + utf16(a.text())); }),
    every("deep_nesting", Takes::yes, "100,000 arrays in each other.",
          [](A& a, Q&) { a.write(deep_nesting(nesting_levels)); }),
    every("deep_objects", Takes::yes, "100,000 objects in each other.",
          [](A& a, Q&) { a.write(repeated("{\"order\":", nesting_levels)); }),
    every("json_null", Takes::yes, "The value null.", [](A& a, Q&) { a.write("null"); }),
    every("json_array", Takes::yes, "The right reply within an array.", [](A& a, Q&) { a.json = json::array{a.json}; }),
};

// Habits of clones that a client should forgive, some of them in replies to everything but `add`.
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
    every("bom", Takes::yes, "A byte order mark before the JSON.", [](A& a, Q&) { a.write("\xEF\xBB\xBF" + a.text()); }),
    every("text_html_json", Takes::yes, "JSON that says it is HTML.",
          [](A& a, Q&) { a.write("\r\n " + a.text(), "text/html"); }),
    every("octet_stream", Takes::yes, "JSON that says it is anything.",
          [](A& a, Q&) { a.write(a.text(), "application/octet-stream"); }),
    every("numbers_as_floats", Takes::yes, "Amounts and counts as numbers with a point.", [](A& a, Q&) { to_floats(a); }),
    every("string_ids", Takes::yes, "Numbers as strings.", [](A& a, Q&) { to_strings(a); }),
    every("data_wrapper", Takes::yes, "Everything within data.", [](A& a, Q&) { wrap_in_data(a); }),
};

std::vector<Scenario> whole()
{
    std::vector<Scenario> table;
    for (std::span<const Scenario> part :
         {std::span<const Scenario>(pages), std::span<const Scenario>(doubtful), std::span<const Scenario>(refusing),
          std::span<const Scenario>(leading_away), std::span<const Scenario>(bodies), std::span<const Scenario>(habits)})
        table.insert(table.end(), part.begin(), part.end());
    return table;
}

}  // namespace

std::span<const Scenario> status_scenarios()
{
    static const auto table = whole();
    return table;
}

}  // namespace smg::sandbox
