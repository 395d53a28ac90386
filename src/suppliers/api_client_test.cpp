#include "suppliers/api_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <chrono>
#include <optional>

#include "base/crypto.hpp"
#include "net/test_server.hpp"

namespace smg::suppliers {
namespace {

using net::TestServer;
using Then = TestServer::Then;
using testing::HasSubstr;
using testing::Not;

const std::string key = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

struct Panel {
    explicit Panel(std::string body, std::string status = "200 OK", std::string headers = "", Then then = Then::keep)
        : Panel([=](const std::string&) { return TestServer::Answer{TestServer::reply(body, status, headers), then}; })
    {
    }
    explicit Panel(TestServer::Answering answering) : server(std::move(answering))
    {
        endpoint.url = server.url("/api/v2");
        endpoint.key = Secret(key);
        endpoint.allow_private = true;
    }

    // Runs one call of the client to its end.
    template <class F>
    auto ask(F call)
    {
        auto client = pacer ? ApiClient(http, endpoint, *pacer) : ApiClient(http, endpoint);
        std::optional<typename std::invoke_result_t<F, ApiClient&>::value_type> result;
        auto run = [](F with, ApiClient& on, auto& into) -> Async<> { into = co_await with(on); };
        boost::asio::co_spawn(io.get_executor(), run(call, client, result), boost::asio::detached);
        auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (!result && std::chrono::steady_clock::now() < deadline) {
            io.restart();
            io.run_one_for(std::chrono::milliseconds(20));
        }
        return result.value();
    }

    auto status(std::vector<std::string> ids)
    {
        return ask([ids](ApiClient& client) { return client.status(ids); });
    }
    auto balance()
    {
        return ask([](ApiClient& client) { return client.balance(); });
    }

    std::string body_of(std::size_t request) const
    {
        auto text = server.requests().at(request);
        return text.substr(text.find("\r\n\r\n") + 4);
    }

    TestServer server;
    Endpoint endpoint;
    boost::asio::io_context io{1};
    net::HttpClient http{io};
    CallPacer* pacer = nullptr;
};

const std::vector<std::pair<std::string, std::string>> order{
    {"service", "7"}, {"link", "https://t.me/x"}, {"quantity", "100"}};
const std::function<bool()> yes = [] { return true; };

TEST(Add, posts_the_form_once_and_takes_the_number)
{
    Panel panel(R"({"order":23501})");
    auto outcome = add(panel.endpoint, order, yes);
    EXPECT_EQ(outcome.verdict.kind, Verdict::Kind::accepted);
    EXPECT_EQ(outcome.verdict.supplier_order_id, "23501");
    EXPECT_TRUE(outcome.sent);
    EXPECT_EQ(outcome.http_status, 200);
    EXPECT_EQ(outcome.body, R"({"order":23501})");
    EXPECT_EQ(outcome.body_sha256, sha256_hex(R"({"order":23501})"));
    EXPECT_EQ(panel.body_of(0), "key=" + key + "&action=add&service=7&link=https%3A%2F%2Ft.me%2Fx&quantity=100");
    EXPECT_THAT(panel.server.requests()[0], HasSubstr("\r\nContent-Type: application/x-www-form-urlencoded\r\n"));
    EXPECT_EQ(panel.server.requests().size(), 1u);
}

TEST(Add, is_asked_once_whatever_the_panel_does)
{
    struct Broken {
        std::string bytes;
        Then then;
    };
    for (const auto& [bytes, then] :
         {Broken{"", Then::close}, Broken{"", Then::reset}, Broken{"", Then::hang},
          Broken{TestServer::reply("<html>", "503 Away"), Then::close},
          Broken{"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"order\":5}", Then::close},
          Broken{TestServer::reply(std::string(2 << 20, ' ') + R"({"order":5})"), Then::close}}) {
        Panel panel([=](const std::string&) { return TestServer::Answer{bytes, then}; });
        panel.endpoint.add_timeout = std::chrono::milliseconds(300);
        auto outcome = add(panel.endpoint, order, yes);
        EXPECT_EQ(outcome.verdict.kind, Verdict::Kind::unknown);
        EXPECT_TRUE(outcome.sent);
        panel.server.wait_until_quiet();
        EXPECT_EQ(panel.server.requests().size(), 1u);
        EXPECT_EQ(panel.server.connections(), 1);
    }
}

TEST(Add, that_is_stopped_at_the_last_moment_was_not_sent)
{
    Panel panel(R"({"order":23501})");
    auto outcome = add(panel.endpoint, order, [] { return false; });
    EXPECT_FALSE(outcome.sent);
    panel.server.wait_until_quiet();
    EXPECT_EQ(panel.server.bytes(), 0u);
}

TEST(Add, to_a_closed_port_was_not_sent)
{
    Panel panel("{}");
    panel.endpoint.url =
        "http://127.0.0.1:" + std::to_string(TestServer([](const std::string&) { return TestServer::Answer{}; }).port());
    auto outcome = add(panel.endpoint, order, yes);
    EXPECT_FALSE(outcome.sent);
    EXPECT_EQ(outcome.verdict.reason, Reason::unreachable);
}

TEST(Add, keeps_the_key_out_of_its_evidence)
{
    Panel panel("{\"error\":\"Invalid API key\",\"key\":\"" + key + "\"}");
    auto outcome = add(panel.endpoint, order, yes);
    EXPECT_EQ(outcome.verdict.kind, Verdict::Kind::rejected);
    EXPECT_THAT(outcome.body, Not(HasSubstr(key)));

    Panel chatty("{\"error\":\"Invalid API key " + key + "\"}");
    auto told = add(chatty.endpoint, order, yes);
    EXPECT_EQ(told.verdict.kind, Verdict::Kind::unknown);
    EXPECT_EQ(told.verdict.text, "Invalid API key ***");

    Panel cutting(std::string(4080, 'x') + key);  // the cut must not leave half a key
    EXPECT_THAT(add(cutting.endpoint, order, yes).body, Not(HasSubstr(key.substr(0, 8))));

    Panel escaped("{\"error\":\"Bad a\\\\/key\\\\/of\\\\/slashes\"}");
    escaped.endpoint.key = Secret("a/key/of/slashes");
    EXPECT_THAT(add(escaped.endpoint, order, yes).body, Not(HasSubstr("slashes")));

    Panel odd("{\"error\":\"a%2Fb%3Dc%26d and a/b=c&d\"}");
    odd.endpoint.key = Secret("a/b=c&d");
    EXPECT_EQ(add(odd.endpoint, order, yes).verdict.text, "*** and ***");
}

TEST(Add, keeps_four_kibibytes_of_text_as_evidence)
{
    Panel panel(std::string(10'000, '\xFF'));
    auto outcome = add(panel.endpoint, order, yes);
    EXPECT_LE(outcome.body.size(), max_evidence_bytes);
    EXPECT_GT(outcome.body.size(), max_evidence_bytes - 4);
    EXPECT_EQ(outcome.body_sha256, sha256_hex(std::string(10'000, '\xFF')));
}

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
    CallPacer frozen([] { return Duration{}; });
    panel.pacer = &frozen;
    EXPECT_TRUE(panel.status({"1", "2", "3"}));
    EXPECT_EQ(panel.server.requests().size(), 4u);
    EXPECT_EQ(frozen.take(ProviderId{3}, 100), std::chrono::milliseconds(40));
    EXPECT_EQ(frozen.take(ProviderId{4}, 100), Duration{});
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
