#include "realtime/publisher.hpp"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "http/message.hpp"
#include "realtime/signature.hpp"

namespace smg::realtime {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::SizeIs;

Outside outside()
{
    Outside there;
    there.app.id = "3";
    there.app.key = "key";
    there.app.secret = Secret("secret");
    there.host = "rt.example";
    there.api_url = "https://rt.example:443";
    return there;
}

// A server that answers what the test says, and keeps what it was asked.
class PublisherTest : public testing::Test {
protected:
    struct Call {
        std::string method, path;
        json::value body;
    };

    Async<net::HttpResult> answer(net::HttpRequest asked)
    {
        auto rest = asked.url.substr(outside().api_url.size());
        http::Request request;
        request.method = asked.method == "GET" ? http::Method::GET : http::Method::POST;
        request.path = rest.substr(0, rest.find('?'));
        request.query = rest.substr(rest.find('?') + 1);
        request.body = asked.body;
        EXPECT_TRUE(check_signature(outside().app, request, clock.now())) << asked.url;
        calls.push_back({asked.method, request.path, asked.body.empty() ? json::value() : *json::parse(asked.body)});
        if (during) std::exchange(during, nullptr)();
        if (status == 0) co_return std::unexpected(net::HttpFailure{net::Failure::connect, false, "nobody is there"});
        co_return net::HttpReply{status, "application/json", asked.method == "GET" ? channels : body, retry_after_s};
    }

    void send(bool at_once = false)
    {
        boost::asio::io_context io{1};
        boost::asio::co_spawn(io, publisher.send_waiting(at_once), boost::asio::detached);
        io.run();
    }

    void publish(int count)
    {
        for (int i = 0; i < count; ++i) publisher.publish("private-site.1", "orders.changed", std::to_string(next_++));
    }

    // The calls that publish, without the signs of life.
    std::vector<Call> published() const
    {
        std::vector<Call> out;
        for (const auto& call : calls)
            if (call.method == "POST") out.push_back(call);
        return out;
    }

    ManualClock clock{Time{std::chrono::seconds(1'800'000'000)}};
    std::vector<Call> calls;
    std::function<void()> during;
    int status = 200, retry_after_s = 0;
    std::string channels = R"({"channels":{}})", body = "{}";
    Publisher publisher{clock, outside(), [this](net::HttpRequest request) { return answer(std::move(request)); }};

private:
    int next_ = 0;
};

TEST_F(PublisherTest, sends_ten_at_once_in_their_order)
{
    publish(23);
    send();
    ASSERT_THAT(calls, SizeIs(3));
    EXPECT_EQ(calls[0].path, "/apps/3/batch_events");
    EXPECT_EQ(json::text_of(calls[2].body), R"({"batch":[{"name":"orders.changed","channel":"private-site.1","data":"20"},)"
                                            R"({"name":"orders.changed","channel":"private-site.1","data":"21"},)"
                                            R"({"name":"orders.changed","channel":"private-site.1","data":"22"}]})");
    EXPECT_EQ(publisher.sent(), 23);
    EXPECT_EQ(publisher.waiting(), 0u);
    send();
    EXPECT_THAT(calls, SizeIs(3));  // nothing is new
}

TEST_F(PublisherTest, asks_for_a_sign_of_life_at_the_start_and_after_silence)
{
    EXPECT_FALSE(publisher.works());
    send();
    ASSERT_THAT(calls, SizeIs(1));
    EXPECT_EQ(calls[0].path, "/apps/3/channels");
    EXPECT_TRUE(publisher.works());
    clock.advance(Publisher::asked_every - 1s);
    send();
    EXPECT_THAT(calls, SizeIs(1));
    clock.advance(1s);
    send();
    EXPECT_THAT(calls, SizeIs(2));
}

TEST_F(PublisherTest, tells_all_who_listen_below_a_prefix)
{
    json::object list;
    for (int i = 1; i <= 150; ++i) list["private-user." + std::to_string(i)] = json::object{};
    list["private-users"] = json::object{};  // a server that takes no prefix
    channels = json::text_of(json::object{{"channels", list}});
    publisher.publish_to_all("private-user.", "notices.changed", "{}");
    publisher.publish_to_all("private-user.", "notices.changed", "{}");  // says nothing new
    send();
    ASSERT_THAT(published(), SizeIs(2));
    EXPECT_EQ(published()[0].path, "/apps/3/events");
    EXPECT_THAT(published()[0].body.at("channels").as_array(), SizeIs(100));
    EXPECT_THAT(published()[1].body.at("channels").as_array(), SizeIs(50));

    channels = R"({"channels":[]})";
    publisher.publish_to_all("private-user.", "notices.changed", "{}");
    send();
    EXPECT_THAT(published(), SizeIs(2));
    EXPECT_EQ(publisher.waiting(), 0u);
}

TEST_F(PublisherTest, tries_again_ever_later_until_it_is_taken)
{
    status = 503;
    publish(1);
    send();
    send();
    EXPECT_THAT(calls, SizeIs(1));  // not yet
    for (auto wait : {1s, 2s, 4s, 8s, 16s, 30s, 30s}) {
        clock.advance(wait - 1ms);
        send();
        auto before = calls.size();
        clock.advance(1ms);
        send();
        EXPECT_THAT(calls, SizeIs(before + 1)) << wait.count();
    }
    EXPECT_EQ(publisher.waiting(), 1u);
    status = 200;
    send(true);
    EXPECT_EQ(publisher.waiting(), 0u);
    EXPECT_EQ(publisher.sent(), 1);
    EXPECT_EQ(publisher.lost(), 0);
    EXPECT_TRUE(publisher.works());
}

TEST_F(PublisherTest, waits_as_long_as_it_is_asked_to_but_not_for_ever)
{
    status = 429;
    retry_after_s = 20;
    publish(1);
    send();
    clock.advance(19s);
    send();
    EXPECT_THAT(calls, SizeIs(1));
    retry_after_s = 86'400;
    clock.advance(1s);
    send();
    clock.advance(60s);
    status = 200;
    send();
    EXPECT_EQ(publisher.waiting(), 0u);
}

TEST_F(PublisherTest, gives_up_what_is_old_and_counts_it)
{
    send();
    status = 0;
    publish(3);
    send();
    clock.advance(Publisher::kept_for);
    publish(1);
    send(true);
    EXPECT_EQ(publisher.lost(), 0);
    EXPECT_FALSE(publisher.trouble());
    clock.advance(1ms);
    send(true);
    EXPECT_EQ(publisher.lost(), 3);
    EXPECT_EQ(publisher.waiting(), 1u);
    auto trouble = publisher.trouble();
    ASSERT_TRUE(trouble);
    EXPECT_EQ(trouble->lost, 3);
    EXPECT_EQ(trouble->reason, "nobody is there");
    status = 200;
    send(true);
    EXPECT_TRUE(publisher.works());
    EXPECT_FALSE(publisher.trouble());
    EXPECT_EQ(publisher.sent(), 1);
}

TEST_F(PublisherTest, keeps_the_newest_when_too_many_wait)
{
    status = 0;
    publish(static_cast<int>(Publisher::most_waiting) + 5);
    EXPECT_EQ(publisher.lost(), 5);
    // Those in hand come back to what came meanwhile, and the bound holds.
    during = [this] { publish(7); };
    send();
    EXPECT_EQ(publisher.waiting(), Publisher::most_waiting);
    EXPECT_EQ(publisher.lost(), 12);
    status = 200;
    send(true);
    EXPECT_EQ(published().back().body.at("batch").as_array().back().at("data").as_string(), "2011");
}

TEST_F(PublisherTest, what_was_lost_without_a_failure_is_told_as_well)
{
    send();
    publish(static_cast<int>(Publisher::most_waiting) + 1);
    ASSERT_TRUE(publisher.trouble());
    EXPECT_EQ(publisher.trouble()->lost, 1);
    send();
    EXPECT_TRUE(publisher.trouble());  // all were sent, and that one was lost nobody knows yet
    send();
    EXPECT_TRUE(publisher.works());
}

TEST_F(PublisherTest, says_so_when_it_is_not_let_in)
{
    status = 401;
    send();
    EXPECT_FALSE(publisher.trouble());
    clock.advance(Publisher::refused_for);
    send();
    ASSERT_TRUE(publisher.trouble());
    EXPECT_THAT(publisher.trouble()->reason, HasSubstr("HTTP 401"));
    publish(1);
    send(true);
    EXPECT_EQ(publisher.waiting(), 1u);  // the secret may be mended there
}

TEST_F(PublisherTest, does_not_take_a_page_for_an_answer)
{
    for (auto page : {"<html>welcome</html>", "[]", "\"ok\""}) {
        channels = body = page;
        publish(1);
        send(true);
        clock.advance(Publisher::refused_for);
        send(true);
        ASSERT_TRUE(publisher.trouble()) << page;
        EXPECT_THAT(publisher.trouble()->reason, HasSubstr("as Pusher does"));
        EXPECT_EQ(publisher.sent(), 0);
    }
    channels = R"({"users":[]})";
    body = R"({"ok":true})";
    send(true);
    EXPECT_EQ(publisher.sent(), 3);
    EXPECT_TRUE(publisher.works());
    clock.advance(Publisher::asked_every);
    send();
    EXPECT_FALSE(publisher.works());
}

TEST_F(PublisherTest, says_so_after_long_silence_only)
{
    status = 0;
    send();
    clock.advance(Publisher::silent_for - 1s);
    send();
    EXPECT_FALSE(publisher.trouble());
    clock.advance(1s);
    EXPECT_TRUE(publisher.trouble());
}

TEST_F(PublisherTest, does_not_repeat_what_will_never_be_taken)
{
    send();
    status = 413;
    publish(4);
    send();
    EXPECT_EQ(publisher.waiting(), 0u);
    EXPECT_EQ(publisher.lost(), 4);
    ASSERT_TRUE(publisher.trouble());
    status = 200;
    clock.advance(1s);
    publish(1);
    send();
    EXPECT_EQ(publisher.sent(), 1);
    EXPECT_TRUE(publisher.works());
}

TEST_F(PublisherTest, ends_the_connections_of_a_person)
{
    publisher.terminate("7");
    publisher.terminate("7");
    status = 503;
    send();
    clock.advance(1s);
    status = 200;
    send();
    ASSERT_THAT(calls, SizeIs(2));
    EXPECT_EQ(calls[1].path, "/apps/3/users/7/terminate_connections");
    // A server that cannot is not asked for ever.
    publisher.terminate("8");
    status = 400;
    send();
    status = 200;
    clock.advance(1s);
    send();
    EXPECT_EQ(published().size(), 3u);
}

}  // namespace
}  // namespace smg::realtime
