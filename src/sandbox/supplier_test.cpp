#include "sandbox/supplier.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "sandbox/catalogue.hpp"

namespace smg::sandbox {
namespace {

using namespace std::chrono_literals;

// A simulator, a clock in hand, and the questions one can ask.
struct Hands {
    ManualClock clock{Time(1'780'000'000'000ms)};
    SupplierSimulator supplier;

    explicit Hands(SupplierOptions options = {}) : supplier(clock, std::move(options)) {}

    RawReply post(const std::string& path, const std::string& form, std::uint64_t connection = 1)
    {
        RawRequest request;
        request.http.method = http::Method::POST;
        request.http.path = path;
        request.http.headers = {{"content-type", "application/x-www-form-urlencoded"}};
        request.http.body = form;
        request.connection = connection;
        return supplier.handle(request);
    }
    std::string ask(const std::string& form) { return post("/api/v2", "key=k&" + form).body; }
    std::string add(int service = 101, const std::string& link = "https://instagram.com/p1")
    {
        return ask(fmt::format("action=add&service={}&link={}&quantity=1000", service, link));
    }
    const std::vector<LedgerEntry>& ledger() { return supplier.panel().ledger(); }
};

TEST(Supplier, replies_have_exactly_the_shapes_of_perfectpanel)
{
    Hands panel;
    EXPECT_EQ(panel.add(), R"({"order":23501})");
    EXPECT_EQ(panel.ask("action=status&order=23501"),
              R"({"charge":"0.90","start_count":"0","status":"Pending","remains":"1000","currency":"USD"})");
    EXPECT_EQ(panel.ask("action=status&orders=23501,7"),
              R"({"23501":{"charge":"0.90","start_count":"0","status":"Pending","remains":"1000","currency":"USD"},)"
              R"("7":{"error":"Incorrect order ID"}})");
    EXPECT_EQ(panel.ask("action=balance"), R"({"balance":"9999.10","currency":"USD"})");
    EXPECT_EQ(panel.ask("action=refill&order=23501"), R"({"error":"The order is not completed"})");
    panel.clock.advance(20s);
    EXPECT_EQ(panel.ask("action=refill&order=23501"), R"({"refill":"1"})");
    EXPECT_EQ(panel.ask("action=refill&orders=23501,9"),
              R"([{"order":23501,"refill":2},{"order":9,"refill":{"error":"Incorrect order ID"}}])");
    EXPECT_EQ(panel.ask("action=refill_status&refill=1"), R"({"status":"Pending"})");
    EXPECT_EQ(panel.ask("action=refill_status&refills=1,9"),
              R"([{"refill":1,"status":"Pending"},{"refill":9,"status":{"error":"Refill not found"}}])");
    EXPECT_EQ(panel.add(), R"({"order":23502})");
    EXPECT_EQ(panel.ask("action=cancel&orders=9,23502"),
              R"([{"order":9,"cancel":{"error":"Incorrect order ID"}},{"order":23502,"cancel":1}])");
    EXPECT_TRUE(
        panel.ask("action=services")
            .starts_with(
                R"([{"service":101,"name":"Instagram Followers [Real, 30 days refill]","type":"Default",)"
                R"("category":"Instagram Followers","rate":"0.90","min":"10","max":"100000","refill":true,"cancel":true})"));
}

TEST(Supplier, orders_go_from_pending_to_completed)
{
    Hands panel;
    panel.add();
    auto status = [&] {
        auto reply = json::parse(panel.ask("action=status&order=23501"));
        return std::string(reply->at("status").as_string()) + " " + std::string(reply->at("remains").as_string());
    };
    EXPECT_EQ(status(), "Pending 1000");
    panel.clock.advance(10s);
    EXPECT_EQ(status(), "In progress 500");
    panel.clock.advance(9s);
    EXPECT_EQ(status(), "In progress 50");
    panel.clock.advance(1s);
    EXPECT_EQ(status(), "Completed 0");
}

struct Refusal {
    std::string_view form, error;
};

class Refused : public testing::TestWithParam<Refusal> {};

TEST_P(Refused, in_the_panels_own_words)
{
    Hands panel;
    EXPECT_EQ(panel.ask(std::string(GetParam().form)), fmt::format(R"({{"error":"{}"}})", GetParam().error));
    EXPECT_TRUE(panel.ledger().empty());
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Refused,
    testing::Values(Refusal{"action=add&service=404&link=x&quantity=10", "Incorrect service ID"},
                    Refusal{"action=add&link=x&quantity=10", "Incorrect service ID"},
                    Refusal{"action=add&service=101&quantity=10", "Bad link"},
                    Refusal{"action=add&service=101&link=x", "Incorrect quantity"},
                    Refusal{"action=add&service=101&link=x&quantity=-5", "Incorrect quantity"},
                    Refusal{"action=add&service=101&link=x&quantity=9", "Quantity less than minimal 10"},
                    Refusal{"action=add&service=101&link=x&quantity=100001", "Quantity more than maximum 100000"},
                    Refusal{"action=add&service=101&link=x&quantity=10&runs=3", "Incorrect request"},
                    Refusal{"action=add&service=124&link=x&quantity=10", "Incorrect request"},
                    Refusal{"action=add&service=172&link=x&comments=a%0Ab&runs=1000000000&interval=5", "Incorrect request"},
                    Refusal{"action=add&service=141&link=x&quantity=10000&runs=100&interval=5",
                            "Not enough funds on balance"},
                    Refusal{"action=status&order=1", "Incorrect order ID"}, Refusal{"action=status", "Incorrect request"},
                    Refusal{"action=cancel&order=1", "Incorrect request"}, Refusal{"action=dance", "Incorrect action"},
                    Refusal{"", "Incorrect action"}));

TEST(Supplier, refuses_more_than_a_hundred_ids)
{
    Hands panel;
    std::string ids = "1";
    for (int id = 2; id <= 100; ++id) ids += "," + std::to_string(id);
    EXPECT_TRUE(panel.ask("action=status&orders=" + ids).starts_with(R"({"1":{"error")"));
    EXPECT_EQ(panel.ask("action=status&orders=" + ids + ",101"), R"({"error":"Incorrect request"})");
}

TEST(Supplier, looks_at_the_key)
{
    Hands any;
    EXPECT_EQ(any.post("/api/v2", "key=wrong&action=balance").body, R"({"error":"Invalid API key"})");
    EXPECT_EQ(any.post("/api/v2", "action=balance").body, R"({"error":"Invalid API key"})");
    SupplierOptions options;
    options.key = "secret";
    Hands one(options);
    EXPECT_EQ(one.ask("action=balance"), R"({"error":"Invalid API key"})");
    EXPECT_NE(one.post("/api/v2", "key=secret&action=balance").body, R"({"error":"Invalid API key"})");
}

TEST(Supplier, takes_every_type_with_its_fields)
{
    Hands panel;
    const std::string common = "&link=x&quantity=1000";
    const std::pair<int, std::string> rows[] = {{105, "&link=x&comments=a%0Ab%0D%0Ac%0A%0Ad%0Ae"},
                                                {106, "&link=x"},
                                                {107, "&link=x&comments=a"},
                                                {108, common + "&username=u"},
                                                {109, "&link=x&username=u&comments=a%0Ab"},
                                                {110, common + "&usernames=a"},
                                                {111, common + "&usernames=a&hashtags=b"},
                                                {112, "&link=x&usernames=a%0Ab%0Ac"},
                                                {113, common + "&hashtag=h"},
                                                {114, common + "&username=u"},
                                                {115, common + "&media=m"},
                                                {116, "&username=u&min=10&max=20&posts=1&delay=0"},
                                                {124, common + "&answer_number=2"},
                                                {125, common + "&groups=g"},
                                                {145, common + "&keywords=k"},
                                                {171, common + "&country=UA&device=5&type_of_traffic=3"},
                                                {101, "&link=x&quantity=10&runs=5&interval=30"}};
    for (const auto& [service, fields] : rows)
        EXPECT_TRUE(panel.ask(fmt::format("action=add&service={}{}", service, fields)).starts_with(R"({"order":)"))
            << service;
    ASSERT_EQ(panel.ledger().size(), std::size(rows));
    EXPECT_EQ(panel.ledger()[0].quantity, 5);            // comments are counted by line
    EXPECT_EQ(panel.ledger()[1].charge.text(), "0.35");  // a package's rate is its price
    EXPECT_EQ(panel.ledger()[7].quantity, 3);
    EXPECT_EQ(panel.ledger().back().quantity, 50);  // drip-feed: all runs
}

TEST(Supplier, ledger_keeps_what_was_taken_and_nothing_else)
{
    Hands panel;
    panel.post("/api/v2", "key=k&action=add&service=101&link=a&quantity=10&custom=1", 4);
    panel.add(905);
    panel.add(903);
    ASSERT_EQ(panel.ledger().size(), 2u);
    const auto& first = panel.ledger()[0];
    EXPECT_EQ(first.order, 23501);
    EXPECT_EQ(first.connection, 4);
    EXPECT_EQ(first.request, 1);
    EXPECT_EQ(first.fields.at("custom"), "1");
    EXPECT_FALSE(first.fields.contains("key"));
    EXPECT_EQ(panel.ledger()[1].scenario, "cloudflare_502");
}

TEST(Supplier, money_adds_up_after_partial_canceled_and_refunded)
{
    Hands panel;
    panel.add(101);
    panel.add(907);  // a quarter remains
    panel.add(908);
    panel.add(921);
    EXPECT_EQ(panel.supplier.panel().balance().text(), "9996.40");
    panel.clock.advance(20s);
    EXPECT_EQ(panel.supplier.panel().balance().text(), "9998.425");
    EXPECT_EQ(panel.supplier.panel().balance().text(), "9998.425");  // once
    EXPECT_EQ(panel.ask("action=status&order=23502"),
              R"({"charge":"0.675","start_count":"2438","status":"Partial","remains":"250","currency":"USD"})");
}

TEST(Supplier, cancel_is_a_trigger_and_not_instant)
{
    Hands panel;
    panel.add();
    panel.clock.advance(10s);
    panel.ask("action=cancel&orders=23501");
    EXPECT_NE(panel.ask("action=status&order=23501").find("In progress"), std::string::npos);
    panel.clock.advance(4s);
    EXPECT_NE(panel.ask("action=status&order=23501").find(R"("status":"Partial","remains":"300")"), std::string::npos);
}

TEST(Supplier, control_changes_it_and_reset_forgets_but_never_reuses_a_number)
{
    Hands panel;
    panel.add();
    EXPECT_EQ(panel.post("/control", "scenario=no_such").status, 422);
    EXPECT_EQ(panel.post("/control", "latency_ms=-1").status, 422);
    EXPECT_EQ(panel.post("/control", "scenario=no_funds&latency_ms=50&balance=5.5&completes_after_ms=0").status, 200);
    EXPECT_EQ(panel.post("/api/v2", "key=k&action=balance").delay, 50ms);
    EXPECT_EQ(panel.add(), R"({"error":"Not enough funds on balance"})");
    EXPECT_EQ(panel.ask("action=balance"), R"({"balance":"5.50","currency":"USD"})");
    EXPECT_EQ(panel.post("/reset", "").status, 200);
    EXPECT_TRUE(panel.ledger().empty());
    EXPECT_EQ(panel.add(), R"({"order":23502})");
    EXPECT_EQ(panel.ask("action=status&order=23501"), R"({"error":"Incorrect order ID"})");
}

TEST(Supplier, stranger_paths_are_not_found)
{
    Hands panel;
    EXPECT_EQ(panel.post("/", "").status, 404);
    EXPECT_EQ(panel.post("/ledger", "").status, 404);
}

}  // namespace
}  // namespace smg::sandbox
