#include "notices/telegram_client.hpp"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/json.hpp"
#include "db/testing.hpp"
#include "net/test_server.hpp"
#include "settings/settings.hpp"

namespace smg::notices {
namespace {

using testing::HasSubstr;
using testing::Not;

const Secret token("123456:secret-token");

net::HttpResult replied(int status, std::string body)
{
    net::HttpReply reply;
    reply.status = status;
    reply.body = std::move(body);
    return reply;
}

net::HttpResult refused(int code, const std::string& description, const std::string& more = "")
{
    return replied(code, R"({"ok":false,"error_code":)" + std::to_string(code) + R"(,"description":")" + description + "\"" +
                             more + "}");
}

TEST(TelegramAnswer, is_what_telegram_says)
{
    struct Row {
        net::HttpResult result;
        Verdict verdict;
    };
    const Row rows[] = {
        {replied(200, R"({"ok":true,"result":{"message_id":7,"text":"x"}})"), Verdict::sent},
        {refused(429, "Too Many Requests: retry after 34", R"(,"parameters":{"retry_after":34})"), Verdict::wait},
        {refused(400, "Bad Request: group chat was upgraded to a supergroup chat",
                 R"(,"parameters":{"migrate_to_chat_id":-1001234567890})"),
         Verdict::moved},
        {refused(401, "Unauthorized"), Verdict::bad_token},
        {refused(404, "Not Found"), Verdict::bad_token},
        {refused(400, "Bad Request: chat not found"), Verdict::dead_chat},
        {refused(403, "Forbidden: bot was blocked by the user"), Verdict::dead_chat},
        {refused(403, "Forbidden: bot was kicked from the supergroup chat"), Verdict::dead_chat},
        {refused(403, "Forbidden: bot can't initiate conversation with a user"), Verdict::dead_chat},
        {refused(400, "Bad Request: not enough rights to send text messages to the chat"), Verdict::dead_chat},
        {refused(400, "Bad Request: can't parse entities: Unsupported start tag"), Verdict::bad_markup},
        {refused(400, "Bad Request: message is too long"), Verdict::too_long},
        {refused(400, "Bad Request: message text is empty"), Verdict::refused},
        {refused(500, "Internal Server Error"), Verdict::unknown},
        {replied(502, "<html>Bad Gateway</html>"), Verdict::unknown},
        {replied(200, "<html>welcome to this wi-fi</html>"), Verdict::unknown},
        {replied(200, ""), Verdict::unknown},
        {replied(200, R"({"result":{}})"), Verdict::unknown},
        {replied(302, ""), Verdict::unknown},
        {replied(429, "slow down"), Verdict::wait},
        {std::unexpected(net::HttpFailure{net::Failure::connect, false, "refused"}), Verdict::not_sent},
        {std::unexpected(net::HttpFailure{net::Failure::refused_address, false, "private"}), Verdict::not_sent},
        {std::unexpected(net::HttpFailure{net::Failure::timeout, true, "no reply"}), Verdict::unknown},
    };
    for (const auto& row : rows)
        EXPECT_EQ(word(classify(row.result, token).verdict), word(row.verdict)) << classify(row.result, token).detail;
    EXPECT_EQ(classify(rows[1].result, token).retry_after_s, 34);
    EXPECT_EQ(classify(rows[2].result, token).chat_id, "-1001234567890");
}

TEST(TelegramAnswer, never_waits_for_ever_nor_not_at_all)
{
    EXPECT_EQ(classify(refused(429, "x", R"(,"parameters":{"retry_after":-5})"), token).retry_after_s, 1);
    EXPECT_EQ(classify(refused(429, "x", R"(,"parameters":{"retry_after":2000000000})"), token).retry_after_s, 24 * 3600);
    EXPECT_EQ(classify(refused(429, "x"), token).retry_after_s, 1);
}

TEST(TelegramAnswer, never_repeats_the_token)
{
    net::HttpFailure failure{net::Failure::connect, false,
                             "cannot reach http://x/bot" + token.reveal() + "/sendMessage?" + token.reveal()};
    EXPECT_THAT(classify(std::unexpected(failure), token).detail, Not(HasSubstr("secret")));
    EXPECT_THAT(classify(refused(400, "bot" + token.reveal()), token).detail, Not(HasSubstr("secret")));
}

class TelegramClientTest : public testing::Test {
protected:
    void set(std::string_view key, const std::string& value)
    {
        db->write_now([&](db::Tx& tx) { return settings::change(tx, key_, Time{}, key, value, "test"); }).value();
        settings.reload();
    }

    TelegramAnswer send(TelegramMessage message)
    {
        boost::asio::io_context io;
        net::HttpClient http(io);
        TelegramClient client(http, settings);
        std::optional<TelegramAnswer> answer;
        auto sending = [&]() -> Async<void> { answer = co_await client.send(message); };
        boost::asio::co_spawn(io, sending, [&](std::exception_ptr) { io.stop(); });
        io.run_for(std::chrono::seconds(30));
        return answer.value();
    }

    db::TestDatabase db{db::Dialect::sqlite};
    MasterKey key_ = MasterKey::random();
    settings::Settings settings{*db, key_};
};

TEST_F(TelegramClientTest, posts_json_to_the_configured_address)
{
    net::TestServer server([](const std::string&) -> net::TestServer::Answer {
        return {net::TestServer::reply(R"({"ok":true,"result":{"message_id":1}})", "200 OK",
                                       "Content-Type: application/json\r\n")};
    });
    set("telegram.token", token.reveal());
    set("telegram.api_url", server.url());
    set("telegram.allow_private", "1");
    EXPECT_EQ(send({"-100", "<b>їжак</b>"}).verdict, Verdict::sent);
    EXPECT_EQ(send({"-100", "a < b", false}).verdict, Verdict::sent);
    auto requests = server.requests();
    ASSERT_EQ(requests.size(), 2u);
    EXPECT_THAT(requests[0], HasSubstr("POST /bot123456:secret-token/sendMessage HTTP/1.1\r\n"));
    EXPECT_THAT(requests[0],
                HasSubstr(R"({"chat_id":"-100","text":"<b>їжак</b>","parse_mode":"HTML","disable_web_page_preview":true})"));
    EXPECT_THAT(requests[1], Not(HasSubstr("parse_mode")));
}

TEST_F(TelegramClientTest, does_not_call_a_private_address_that_was_not_allowed)
{
    net::TestServer server([](const std::string&) -> net::TestServer::Answer { return {}; });
    set("telegram.token", token.reveal());
    set("telegram.api_url", server.url());
    auto answer = send({"-100", "x"});
    EXPECT_EQ(answer.verdict, Verdict::not_sent);
    EXPECT_THAT(answer.detail, Not(HasSubstr("secret")));
    EXPECT_EQ(server.connections(), 0);
}

}  // namespace
}  // namespace smg::notices
