#include "suppliers/reply.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include <random>

#include "base/words.hpp"

namespace smg::suppliers {
namespace {

using Kind = Verdict::Kind;

net::HttpResult http(int status, std::string body) { return net::HttpReply{.status = status, .body = std::move(body)}; }

Verdict read(int status, std::string body, ReplyRules rules = {}) { return classify(http(status, std::move(body)), rules); }

struct ErrorText {
    const char* text;
    Reason reason;
};

class KnownText : public testing::TestWithParam<ErrorText> {};

TEST_P(KnownText, is_a_refusal)
{
    for (int status : {200, 201, 400, 401, 403, 422, 429}) {
        auto verdict = read(status, "{\"error\":\"" + std::string(GetParam().text) + "\"}");
        EXPECT_EQ(verdict.kind, Kind::rejected) << status;
        EXPECT_EQ(verdict.reason, GetParam().reason);
        EXPECT_EQ(verdict.text, GetParam().text);
    }
    for (int status : {204, 301, 302, 404, 500, 502, 503, 520, 522})
        EXPECT_EQ(read(status, "{\"error\":\"" + std::string(GetParam().text) + "\"}").kind, Kind::unknown) << status;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, KnownText,
    testing::Values(
        ErrorText{"Incorrect request", Reason::bad_request}, ErrorText{"Incorrect action", Reason::bad_request},
        ErrorText{"Invalid API key", Reason::bad_key}, ErrorText{"Incorrect API key", Reason::bad_key},
        ErrorText{"incorrect api KEY.", Reason::bad_key}, ErrorText{"Incorrect service ID", Reason::bad_service},
        ErrorText{"Bad link", Reason::bad_link}, ErrorText{"Incorrect link", Reason::bad_link},
        ErrorText{" Bad link ", Reason::bad_link}, ErrorText{"Quantity less than minimal 100", Reason::bad_quantity},
        ErrorText{"Quantity less than minimal", Reason::bad_quantity},
        ErrorText{"Quantity more than maximum 10000", Reason::bad_quantity},
        ErrorText{"Quantity more than maximum: 10 000.", Reason::bad_quantity},
        ErrorText{"Incorrect quantity", Reason::bad_quantity}, ErrorText{"Not enough funds on balance", Reason::no_funds},
        ErrorText{"Not enough funds", Reason::no_funds},
        ErrorText{"You have active order with this link. Please wait until order being completed.", Reason::duplicate_link},
        ErrorText{"Active order with this link exists", Reason::duplicate_link},
        ErrorText{"Your account has been suspended.", Reason::account_suspended},
        ErrorText{"Too many requests", Reason::rate_limit},
        ErrorText{"neworder.error.link_duplicate", Reason::duplicate_link},
        ErrorText{"neworder.error.not_enough_funds", Reason::no_funds}, ErrorText{"neworder.error.link", Reason::bad_link},
        ErrorText{"neworder.error.invalid_link", Reason::bad_link},
        ErrorText{"neworder.error.link_not_found", Reason::bad_link},
        ErrorText{"neworder.error.min_quantity", Reason::bad_quantity},
        ErrorText{"neworder.error.max_quantity", Reason::bad_quantity},
        ErrorText{"neworder.error.service_inactive", Reason::bad_service},
        ErrorText{"neworder.error.service_not_found", Reason::bad_service},
        ErrorText{"neworder.error.too_many_orders", Reason::other},
        ErrorText{"error.incorrect_service_id", Reason::bad_service},
        ErrorText{"error.invalid_service", Reason::bad_service}, ErrorText{"error.duplicate_order", Reason::duplicate_link},
        ErrorText{"ip_not_allowed", Reason::not_allowed}));

TEST(ErrorText, that_only_resembles_a_known_one_is_not_known)
{
    for (auto text : {"", ".", "Bad link!", "Bad links", "Not enough", "Not enough funds on balance of the provider",
                      "Quantity less than minimal100", "Quantity less than minimal 100 but ordered",
                      "Quantity less than minimal ?", "Incorrect order ID", "Refill not found", "neworder.error",
                      "neworder.error.link_", "Error", "Something went wrong", "Order created"})
        EXPECT_FALSE(known_reason(text)) << text;
}

struct Row {
    const char* name;
    int status;
    std::string body;
    Kind kind;
    Flavor flavor = Flavor::perfectpanel;
    const char* id = "";
};

class Reply : public testing::TestWithParam<Row> {};

TEST_P(Reply, is_classified)
{
    const auto& row = GetParam();
    ReplyRules rules;
    rules.flavor = row.flavor;
    auto verdict = read(row.status, row.body, rules);
    EXPECT_EQ(verdict.kind, row.kind) << verdict.text;
    EXPECT_EQ(verdict.supplier_order_id, row.id);
    if (verdict.kind == Kind::unknown) EXPECT_FALSE(verdict.text.empty());
}

constexpr auto yes = Kind::accepted, no = Kind::rejected, maybe = Kind::unknown;
constexpr auto perfect = Flavor::perfectpanel, smart = Flavor::smartpanel;

const Row rows[] = {
    {"number", 200, R"({"order":23501})", yes, perfect, "23501"},
    {"created", 201, R"({"order":23501})", yes, perfect, "23501"},
    {"digits", 200, R"({"order":"23501"})", yes, perfect, "23501"},
    {"with_success", 200, R"({"status":"success","order":116})", yes, perfect, "116"},
    {"with_charge", 200, R"({"order":1,"charge":"0.5","currency":"USD"})", yes, perfect, "1"},
    {"mark_and_space", 200, "\xEF\xBB\xBF\r\n {\"order\":1}\n", yes, perfect, "1"},
    {"twenty_digits", 200, R"({"order":"12345678901234567890"})", yes, perfect, "12345678901234567890"},
    {"twenty_digit_number", 200, R"({"order":12345678901234567890})", yes, perfect, "12345678901234567890"},
    {"twenty_one_digits", 200, R"({"order":"123456789012345678901"})", maybe},
    {"zero", 200, R"({"order":0})", maybe},
    {"zero_text", 200, R"({"order":"0"})", maybe},
    {"leading_zero", 200, R"({"order":"007"})", maybe},
    {"negative", 200, R"({"order":-5})", maybe},
    {"fraction", 200, R"({"order":1.5})", maybe},
    {"float", 200, R"({"order":23501.0})", maybe},
    {"exponent", 200, R"({"order":1e5})", maybe},
    {"true_order", 200, R"({"order":true})", maybe},
    {"null_order", 200, R"({"order":null})", maybe},
    {"empty_order", 200, R"({"order":""})", maybe},
    {"spaced_order", 200, R"({"order":" 5"})", maybe},
    {"nested_order", 200, R"({"order":{"id":5}})", maybe},
    {"array_order", 200, R"({"order":[5]})", maybe},
    {"other_case", 200, R"({"Order":5})", maybe},
    {"two_orders", 200, R"({"order":1,"order":2})", maybe},
    {"order_and_error", 200, R"({"order":1,"error":"Bad link"})", maybe},
    {"order_and_null_error", 200, R"({"order":1,"error":null})", maybe},
    {"order_and_errors", 200, R"({"order":1,"errors":[]})", maybe},
    {"order_and_Error", 200, R"({"order":1,"Error":"x"})", maybe},
    {"order_that_failed", 200, R"({"order":1,"status":"error"})", maybe},
    {"order_without_success", 200, R"({"order":1,"success":false})", maybe},
    {"order_and_other_id", 200, R"({"order":1,"order_id":2})", maybe},
    {"order_and_same_id", 200, R"({"order":1,"order_id":"1"})", yes, perfect, "1"},
    {"order_and_data", 200, R"({"order":1,"data":{"error":"Bad link"}})", maybe},
    {"alias", 200, R"({"order_id":5})", maybe},
    {"alias_of_smartpanel", 200, R"({"order_id":5})", yes, smart, "5"},
    {"wrapper", 200, R"({"status":"success","data":{"order":5}})", maybe},
    {"wrapper_of_smartpanel", 200, R"({"status":"success","data":{"order":5}})", yes, smart, "5"},
    {"wrapped_alias", 200, R"({"data":{"order_id":"5"}})", yes, smart, "5"},
    {"wrapped_error", 200, R"({"status":"error","data":{"error":"Bad link"}})", no, smart},
    {"wrapped_both", 200, R"({"order":5,"data":{"error":"Bad link"}})", maybe, smart},
    {"wrapped_difference", 200, R"({"order":5,"data":{"order":6}})", maybe, smart},
    {"wrapper_in_wrapper", 200, R"({"data":{"data":{"order":5}}})", maybe, smart},
    {"wrapped_list", 200, R"({"data":[{"order":5}]})", maybe, smart},

    {"error", 200, R"({"error":"Incorrect service ID"})", no},
    {"error_with_status", 200, R"({"status":"error","error":"Bad link"})", no},
    {"error_with_code", 422, R"({"error":"Bad link","code":422,"message":"x"})", no},
    {"error_with_success", 200, R"({"status":"success","error":"Bad link"})", maybe},
    {"error_with_id", 200, R"({"error":"Bad link","id":5})", maybe},
    {"error_with_orderId", 200, R"({"error":"Bad link","orderId":5})", maybe},
    {"error_and_null_order", 200, R"({"error":"Bad link","order":null})", maybe},
    {"unlisted_error", 200, R"({"error":"Something happened"})", maybe},
    {"error_object", 200, R"({"error":{"message":"Bad link"}})", maybe},
    {"error_list", 200, R"({"error":["Bad link"]})", maybe},
    {"error_true", 200, R"({"error":true})", maybe},
    {"empty_error", 200, R"({"error":""})", maybe},
    {"two_errors", 200, R"({"error":"Bad link","error":"Bad link"})", maybe},
    {"Error", 200, R"({"Error":"Bad link","error":"Bad link"})", maybe},

    {"empty", 200, "", maybe},
    {"white", 200, " \r\n\t ", maybe},
    {"only_mark", 200, "\xEF\xBB\xBF", maybe},
    {"html", 200, "<html><body>Bad link</body></html>", maybe},
    {"truncated", 200, R"({"order":235)", maybe},
    {"truncated_error", 200, R"({"error":"Bad link")", maybe},
    {"garbage_after", 200, R"({"order":1}x)", maybe},
    {"twice", 200, R"({"order":1}{"order":1})", maybe},
    {"garbage_before", 200, R"(x{"order":1})", maybe},
    {"php_warning", 200, "<br />\n<b>Warning</b>: mysqli_query() in <b>/x.php</b> on line <b>3</b><br />\n{\"order\":1}",
     maybe},
    {"php_warning_error", 200, "Warning: x in y on line 3\n{\"error\":\"Bad link\"}", maybe},
    {"comment", 200, "/* */{\"order\":1}", maybe},
    {"trailing_comma", 200, R"({"order":1,})", maybe},
    {"bad_utf8", 200, "{\"order\":1,\"x\":\"\xFF\"}", maybe},
    {"nul", 200, std::string("{\"order\":1}\0", 12), maybe},
    {"utf16", 200, std::string("\xFF\xFE{\0}\0", 6), maybe},
    {"array", 200, R"([{"order":1}])", maybe},
    {"number_alone", 200, "23501", maybe},
    {"text_alone", 200, R"("Bad link")", maybe},
    {"null_alone", 200, "null", maybe},
    {"empty_object", 200, "{}", maybe},
    {"balance", 200, R"({"balance":"1","currency":"USD"})", maybe},
    {"deep", 200, "{\"order\":1,\"x\":" + std::string(200, '[') + std::string(200, ']') + "}", maybe},

    {"fine_202", 202, R"({"order":1})", maybe},
    {"fine_204", 204, R"({"order":1})", maybe},
    {"fine_302", 302, R"({"order":1})", maybe},
    {"fine_400", 400, R"({"order":1})", maybe},
    {"fine_422", 422, R"({"order":1})", maybe},
    {"fine_500", 500, R"({"order":1})", maybe},
    {"fine_502", 502, R"({"order":1})", maybe},
    {"fine_522", 522, R"({"order":1})", maybe},
    {"cloudflare_503", 503, "<!DOCTYPE html><title>Just a moment...</title>", maybe},
    {"bare_429", 429, "Too Many Requests", maybe},
    {"bare_401", 401, "", maybe},
    {"bare_403", 403, "<html>403 Forbidden</html>", maybe},
    {"bare_404", 404, "Not Found", maybe},
    {"bare_405", 405, "", maybe},
    {"laravel_429", 429, R"({"message":"Too Many Attempts."})", maybe},
};
INSTANTIATE_TEST_SUITE_P(Rows, Reply, testing::ValuesIn(rows), [](const auto& row) { return std::string(row.param.name); });

TEST(EdgeRejects, takes_a_bare_refusal_for_a_proof)
{
    ReplyRules rules;
    rules.edge_rejects = true;
    EXPECT_EQ(read(429, "slow down", rules).reason, Reason::rate_limit);
    for (int status : {401, 403, 404, 405}) {
        EXPECT_EQ(read(status, "<html>", rules).kind, no) << status;
        EXPECT_EQ(read(status, "", rules).reason, Reason::edge);
    }
}

TEST(EdgeRejects, does_not_cover_what_the_panel_may_have_said)
{
    ReplyRules rules;
    rules.edge_rejects = true;
    for (int status : {200, 301, 400, 408, 422, 500, 502, 503, 520, 524})
        EXPECT_EQ(read(status, "<html>", rules).kind, maybe) << status;
    for (auto body : {R"({"order":1})", R"({"message":"Unauthenticated."})", R"({"error":"Somethi)",
                      R"(Warning: x {"order":1})", R"(<b>Notice</b>{"Order_id":1})", "[]", "\xEF\xBB\xBF{"})
        EXPECT_EQ(read(403, body, rules).kind, maybe) << body;
}

TEST(Reply, of_an_unlisted_text_follows_what_an_admin_said_once)
{
    ReplyRules rules;
    rules.classified = [](std::string_view text) -> std::optional<Reason> {
        if (text == "Maintenance until 5") return Reason::maintenance;
        if (text == "Hm") return Reason::none;
        return std::nullopt;
    };
    auto verdict = read(200, R"({"error":"Maintenance until 5"})", rules);
    EXPECT_EQ(verdict.kind, no);
    EXPECT_EQ(verdict.reason, Reason::maintenance);
    EXPECT_EQ(read(200, R"({"error":"Hm"})", rules).kind, maybe);
    EXPECT_EQ(read(200, R"({"error":"Else"})", rules).kind, maybe);
    EXPECT_EQ(read(500, R"({"error":"Maintenance until 5"})", rules).kind, maybe);
}

TEST(Reply, is_compared_with_what_an_admin_said_as_people_see_it)
{
    ReplyRules rules;
    rules.key = Secret("0f1e2d3c4b5a6978");
    rules.classified = [](std::string_view text) -> std::optional<Reason> {
        if (text == "Key *** sleeps") return Reason::maintenance;
        return std::nullopt;
    };
    auto verdict = read(200, R"({"error":"Key 0f1e2d3c4b5a6978 sleeps"})", rules);
    EXPECT_EQ(verdict.kind, no);
    EXPECT_EQ(verdict.text, "Key *** sleeps");
    EXPECT_EQ(read(200, R"({"error":"Key 0f1e2d3c4b5a6979 sleeps"})", rules).kind, maybe);
}

TEST(Reply, is_cut_only_after_the_key_went_out_of_it)
{
    ReplyRules rules;
    rules.key = Secret("0f1e2d3c4b5a6978");
    for (std::size_t before : {480u, 490u, 496u, 499u}) {
        auto text = std::string(before, 'x') + rules.key.reveal();
        EXPECT_EQ(read(200, "{\"error\":\"" + text + "\"}", rules).text.find("0f1e"), std::string::npos) << before;
    }
    auto number = std::string(30, '0') + rules.key.reveal() + "0123456789012345678901234567890";
    EXPECT_EQ(read(200, "{\"order\":\"" + number + "\"}", rules).text.find("0f1e"), std::string::npos);
    EXPECT_NE(read(200, R"({"error":"0f1e2d"})", rules).text.find("0f1e"), std::string::npos);  // control: half is no key
}

TEST(Reply, that_never_came_is_unknown_once_something_was_sent)
{
    for (auto kind : {net::Failure::timeout, net::Failure::reset, net::Failure::too_large, net::Failure::protocol,
                      net::Failure::tls, net::Failure::connect}) {
        auto verdict = classify(std::unexpected(net::HttpFailure{kind, true, "x"}), {});
        EXPECT_EQ(verdict.kind, maybe);
    }
}

TEST(Reply, to_what_was_never_sent_says_whether_it_can_be_sent_later)
{
    struct Unsent {
        net::Failure kind;
        Reason reason;
        bool hopeless;
    };
    for (auto row :
         {Unsent{net::Failure::resolve, Reason::unreachable, false},
          Unsent{net::Failure::connect, Reason::unreachable, false}, Unsent{net::Failure::tls, Reason::unreachable, false},
          Unsent{net::Failure::timeout, Reason::unreachable, false},
          Unsent{net::Failure::bad_url, Reason::bad_address, true},
          Unsent{net::Failure::bad_request, Reason::bad_address, true},
          Unsent{net::Failure::refused_address, Reason::bad_address, true},
          Unsent{net::Failure::aborted, Reason::none, false}}) {
        auto verdict = classify(std::unexpected(net::HttpFailure{row.kind, false, "x"}), {});
        EXPECT_EQ(verdict.kind, maybe);
        EXPECT_EQ(verdict.reason, row.reason);
        EXPECT_EQ(hopeless(verdict.reason), row.hopeless);
    }
}

TEST(Flavors, are_named_to_who_asks_for_another)
{
    EXPECT_EQ(flavor_of("smartpanel"), Flavor::smartpanel);
    for (auto word : {"", "PerfectPanel", "smart"}) {
        auto none = flavor_of(word);
        ASSERT_FALSE(none) << word;
        EXPECT_EQ(none.error().fields.at(0).field, "flavor");
        EXPECT_NE(none.error().message.find("perfectpanel, smartpanel"), std::string::npos) << none.error().message;
    }
}

// What must hold of an accepted reply, said a second time by other means.
bool may_be_accepted(int status, std::string_view body, Flavor flavor)
{
    if (status != 200 && status != 201) return false;
    constexpr std::string_view blank = " \t\r\n\v\f";
    auto skip = [&] { body.remove_prefix(std::min(body.find_first_not_of(blank), body.size())); };
    skip();
    if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
    skip();
    body = body.substr(0, body.find_last_not_of(blank) + 1);
    boost::json::error_code broken;
    auto json = boost::json::parse(boost::json::string_view(body.data(), body.size()), broken);
    if (broken || !json.is_object()) return false;
    auto object = json.get_object();
    if (object.contains("error")) return false;
    if (flavor == Flavor::smartpanel && object.contains("data") && object["data"].is_object()) {
        if (object["data"].get_object().contains("error")) return false;
        for (const auto& member : object["data"].get_object()) object.insert(member);
    }
    auto number = object.if_contains("order");
    if (!number && flavor == Flavor::smartpanel) number = object.if_contains("order_id");
    if (!number) return false;
    if (number->is_int64()) return number->get_int64() > 0;
    if (number->is_uint64()) return true;
    if (!number->is_string()) return number->is_double() && number->get_double() >= 1.8e19 && number->get_double() < 1e20;
    std::string_view text(number->get_string());
    return !text.empty() && text.size() <= 20 && text.front() != '0' &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string mutated(std::string body, std::mt19937& random)
{
    constexpr std::string_view letters = "{}[]\":,0123456789 ordernabctulfs\\-.eE\n<\xEF\xBB\xBF\xFF\0";
    auto below = [&](std::size_t bound) { return bound == 0 ? 0 : random() % bound; };
    auto changes = 1 + below(4);
    for (std::size_t i = 0; i < changes; ++i) {
        auto at = below(body.size() + 1);
        switch (below(6)) {
            case 0: body.insert(at, 1, letters[below(letters.size())]); break;
            case 1: body.erase(at, 1 + below(3)); break;
            case 2:
                if (at < body.size()) body[at] = letters[below(letters.size())];
                break;
            case 3: body.resize(at); break;
            case 4: body.insert(at, body.substr(below(body.size() + 1), below(20))); break;
            default: body.insert(at, rows[below(std::size(rows))].body.substr(0, 200)); break;
        }
    }
    return body;
}

TEST(Reply, mutated_twenty_thousand_times_is_never_accepted_without_reason)
{
    std::mt19937 random(20261122);
    int accepted = 0;
    for (int i = 0; i < 20'000; ++i) {
        const auto& seed = rows[random() % std::size(rows)];
        auto body = mutated(seed.body.substr(0, 500), random);
        int status = random() % 4 ? 200 : seed.status;
        ReplyRules rules;
        rules.flavor = random() % 2 ? Flavor::smartpanel : Flavor::perfectpanel;
        rules.edge_rejects = random() % 2;
        auto verdict = read(status, body, rules);
        if (verdict.kind != Kind::accepted) continue;
        ++accepted;
        ASSERT_TRUE(may_be_accepted(status, body, rules.flavor)) << status << ' ' << word(rules.flavor) << ' ' << body;
        ASSERT_FALSE(verdict.supplier_order_id.empty());
    }
    EXPECT_GT(accepted, 50);  // or nothing was tested
}

}  // namespace
}  // namespace smg::suppliers
