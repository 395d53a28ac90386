#include "suppliers/api_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suppliers/test_panel.hpp"

namespace smg::suppliers {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Status, of_one_order_is_asked_for_alone)
{
    Panel panel(R"({"charge":"0.27819","start_count":"3572","status":"Partial","remains":"157","currency":"USD"})");
    auto found = panel.status({"7"});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->at("7").word, StatusWord::partial);
    EXPECT_EQ(panel.body_of(0), "key=" + key + "&action=status&order=7");
}

TEST(Status, of_many_orders_is_one_call)
{
    Panel panel(R"({"1":{"status":"Completed"},"10":{"error":"Incorrect order ID"}})");
    auto found = panel.status({"1", "10", "100"});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->size(), 2u);
    EXPECT_EQ(panel.body_of(0), "key=" + key + "&action=status&orders=1%2C10%2C100");
}

TEST(Status, of_an_order_that_the_panel_does_not_know_is_an_answer)
{
    Panel panel(R"({"error":"Incorrect order ID"})");
    auto found = panel.status({"7"});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->at("7").error, "Incorrect order ID");
}

TEST(Status, by_position_is_asked_again_one_by_one)
{
    Panel panel([](const std::string& request) {
        if (request.find("orders=") != std::string::npos)
            return TestServer::Answer{TestServer::reply(R"([{"status":"Completed"},{"status":"Partial"}])")};
        bool first = request.ends_with("order=1");
        return TestServer::Answer{
            TestServer::reply(first ? R"({"status":"Partial"})" : R"({"error":"Incorrect order ID"})")};
    });
    auto found = panel.status({"1", "2"});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->at("1").word, StatusWord::partial);
    EXPECT_EQ(found->at("2").error, "Incorrect order ID");
    EXPECT_EQ(panel.server.requests().size(), 3u);
}

TEST(Status, takes_one_to_a_hundred_decent_numbers)
{
    Panel panel("{}");
    EXPECT_EQ(panel.status({}).error().code, Code::invalid);
    EXPECT_EQ(panel.status(std::vector<std::string>(101, "1")).error().code, Code::invalid);
    EXPECT_EQ(panel.status({"1,2"}).error().code, Code::invalid);
    EXPECT_EQ(panel.status({""}).error().code, Code::invalid);
    EXPECT_TRUE(panel.status(std::vector<std::string>(100, "1")));
    EXPECT_EQ(panel.server.requests().size(), 1u);
}

TEST(Status, that_is_an_envelope_of_an_error_ends_no_order)
{
    Panel away(R"({"status":"error","message":"Database 0f1e2d3c4b5a69788796a5b4c3d2e1f0 is away"})");
    auto found = away.status({"7"});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->at("7").error, "Database *** is away");
    EXPECT_FALSE(away.status({"7", "8"}));

    Panel busy(R"({"status":"error","message":"Too many requests, try later"})");
    EXPECT_EQ(busy.status({"7"}).error().code, Code::limited);

    // What comes with such a status explains itself and tells nothing else.
    Panel refusing(R"({"status":"Failed","charge":"0","message":"No"})", "422 No");
    EXPECT_EQ(refusing.status({"7"})->at("7").error, "No");
    Panel telling(R"({"status":"Failed","charge":"0","message":"No"})");
    EXPECT_EQ(telling.status({"7"})->at("7").word, StatusWord::failed);  // control
}

TEST(Calls, of_one_supplier_take_turns_also_the_single_ones)
{
    Panel panel([](const std::string& request) {
        bool many = request.find("orders=") != std::string::npos;
        return TestServer::Answer{TestServer::reply(many ? R"([{"status":"Completed"}])" : R"({"status":"Completed"})")};
    });
    panel.endpoint.provider = ProviderId{3};
    panel.endpoint.calls_per_second = 100;
    panel.step = {};
    EXPECT_TRUE(panel.status({"1", "2", "3"}));
    EXPECT_EQ(panel.server.requests().size(), 4u);
    EXPECT_EQ(panel.traffic.calls.take(ProviderId{3}, 100), std::chrono::milliseconds(40));
    EXPECT_EQ(panel.traffic.calls.take(ProviderId{4}, 100), Duration{});
}

struct Refusal {
    const char* body;
    const char* status;
    const char* headers;
    Code code;
};

class ReadCall : public testing::TestWithParam<Refusal> {};

TEST_P(ReadCall, fails_in_words_without_the_key)
{
    Panel panel(GetParam().body, GetParam().status, GetParam().headers);
    auto found = panel.balance();
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, GetParam().code) << found.error().message;
    EXPECT_FALSE(found.error().message.empty());
    EXPECT_THAT(found.error().message, Not(HasSubstr(key)));
    if (GetParam().code == Code::limited) EXPECT_EQ(found.error().retry_after_s, 9);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ReadCall,
    testing::Values(Refusal{R"({"error":"Invalid API key"})", "200 OK", "", Code::unauthenticated},
                    Refusal{R"({"error":"Invalid API key"})", "401 No", "", Code::unauthenticated},
                    Refusal{R"({"error":"key 0f1e2d3c4b5a69788796a5b4c3d2e1f0 is unknown"})", "200 OK", "", Code::failed},
                    Refusal{R"({"error":"Too many requests"})", "429 Slow", "Retry-After: 9\r\n", Code::limited},
                    Refusal{"slow down", "429 Slow", "Retry-After: 9\r\n", Code::limited},
                    Refusal{"<html>", "503 Away", "", Code::unavailable},
                    Refusal{R"({"balance":"5"})", "502 Bad", "", Code::unavailable},
                    Refusal{"<html>", "200 OK", "", Code::failed}, Refusal{"", "200 OK", "", Code::failed},
                    Refusal{R"({"balance":"5"})", "404 No", "", Code::failed},
                    Refusal{"", "302 Found", "Location: /x\r\n", Code::failed},
                    Refusal{R"({"balance":)", "200 OK", "", Code::failed}));

TEST(ReadCalls, cut_an_error_only_after_the_key_went_out_of_it)
{
    Panel panel("{\"error\":\"" + std::string(490, 'x') + key + "\"}");
    auto found = panel.balance();
    EXPECT_THAT(found.error().message, Not(HasSubstr(key.substr(0, 4))));
    EXPECT_LE(found.error().message.size(), max_error_bytes);
    auto status = panel.status({"7"});
    EXPECT_THAT(status->at("7").error, Not(HasSubstr(key.substr(0, 4))));
    EXPECT_LE(status->at("7").error.size(), max_error_bytes);
}

TEST(ReadCalls, fail_when_nobody_is_there)
{
    Panel panel("{}");
    panel.endpoint.allow_private = false;
    auto found = panel.balance();
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, Code::unavailable);
    EXPECT_EQ(panel.server.connections(), 0);
}

TEST(ReadCalls, are_all_there)
{
    Panel panel([](const std::string& request) {
        auto says = [&](const char* text) { return request.find(text) != std::string::npos; };
        std::string body = "{}";
        if (says("action=services")) body = R"([{"service":1,"name":"x","rate":"0.5"}])";
        if (says("action=balance")) body = R"({"balance":"100.84292","currency":"USD"})";
        if (says("action=refill&order=1")) body = R"({"refill":"31"})";
        if (says("action=refill&orders=1%2C3"))
            body = R"([{"order":1,"refill":31},{"order":3,"refill":{"error":"Refill not found"}}])";
        if (says("action=refill_status&refill=31")) body = R"({"status":"Completed"})";
        if (says("action=cancel&orders=9")) body = R"([{"order":9,"cancel":1}])";
        return TestServer::Answer{TestServer::reply(body)};
    });
    EXPECT_EQ(panel.balance()->amount, Money::parse("100.84292"));
    EXPECT_EQ(panel.ask([](ApiClient& client) { return client.services(); })->services.size(), 1u);
    EXPECT_EQ(panel.ask([](ApiClient& client) { return client.refill({"1"}); })->at("1").number, "31");
    EXPECT_EQ(panel.ask([](ApiClient& client) { return client.refill({"1", "3"}); })->at("3").error, "Refill not found");
    EXPECT_EQ(panel.ask([](ApiClient& client) { return client.refill_status({"31"}); })->at("31").word,
              RefillWord::completed);
    EXPECT_EQ(panel.ask([](ApiClient& client) { return client.cancel({"9"}); })->at("9").error, "");
}

TEST(ReadCalls, leave_an_envelope_that_denies_closed)
{
    Panel panel(R"({"status":"error","message":"Later","data":[]})");
    for (auto flavor : {Flavor::perfectpanel, Flavor::smartpanel}) {
        panel.endpoint.flavor = flavor;
        auto found = panel.ask([](ApiClient& client) { return client.services(); });
        ASSERT_FALSE(found);
        EXPECT_EQ(found.error().message, "Later");
    }
}

TEST(ReadCalls, open_the_envelope_of_smartpanel)
{
    Panel panel(R"({"status":"success","data":{"balance":"5","currency":"USD"}})");
    EXPECT_FALSE(panel.balance());
    panel.endpoint.flavor = Flavor::smartpanel;
    EXPECT_EQ(panel.balance()->amount, Money::parse("5"));
}

}  // namespace
}  // namespace smg::suppliers
