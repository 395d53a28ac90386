#include <fmt/core.h>

#include "sandbox/scenario_rows.hpp"

namespace smg::sandbox {
namespace {

using namespace rows;
using namespace std::string_view_literals;

constexpr std::size_t many_members = 50'000, long_text = 900 << 10, many_digits = 200'000, long_key = 5'000;

// Other ways to say yes.
constexpr Scenario accepting[] = {
    add("http_201", Takes::yes, "201 in place of 200.", [](A& a, Q&) { a.reply.status = 201; }).of_service(915),
    add("status_success", Takes::yes, "The order's number and a word of praise.",
        [](A& a, Q&) {
            if (a.json.is_object()) a.json.get_object()["status"] = "success";
        }),
    body("order_text", R"({"order":"#"})", "The order's number as a string: still a number."),
    body("order_with_charge", R"({"order":#,"charge":"0.27819","currency":"USD"})", "The number and what it costs."),
    body("key_escaped", R"({"\u006frder":#})", "The name `order` with an escape in it."),
    add("members_flood", Takes::yes, "50,000 members, the number the last of them.",
        [](A& a, Q& q) {
            std::string text = "{";
            for (std::size_t n = 0; n < many_members; ++n) text += fmt::format("\"a{}\":0,", n);
            a.write(fmt::format("{}\"order\":{}}}", text, q.order));
        }),
    add("long_neighbour", Takes::yes, "The number beside 900 KiB of text.",
        [](A& a, Q& q) { a.write(fmt::format("{{\"order\":{},\"note\":\"{}\"}}", q.order, std::string(long_text, 'x'))); }),
};

// Refusals of add.
constexpr Scenario refusing[] = {
    refusal("no_funds", R"({"error":"Not enough funds on balance"})", "Not enough funds on balance.").of_service(905),
    refusal("duplicate_link_text",
            R"({"error":"You have active order with this link. Please wait until order being completed."})",
            "An order for the link is active, in words.")
        .of_service(906),
    refusal("duplicate_link_code", R"({"error":"neworder.error.link_duplicate"})",
            "An order for the link is active, as a code.")
        .of_service(912),
    add("active_link", Takes::not_while_active, "Refuses a link exactly while an order for it is active, as real panels do.",
        [](A& a, Q&) { fails(a, "You have active order with this link. Please wait until order being completed."); }),
    refusal("unlisted_error", R"({"error":"Something went wrong, code 51"})", "A refusal that nobody has heard of.")
        .of_service(910),
    add("error_422", Takes::no, "A known refusal with 422.", [](A& a, Q&) { fails(a, 422, "Incorrect service ID"); })
        .of_service(916),
    add("error_then_ok", Takes::not_first, "Refuses the first add of each link, takes the next.",
        [](A& a, Q&) { fails(a, "Not enough funds on balance"); })
        .of_service(918),
    refusal("error_object", R"({"error":{"message":"Incorrect request"}})", "An error that is no text."),
    refusal("error_list", R"({"error":["Bad link"]})", "An error that is a list."),
    refusal("error_number", R"({"error":5})", "An error that is a number."),
    refusal("error_true", R"({"error":true})", "An error that is true."),
    refusal("error_null", R"({"error":null})", "An error that is null."),
    refusal("error_empty", R"({"error":""})", "An error without a word."),
    refusal("error_twice", R"({"error":"Bad link","error":"Bad link"})", "An error twice."),
    refusal("error_almost", R"({"error":"Bad link!!"})", "Nearly a known refusal."),
    refusal("error_marked_up", R"({"error":"<b>Bad link</b><script>alert(1)</script>"})", "A refusal with markup in it."),
    refusal("error_odd_characters", R"({"error":"Bad \u202elink\u0000\u001b[2J"})", "A refusal that wants to mislead."),
    refusal("error_and_success", R"({"status":"success","error":"Bad link"})", "A refusal that says it succeeded."),
    refusal("error_and_order_word", R"({"error":"Bad link","order_status":"created"})",
            "A refusal that speaks of an order."),
    add("error_long", Takes::no, "A refusal of 900 KiB.", [](A& a, Q&) { fails(a, std::string(long_text, 'x')); }),
};

// Numbers that are none. Each order is made.
constexpr Scenario numbers[] = {
    body("order_zero", R"({"order":0})", "Number 0."),
    body("order_zero_text", R"({"order":"0"})", "Number 0 as a string."),
    body("order_minus_zero", R"({"order":-0})", "Number -0."),
    body("order_negative", R"({"order":-1})", "Number -1."),
    body("order_negative_text", R"({"order":"-#"})", "The number with a minus."),
    body("order_huge", R"({"order":1e99})", "Number 1e99."),
    body("order_exponent", R"({"order":#e0})", "The number with an exponent."),
    body("order_float", R"({"order":#.5})", "A number with a half."),
    body("order_point_zero", R"({"order":#.0})", "The number with a point and a zero."),
    body("order_leading_zero", R"({"order":00#})", "The number with zeros before it: no JSON."),
    body("order_leading_zero_text", R"({"order":"00#"})", "The same as a string."),
    body("order_plus", R"({"order":+#})", "The number with a plus: no JSON."),
    body("order_plus_text", R"({"order":"+#"})", "The same as a string."),
    body("order_hexadecimal", R"({"order":0x5bcd})", "A hexadecimal number: no JSON."),
    body("order_hexadecimal_text", R"({"order":"0x5bcd"})", "The same as a string."),
    body("order_space", R"({"order":" #"})", "The number behind a space."),
    body("order_with_unit", R"({"order":"# pcs"})", "The number and more."),
    body("order_with_comma", R"({"order":"23,501"})", "The number with a comma in it."),
    body("order_wide_digits", R"({"order":"２３５０１"})", "Digits of another script."),
    body("order_nan", R"({"order":NaN})", "Not a number: no JSON."),
    body("order_infinity", R"({"order":Infinity})", "Infinity: no JSON."),
    body("order_array", R"({"order":[#]})", "A list of one number."),
    body("order_no_array", R"({"order":[]})", "An empty list."),
    body("order_object", R"({"order":{"id":#}})", "An object."),
    body("order_in_order", R"({"order":{"order":#}})", "An order in the order."),
    body("order_word", R"({"order":"x"})", "A word."),
    body("order_empty", R"({"order":""})", "An empty string."),
    body("order_long", R"({"order":"999999999999999999999"})", "21 digits."),
    add("order_endless", Takes::yes, "200,000 digits.",
        [](A& a, Q&) { a.write(fmt::format("{{\"order\":{}}}", std::string(many_digits, '9'))); }),
    body("order_null", R"({"order":null})", "null."),
    body("order_true", R"({"order":true})", "true."),
    body("order_false", R"({"order":false})", "false."),
    body("order_missing", R"({"status":"success"})", "Praise without a number."),
    body("no_members", "{}", "An object without anything."),
};

// The number at another place, or beside something that contradicts it. Each order is made.
constexpr Scenario contradictions[] = {
    body("both_order_and_error", R"({"order":#,"error":"Incorrect request"})", "A number and an error.").of_service(913),
    body("order_and_null_error", R"({"order":#,"error":null})", "A number and an error that is null."),
    body("order_and_empty_error", R"({"order":#,"error":""})", "A number and an error without a word."),
    body("order_and_no_errors", R"({"order":#,"errors":[]})", "A number and a list of no errors."),
    body("order_and_capital_error", R"({"order":#,"Error":"Bad link"})", "A number and an `Error`."),
    body("order_and_failure", R"({"order":#,"success":false})", "A number, and that it failed."),
    body("order_and_status_error", R"({"order":#,"status":"error"})", "A number, and the status error."),
    body("order_and_status_zero", R"({"order":#,"status":0})", "A number, and the status 0."),
    body("order_and_data", R"({"order":#,"data":{}})", "A number, and something wrapped beside it."),
    body("order_and_another_id", R"({"order":#,"order_id":1})", "A number, and another as `order_id`."),
    body("duplicate_keys", R"({"order":#,"order":1})", "Two numbers."),
    body("duplicate_keys_escaped", R"({"order":#,"\u006frder":1})", "Two numbers, one under a name with an escape."),
    body("key_in_capitals", R"({"ORDER":#})", "`ORDER`."),
    body("key_with_space", R"({"order ":#})", "`order` with a space."),
    body("key_plural", R"({"orders":[#]})", "`orders`."),
    body("key_id", R"({"id":#})", "`id`."),
    body("key_order_id", R"({"order_id":#})", "`order_id`, which old clones say."),
    body("key_empty", R"({"":#})", "No name."),
    body("order_within_result", R"({"result":{"order":#}})", "The reply within `result`."),
    add("long_key", Takes::yes, "The number beside a name of 5,000 characters.",
        [](A& a, Q& q) { a.write(fmt::format("{{\"order\":{},\"{}\":1}}", q.order, std::string(long_key, 'k'))); }),
    add("deep_neighbour", Takes::yes, "The number beside 1,000 arrays in each other.",
        [](A& a, Q& q) { a.write(fmt::format("{{\"order\":{},\"x\":{}}}", q.order, deep_nesting(1000))); }),
};

// What is nearly JSON, or something else altogether. Each order is made.
constexpr Scenario not_json[] = {
    body("single_quotes", "{'order':#}", "Single quotes."),
    body("bare_name", "{order:#}", "A name without quotes."),
    body("trailing_comma", R"({"order":#,})", "A comma too many."),
    body("comment", R"({"order":#/* new */})", "A comment."),
    body("jsonp", R"(callback({"order":#});)", "A function call."),
    body("two_documents", R"({"order":#}{"order":#})", "Two replies without anything between."),
    body("json_lines", "{\"order\":#}\n{\"done\":true}", "Two replies on two lines."),
    body("text_behind", R"({"order":#} OK)", "A word behind the reply."),
    body("text_before", R"(Done. {"order":#})", "A word before the reply."),
    body("fatal_error_behind", R"({"order":#}<br /><b>Fatal error</b>: Allowed memory size exhausted)",
         "A PHP error behind the reply."),
    body("xml", R"(<?xml version="1.0"?><order>#</order>)", "XML."),
    body("form", "order=#&status=ok", "A form."),
    body("bare_number", "#", "The number alone."),
    body("bare_text", R"("#")", "The number alone, as a string."),
    body("php_serialized", R"(a:1:{s:5:"order";i:#;})", "PHP's own notation."),
    body("zero_byte_within", "{\"order\":#\0}"sv, "A zero byte in the reply."),
    body("zero_byte_behind", "{\"order\":#}\0"sv, "A zero byte behind the reply."),
    body("two_marks", "\xEF\xBB\xBF\xEF\xBB\xBF{\"order\":#}", "Two byte order marks."),
    body("bad_utf8_beside", "{\"order\":#,\"note\":\"\xFF\"}", "The number beside bytes that are no text."),
    body("overlong_utf8_beside", "{\"order\":#,\"note\":\"\xC0\xAF\"}", "The number beside a character in too many bytes."),
    body("half_a_surrogate", R"({"order":#,"note":"\ud800"})", "The number beside half a character."),
    body("control_character", "{\"order\":#,\"note\":\"\x01\"}", "The number beside a control character."),
};

std::vector<Scenario> whole()
{
    std::vector<Scenario> table;
    for (std::span<const Scenario> part :
         {std::span<const Scenario>(accepting), std::span<const Scenario>(refusing), std::span<const Scenario>(numbers),
          std::span<const Scenario>(contradictions), std::span<const Scenario>(not_json)})
        table.insert(table.end(), part.begin(), part.end());
    return table;
}

}  // namespace

std::span<const Scenario> reply_scenarios()
{
    static const auto table = whole();
    return table;
}

}  // namespace smg::sandbox
